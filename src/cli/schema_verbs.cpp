#include <fmt/format.h>

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/confirm.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Schema {
  std::unique_ptr<ports::SchemaAdmin> admin;
  int installed{0};
};

Result<Schema> open_schema(Session& session) {
  auto admin = session.schema_admin();
  if (!admin) return admin.error();
  const auto installed = (*admin)->installed_version();
  if (!installed) return installed.error();
  return Schema{std::move(*admin), *installed};
}

Json names_of(const std::vector<ports::Migration>& migrations, bool with_sql) {
  Json out = Json::array();
  for (const auto& migration : migrations) {
    Json one{{"version", migration.version}, {"name", migration.name}};
    if (with_sql) one["sql"] = migration.sql;
    out.push_back(std::move(one));
  }
  return out;
}

/// What `migrate` would do.
struct Pending {
  std::vector<ports::Migration> migrations;
  bool set{false};

  bool empty() const { return migrations.empty() && !set; }
};

constexpr const char* kSetName = "functions_views_triggers";

/// The set comes after every numbered migration, because it needs the tables.
Result<Pending> pending_in(const Schema& schema) {
  const auto state = schema.admin->set_state();
  if (!state) return state.error();
  auto migrations = schema.admin->pending(schema.installed);
  const bool set = *state != ports::SetState::same || !migrations.empty();
  return Pending{std::move(migrations), set};
}

/// `rights`: the statements of --own-database.
void print_pending(Session& session, const Schema& schema, const Pending& pending,
                   const std::vector<std::string>& rights) {
  if (session.format() != Format::table) {
    Table table{{"version", "name"}, {}};
    for (const auto& one : pending.migrations)
      table.rows.push_back({std::to_string(one.version), one.name});
    if (pending.set) table.rows.push_back({"set", kSetName});
    for (const auto& statement : rights) table.rows.push_back({"right", statement});
    session.print(table);
    return;
  }
  for (const auto& migration : pending.migrations) {
    session.out() << fmt::format("{:04} {}\n", migration.version, migration.name);
    if (session.options().show_sql) session.out() << migration.sql << '\n';
  }
  if (pending.set) session.out() << fmt::format("set  {}\n", kSetName);
  if (pending.set && session.options().show_sql) session.out() << schema.admin->set_sql() << '\n';
  for (const auto& statement : rights) session.out() << printable(statement) << ";\n";
}

ExitCode show_pending(Session& session, const Schema& schema, const Pending& pending) {
  const bool with_sql = session.options().show_sql;
  const bool is_own = session.options().own_database;
  const int wanted = schema.admin->wanted_version();
  Result<std::vector<std::string>> rights{std::vector<std::string>{}};
  if (is_own) rights = schema.admin->open_rights();
  if (!rights) return session.fail(rights.error());
  if (session.format() == Format::json) {
    Json out{{"schema", 1},
             {"version", schema.installed},
             {"wanted", wanted},
             {"pending", names_of(pending.migrations, with_sql)},
             {"functions_pending", pending.set}};
    if (with_sql && pending.set) out["functions_sql"] = schema.admin->set_sql();
    if (is_own) out["open_rights"] = *rights;
    session.print(out);
    return ExitCode::done;
  }
  print_pending(session, schema, pending, *rights);
  if (pending.empty() && rights->empty())
    session.notice(fmt::format("nothing to do: version {}", wanted));
  else if (!rights->empty())
    session.notice(
        "nothing was done: --dry-run. If another application uses this database, agree with its "
        "owner which of these statements can be run");
  return ExitCode::done;
}

/// What any login of the cluster may still do in this database.
void print_open_rights(Session& session, const std::vector<std::string>& statements, bool tried) {
  if (session.format() != Format::table || statements.empty()) return;
  if (tried)
    session.out() << "not all of it was taken away. A superuser can run:\n";
  else
    session.out()
        << "any login of this cluster may connect to this database, fill its lock table and "
           "its\nnotifications, and use up the connections: beats fail then, and workers "
           "are stopped.\nNobody's rights were changed. If nothing else is in this "
           "database: `jobflip migrate\n--own-database`. If something is, agree with its "
           "owner which of these can be run:\n";
  for (const auto& statement : statements) session.out() << "  " << printable(statement) << ";\n";
}

