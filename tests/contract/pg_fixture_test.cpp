// The fixture of the PostgreSQL tests.

#include "contract/pg_fixture.hpp"

#include <chrono>
#include <stdexcept>

namespace jobflip::test {

void init_schema(const std::string& conninfo) {
  const auto done = store::open_schema_admin({conninfo, Millis{60'000}, "init"})->migrate();
  if (!done) throw std::runtime_error("init: " + done.error().text);
}

core::FlipRequest persons_flip(const NodeName& to, const PoolName& pool) {
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = pool;
  request.to = to;
  request.reason = "a test";
  return request;
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

ports::SampleStore& PgStore::samples(const NodeName& name) {
  auto& samples = samples_[name];
  if (!samples) samples = store::open_sample_store(settings(name.str()));
  return *samples;
}

ports::ServiceStore& PgStore::services(const NodeName& name) {
  auto& services = services_[name];
  if (!services) services = store::open_service_store(settings(name.str()));
  return *services;
}

void PgStore::lose_history() {
  sql("truncate jobflip_data.incarnation");  // as the server does after a crash
}

void PgStore::keep_rows() {
  sql("drop schema if exists kept cascade; create schema kept;"
      "create table kept.pool_owner as table jobflip_data.pool_owner;"
      "create table kept.epoch_base as table jobflip_data.epoch_base");
}

void PgStore::lose_commits_since() {
  sql("set session_replication_role = replica;"
      "delete from jobflip_data.pool_owner; insert into jobflip_data.pool_owner table "
      "kept.pool_owner;"
      "delete from jobflip_data.epoch_base; insert into jobflip_data.epoch_base table "
      "kept.epoch_base;"
      "drop schema kept cascade; truncate jobflip_data.incarnation");
}

void PgStore::pass(Millis length) {
  const auto over = std::chrono::steady_clock::now() + length;
  eventually([&] { return std::chrono::steady_clock::now() >= over; }, 2 * length);
}

std::string PgStore::sql(const std::string& statements) {
  return cluster_.pg().sql(statements, database_);
}

bool PgStore::waits_for_lock(const std::string& login) {
  return sql("select count(*) from pg_stat_activity where usename = '" + login +
             "' and datname = current_database() and wait_event_type = 'Lock'") == "1";
}

std::string PgStore::conninfo(const std::string& login) const {
  return cluster_.pg().conninfo(login, database_);
}

store::StoreSettings PgStore::settings(const std::string& login) const {
  return {conninfo(login), Millis{5000}, "test-" + login};
}

}  // namespace jobflip::test
