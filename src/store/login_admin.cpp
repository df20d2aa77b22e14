// Logins in the store's cluster. Every name and value is quoted by the library, never by hand.

#include "jobflip/ports/login_admin.hpp"

#include <libpq-fe.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/store/open.hpp"
#include "store/admin_session.hpp"

namespace jobflip::store {
namespace {

using Steps = std::vector<setup::LoginStep>;
using Facts = std::vector<setup::LoginFacts>;

constexpr AdminCall kCall{"logins", "logins ... --yes",
                          "the owner of the database with CREATEROLE that ran init"};

/// A role that can become another with more rights (SET ROLE) has these as well. Some of
/// PostgreSQL's own roles pass by jobflip's rules, or stop its sessions.
constexpr const char* kLoginFacts = R"(
  with powers as (
    select oid, rolsuper, rolcreaterole, rolreplication, rolbypassrls from pg_roles
    where rolsuper or rolcreaterole or rolreplication or rolbypassrls
  ), groups as (
    select oid, rolname from pg_roles
    where rolname in ('jobflip_owner', 'jobflip_agent', 'jobflip_supervisor', 'jobflip_operator',
                      'jobflip_worker', 'jobflip_reader', 'pg_database_owner',
                      'pg_read_all_data', 'pg_write_all_data', 'pg_signal_backend',
                      'pg_read_server_files', 'pg_write_server_files',
                      'pg_execute_server_program')
  )
  select r.rolname, r.rolcanlogin, coalesce(p.super, false), coalesce(p.creates, false),
         coalesce(p.replicates, false), coalesce(p.bypasses, false),
         has_database_privilege(r.oid, current_database(), 'connect'), r.rolconnlimit,
         (select coalesce(string_agg(g.rolname, ' '), '') from groups g
          where pg_has_role(r.oid, g.oid, 'member')),
         (select coalesce(string_agg(split_part(c, '=', 1), ' '), '')
          from pg_db_role_setting s cross join unnest(s.setconfig) c
          where s.setrole = r.oid and s.setdatabase in (0, (select oid from pg_database
                                                            where datname = current_database()))),
         (select coalesce(string_agg(distinct g.rolname, ' '), '')
          from groups g join pg_auth_members m on m.roleid = g.oid and m.admin_option
          where g.rolname like 'jobflip%' and pg_has_role(r.oid, m.member, 'member'))
  from pg_roles r left join lateral (
    select bool_or(rolsuper) as super, bool_or(rolcreaterole) as creates,
           bool_or(rolreplication) as replicates, bool_or(rolbypassrls) as bypasses
    from powers where pg_has_role(r.oid, powers.oid, 'member')
  ) p on true
  where r.rolname = any (array[)";

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Facts facts_in(pqxx::work& session, const std::vector<std::string>& names) {
  std::string sql = kLoginFacts;
  for (const auto& name : names) sql += (&name == &names.front() ? "" : ",") + session.quote(name);
  Facts facts;
  for (const auto& row : session.exec(sql + "]::text[])")) {
    setup::LoginFacts one{.login = row[0].c_str()};
    one.can_login = row[1].as<bool>();
    one.superuser = row[2].as<bool>();
    one.creates_roles = row[3].as<bool>();
    one.replicates = row[4].as<bool>();
    one.bypasses_rls = row[5].as<bool>();
    one.may_connect = row[6].as<bool>();
    one.connection_limit = row[7].as<int>();
    one.groups = words_of(row[8].c_str());
    one.settings = words_of(row[9].c_str());
    one.grants = words_of(row[10].c_str());
    facts.push_back(std::move(one));
  }
  return facts;
}

Result<void> check_initialised(pqxx::work& session, const std::string& database) {
  const auto there =
      session
          .exec(
              "select to_regnamespace('jobflip') is not null and (select count(*) = 4 from "
              "pg_roles where rolname in ('jobflip_agent', 'jobflip_supervisor', "
              "'jobflip_operator', 'jobflip_worker'))")
          .at(0)[0]
          .as<bool>();
  if (there) return {};
  return Error{ErrorCode::schema_missing,
               "logins: database \"" + printable(database, 63) + "\" has no jobflip schema",
               "run `jobflip init` first"};
}

/// What the server keeps instead of the password: its text appears in no statement, and so in no
/// log. No server is asked: the algorithm is given.
Result<std::string> verifier_of(const std::string& login, const std::string& password) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> unconnected{
      PQconnectStart("host=/nonexistent/jobflip"), PQfinish};
  const std::unique_ptr<char, void (*)(void*)> verifier{
      PQencryptPasswordConn(unconnected.get(), password.c_str(), login.c_str(), "scram-sha-256"),
      PQfreemem};
  if (!verifier)
    return Error{ErrorCode::internal,
                 "logins: libpq made no SCRAM verifier: " +
                     printable(PQerrorMessage(unconnected.get()), 200),
                 ""};
  return std::string{verifier.get()};
}

Result<void> run_step(pqxx::work& session, const setup::LoginStep& step) {
  const auto name = session.quote_name(step.login);
  const auto limit = " connection limit " + std::to_string(step.connection_limit);
  if (step.create) {
    auto sql = "create role " + name + " login";
    if (step.connection_limit > 0) sql += limit;
    if (!step.password.empty()) {
      const auto verifier = verifier_of(step.login, step.password);
      if (!verifier) return verifier.error();
      sql += " password " + session.quote(*verifier);
    }
    session.exec(sql);
  } else if (step.connection_limit > 0) {
    session.exec("alter role " + name + limit);
  }
  if (!step.group.empty()) session.exec("grant " + session.quote_name(step.group) + " to " + name);
  for (const auto& setting : step.settings)
    session.exec("alter role " + name + " set " + session.quote_name(setting.name) + " = " +
                 session.quote(setting.value));
  if (step.grant_connect)
    session.exec("grant connect on database " + session.quote_name(session.conn().dbname()) +
                 " to " + name);
  return {};
}

class PgLoginAdmin final : public ports::LoginAdmin {
 public:
  explicit PgLoginAdmin(StoreSettings settings) : settings_(std::move(settings)) {
    settings_.call_deadline = std::max(settings_.call_deadline, Millis{60'000});
  }

  Result<ports::LoginsSeen> look(const std::vector<std::string>& names) override {
    return in_admin_session(
        settings_, kCall, [&names](pqxx::work& session) -> Result<ports::LoginsSeen> {
          auto& connection = session.conn();
          const auto text = [](const char* value) { return std::string{value ? value : ""}; };
          ports::LoginsSeen seen;
          seen.database = text(connection.dbname());
          seen.server = {text(connection.hostname()), text(connection.port())};
          if (auto there = check_initialised(session, seen.database); !there) return there.error();
          seen.logins = facts_in(session, names);
          return seen;
        });
  }

  Result<ports::CommitOutcome> carry_out(
      const Steps& steps, const std::function<Result<void>(const Facts&)>& check) override {
    bool committing = false;
    auto done = in_admin_session(settings_, kCall,
                                 [&](pqxx::work& session) -> Result<ports::CommitOutcome> {
                                   std::vector<std::string> names;
                                   for (const auto& step : steps) {
                                     if (auto ran = run_step(session, step); !ran)
                                       return ran.error();
                                     names.push_back(step.login);
                                   }
                                   if (auto good = check(facts_in(session, names)); !good)
                                     return good.error();
                                   committing = true;
                                   return ports::CommitOutcome::done;
                                 });
    const bool broke = done.has_error() && done.error().code == ErrorCode::store_unreachable;
    if (broke && committing) return ports::CommitOutcome::unknown;
    return done;
  }

 private:
  StoreSettings settings_;
};

}  // namespace

std::unique_ptr<ports::LoginAdmin> open_login_admin(StoreSettings settings) {
  return std::make_unique<PgLoginAdmin>(std::move(settings));
}

}  // namespace jobflip::store