ExitCode run_migrations(Session& session, Schema& schema) {
  const auto ran = schema.admin->migrate();
  if (!ran) return session.fail_change(ran.error(), "look with `jobflip migrate --dry-run`");
  const int now = ran->ran.empty() ? schema.installed : ran->ran.back();
  if (session.format() != Format::json)
    session.out() << fmt::format("the schema is at version {}\n", now);
  const bool is_own = session.options().own_database;
  if (is_own) {
    if (const auto closed = schema.admin->close_rights(); !closed)
      return session.fail_change(closed.error(), "look with `jobflip doctor`");
    if (session.format() == Format::table)
      session.out() << "this database is jobflip's own: only logins in its groups may connect, "
                       "and those\nwho were granted CONNECT on it, such as the login that reads a "
                       "queue\n";
  }
  const auto open = schema.admin->open_rights();
  if (!open) return session.fail(open.error());
  if (session.format() == Format::json)
    session.print(Json{{"schema", 1},
                       {"version", now},
                       {"ran", ran->ran},
                       {"functions_replaced", ran->set_replaced},
                       {"open_rights", *open}});
  else if (is_own || schema.installed == 0)
    print_open_rights(session, *open, is_own);
  return ExitCode::done;
}

/// What --own-database takes away, before the schema is there to list the statements.
constexpr const char* kOwnDatabase =
    "--own-database takes away CONNECT from all logins that are in none of jobflip's groups;\n"
    "from everyone TEMPORARY, the functions of advisory locks, large objects and logical messages, "
    "and\nCREATE in the schema public; and it limits the connections to this database, and "
    "sessions\nthat idle in a transaction to 10 seconds. Nothing else may be in this database.\n";

/// Says where, and what else, before the question.
Result<bool> agrees(Session& session, ports::SchemaAdmin& admin, std::string_view what) {
  if (session.options().yes) return true;
  const auto place = admin.place();
  if (!place) return place.error();
  session.out() << what << fmt::format("The store: {}\n", printable(*place));
  return confirm(session, "yes", "Type yes to go on: ");
}

ExitCode accept_copy(Session& session, ports::SchemaAdmin& admin) {
  const auto agreed =
      agrees(session, admin,
             "Its holders may still hold in the store that it was copied from. Go on when every "
             "agent\nof that one is stopped, and none will come back to it.\n");
  if (!agreed) return session.fail(agreed.error());
  if (!*agreed) return session.error(ExitCode::failed, "nothing was changed");
  const auto accepted = admin.accept_copy();
  if (!accepted) return session.fail_change(accepted.error(), "look with `jobflip status`");
  if (session.format() == Format::json) {
    session.print(Json{{"schema", 1}, {"accepted", *accepted}});
  } else {
    session.out() << (*accepted
                          ? "this is the store from now on: pools can be taken after the freeze\n"
                          : "this was the store already: nothing was changed\n");
  }
  return ExitCode::done;
}

}  // namespace

ExitCode perform_init(Session& session) {
  if (const auto can = can_confirm(session); !can) return session.fail(can.error());
  auto schema = open_schema(session);
  if (!schema) return session.fail(schema.error());
  if (schema->installed != 0) {
    return session.error(
        ExitCode::refused,
        fmt::format("the schema is already there at version {}", schema->installed), "",
        session.options().own_database
            ? "`jobflip migrate --own-database` takes the rights away now"
            : "`jobflip migrate` brings it up to date; `jobflip migrate --own-database --dry-run` "
              "prints what any login may still do here");
  }
  const std::string what =
      "This creates the schemas jobflip and jobflip_data, and the roles jobflip_owner,\n"
      "jobflip_agent, jobflip_supervisor, jobflip_operator, jobflip_worker and jobflip_reader.\n";
  const auto agreed =
      agrees(session, *schema->admin, session.options().own_database ? what + kOwnDatabase : what);
  if (!agreed) return session.fail(agreed.error());
  if (!*agreed) return session.error(ExitCode::failed, "nothing was changed");
  return run_migrations(session, *schema);
}

ExitCode perform_migrate(Session& session) {
  const auto& o = session.options();
  if (o.accept_copy || (o.own_database && !o.dry_run)) {
    const auto can = can_confirm(session, o.accept_copy ? "" : "--dry-run");
    if (!can) return session.fail(can.error());
  }
  auto schema = open_schema(session);
  if (!schema) return session.fail(schema.error());
  const int wanted = schema->admin->wanted_version();
  if (schema->installed == 0) {
    return session.error(ExitCode::failed, "the schema is not there", "",
                         "create it with `jobflip init`");
  }
  if (schema->installed > wanted) {
    return session.error(ExitCode::refused,
                         fmt::format("the schema is at version {}, and this program knows {}",
                                     schema->installed, wanted),
                         "", "install a newer jobflip");
  }
  if (o.accept_copy) return accept_copy(session, *schema->admin);
  const auto pending = pending_in(*schema);
  if (!pending) return session.fail(pending.error());
  if (o.dry_run) return show_pending(session, *schema, *pending);
  if (o.own_database) {
    const auto agreed = agrees(session, *schema->admin, kOwnDatabase);
    if (!agreed) return session.fail(agreed.error());
    if (!*agreed) return session.error(ExitCode::failed, "nothing was changed");
  }
  if (session.format() == Format::table) print_pending(session, *schema, *pending, {});
  return run_migrations(session, *schema);
}

}  // namespace jobflip::cli
