// The fixture of the PostgreSQL tests.

#include "contract/pg_fixture.hpp"

#include <chrono>
#include <stdexcept>

namespace jobflip::test {

void init_schema(const std::string& conninfo) {
  const auto done = store::open_schema_admin({conninfo, Millis{60'000}, "init"})->migrate();
  if (!done) throw std::runtime_error("init: " + done.error().text);
}

StoreCluster& shared_cluster() {
  return StoreCluster::shared(init_schema);
}

PgStore::PgStore(StoreCluster& cluster, Database database)
    : cluster_(cluster),
      database_(database == Database::own ? cluster.own_database() : cluster.fresh_database()) {
  operator_ = store::open_operator_store(settings("ops1"));
  reader_ = store::open_reader_store(settings("reader1"));
}

ports::AgentStore& PgStore::agent(const NodeName& name) {
  auto& agent = agents_[name];
  if (!agent) agent = store::open_agent_store(settings(name.str()));
  return *agent;
}

ports::SupervisorStore& PgStore::supervisor(const NodeName& name) {
  auto& supervisor = supervisors_[name];
  if (!supervisor) supervisor = store::open_supervisor_store(settings(name.str()));
  return *supervisor;
}

void PgStore::lose_history() {
  sql("truncate jobflip.incarnation");  // as the server does after a crash
}

void PgStore::pass(Millis length) {
  const auto over = std::chrono::steady_clock::now() + length;
  eventually([&] { return std::chrono::steady_clock::now() >= over; }, 2 * length);
}

std::string PgStore::sql(const std::string& statements) {
  return cluster_.pg().sql(statements, database_);
}

std::string PgStore::conninfo(const std::string& login) const {
  return cluster_.pg().conninfo(login, database_);
}

store::StoreSettings PgStore::settings(const std::string& login) const {
  return {conninfo(login), Millis{5000}, "test-" + login};
}

}  // namespace jobflip::test
