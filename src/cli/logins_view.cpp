#include "cli/logins_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;
using setup::LoginPurpose;
using setup::LoginState;

std::string purpose_text(const setup::WantedLogin& wanted) {
  switch (wanted.purpose) {
    case LoginPurpose::agent:
      return "node " + wanted.owner;
    case LoginPurpose::supervisor:
      return "supervisor " + wanted.owner;
    case LoginPurpose::person:
      return "operator";
    case LoginPurpose::worker:
      return "workers";
    case LoginPurpose::reader:
      return "reader";
    case LoginPurpose::probe:
      return "queues";
  }
  return "";
}

Cell state_cell(const setup::PlannedLogin& planned, bool done) {
  switch (planned.state) {
    case LoginState::missing:
      return {done ? "created" : "missing", done ? Style::good : Style::warn};
    case LoginState::there:
      return {"there"};
    case LoginState::lacking:
      return {(done ? "added " : "lacks ") + planned.lacks, done ? Style::good : Style::warn};
    case LoginState::wrong:
      return {"wrong: " + planned.wrong, Style::bad};
  }
  return {""};
}

std::string state_word(const setup::PlannedLogin& planned, bool done) {
  switch (planned.state) {
    case LoginState::missing:
      return done ? "created" : "missing";
    case LoginState::lacking:
      return done ? "completed" : "lacking";
    case LoginState::there:
      return "there";
    case LoginState::wrong:
      return "wrong";
  }
  return "";
}

std::vector<std::string> paths_of(const LoginsRun& run, const std::string& login) {
  std::vector<std::string> out;
  for (const auto& file : run.files)
    if (std::ranges::find(file.logins, login) != file.logins.end())
      out.push_back(run.folder + "/" + file.path);
  return out;
}

std::string path_text(const LoginsRun& run, const std::string& login) {
  const auto paths = paths_of(run, login);
  if (paths.empty()) return "-";
  return paths.size() == 1 ? paths.front()
                           : fmt::format("{} and {} more", paths.front(), paths.size() - 1);
}

Table table_of(const LoginsRun& run) {
  Table table{{"login", "for", "role", "state", "file"}, {}};
  for (const auto& one : run.plan) {
    const std::string group{setup::group_of(one.wanted.purpose)};
    table.rows.push_back({printable(one.wanted.login, 63), purpose_text(one.wanted),
                          group.empty() ? "-" : group, state_cell(one, run.done),
                          printable(path_text(run, one.wanted.login), 200)});
  }
  return table;
}

/// What the owner of the jobs' tables has to run in one database of queues.
struct QueueGrants {
  std::string database;  // its name in the pool file
  std::vector<std::string> statements;
  std::vector<std::string> if_there;  // on tables that only some versions have
  std::vector<std::string> queries;   // POOL/QUEUE: what those read, only their authors know
};

class GrantCollector {
 public:
  GrantCollector(Session& session, const LoginsRun& run) : session_(session) {
    for (const auto& one : run.wanted)
      if (one.purpose == LoginPurpose::probe) probes_.push_back(setup::sql_name(one.login));
    for (const auto& pool : run.fleet.pools)
      for (const auto& queue : pool.queues) add(pool, queue);
  }
  std::vector<QueueGrants> take() { return std::move(all_); }

 private:
  void add(const core::PoolSettings& pool, const core::QueueSettings& queue) {
    auto found = std::ranges::find(all_, queue.database, &QueueGrants::database);
    if (found == all_.end()) found = all_.insert(all_.end(), {queue.database, {}, {}, {}});
    if (!queue.preset) {
      found->queries.push_back(pool.name.str() + "/" + queue.name.str());
      return;
    }
    const auto tables = session_.stores().preset_tables(queue);
    const auto to = " to " + fmt::format("{}", fmt::join(probes_, ", "));
    once(*found, found->statements, "grant usage on schema " + tables.schema + to);
    for (const auto& table : tables.tables)
      once(*found, found->statements, "grant select on " + table + to);
    for (const auto& table : tables.maybe)
      once(*found, found->if_there, "grant select on " + table + to);
  }
  void once(const QueueGrants& where, std::vector<std::string>& list,
            const std::string& statement) {
    if (seen_.insert(where.database + '\n' + statement).second) list.push_back(statement);
  }

  Session& session_;
  std::vector<std::string> probes_;
  std::set<std::string> seen_;
  std::vector<QueueGrants> all_;
};

bool has_probe(const LoginsRun& run) {
  return std::ranges::any_of(run.wanted,
                             [](const auto& one) { return one.purpose == LoginPurpose::probe; });
}

std::vector<QueueGrants> grants_of(Session& session, const LoginsRun& run) {
  return has_probe(run) ? GrantCollector{session, run}.take() : std::vector<QueueGrants>{};
}

Json json_of_run(Session& session, const LoginsRun& run) {
  Json logins = Json::array();
  for (const auto& one : run.plan) {
    const std::string group{setup::group_of(one.wanted.purpose)};
    Json row{{"login", one.wanted.login},
             {"for", purpose_text(one.wanted)},
             {"role", group.empty() ? Json{} : Json(group)},
             {"state", state_word(one, run.done)},
             {"files", paths_of(run, one.wanted.login)}};
    if (!one.lacks.empty()) row["lacks"] = one.lacks;
    if (!one.wrong.empty()) row["why"] = one.wrong;
    if (!one.wrong.empty()) row["fix"] = one.fix;
    logins.push_back(std::move(row));
  }
  Json grants = Json::array();
  for (const auto& one : grants_of(session, run))
    grants.push_back({{"database", one.database},
                      {"statements", one.statements},
                      {"if_the_table_exists", one.if_there},
                      {"queries", one.queries}});
  return Json{{"schema", 1},
              {"done", run.done},
              {"logins", std::move(logins)},
              {"pg_hba", setup::hba_line(run.database, run.wanted, run.by_certificate)},
              {"grants", std::move(grants)}};
}

void print_files(Session& session, const LoginsRun& run) {
  if (run.files.empty()) return;
  session.out() << "\nThe passwords are in these files only. Copy each to where it is read, mode "
                   "600, and remove it here:\n";
  Table table{{"file", "to"}, {}};
  for (const auto& file : run.files)
    table.rows.push_back({printable(run.folder + "/" + file.path, 200), file.for_what});
  session.print(table);
}

void print_grants(Session& session, const LoginsRun& run) {
  std::string probes;
  for (const auto& one : run.wanted)
    if (one.purpose == LoginPurpose::probe)
      probes += (probes.empty() ? "" : ", ") + printable(one.login, 63);
  for (const auto& one : grants_of(session, run)) {
    session.out() << fmt::format(
        "\nIn the database of the queues \"{}\", as the owner of the jobs:\n",
        printable(one.database, 63));
    for (const auto& statement : one.statements)
      session.out() << "  " << printable(statement, 400) << ";\n";
    if (!one.if_there.empty()) session.out() << "  -- tables that only some versions have:\n";
    for (const auto& statement : one.if_there)
      session.out() << "  " << printable(statement, 400) << ";\n";
    if (!one.queries.empty())
      session.line(fmt::format("{} must be able to run the quer{} of {}: grant it USAGE on the "
                               "schema and SELECT on the tables. `jobflip apply FILE --dry-run` "
                               "tries them.",
                               probes, one.queries.size() == 1 ? "y" : "ies",
                               printable(fmt::format("{}", fmt::join(one.queries, ", ")), 500)),
                   Style::plain, 2);
  }
}

}  // namespace

void show_logins(Session& session, const LoginsRun& run) {
  if (session.format() == Format::json) {
    session.print(json_of_run(session, run));
    return;
  }
  session.print(table_of(run));
  if (session.format() != Format::table) return;
  if (run.done) print_files(session, run);
  session.out()
      << "\npg_hba.conf needs this line, unless another one lets these logins in. samenet is "
         "every network of\nthe database's host: name another where the job servers are "
         "not in it.\n  "
      << printable(setup::hba_line(run.database, run.wanted, run.by_certificate)) << '\n';
  print_grants(session, run);
}

}  // namespace jobflip::cli
