// The schema's administration.

#include "jobflip/ports/schema_admin.hpp"

#include <algorithm>
#include <type_traits>

#include "jobflip/base/escape.hpp"
#include "jobflip/store/open.hpp"
#include "store/admin_session.hpp"
#include "store/migrations.hpp"
#include "store/open_rights.hpp"
#include "store/schema_set.hpp"
#include "store/schema_version.hpp"

namespace jobflip::store {
namespace {

Result<std::string> set_in(pqxx::transaction_base& session) {
  // 0.1.0 made stores without that function
  const auto found = has_function(session, "jobflip.installed_set");
  if (!found) return found.error();
  if (!*found) return std::string{};
  return std::string{session.exec("select jobflip.installed_set()").at(0)[0].c_str()};
}

/// Whoever waits for a lock of ours makes all others wait behind it, beats too: so it waits for
/// less than a beat's deadline, and then lets everybody through before it tries again.
constexpr const char* kLockWait = "set local lock_timeout = '300ms'";
constexpr int kMostTries = 20;

/// One migration at a time. Programs only read this table, which this lock allows.
constexpr const char* kOneAtATime =
    "lock table jobflip_data.schema_version in share row exclusive mode";

class PgSchemaAdmin final : public ports::SchemaAdmin {
 public:
  explicit PgSchemaAdmin(StoreSettings settings) : settings_(std::move(settings)) {
    settings_.call_deadline = std::max(settings_.call_deadline, Millis{60'000});
  }

  Result<int> installed_version() override {
    auto version = in_session("schema", "migrate", version_in);
    if (version) installed_ = *version;
    return version;
  }

  int wanted_version() const override { return last_migration(); }

  std::vector<ports::Migration> pending(int installed) const override {
    std::vector<ports::Migration> left;
    for (const auto& migration : migrations())
      if (migration.version > installed) left.push_back(migration);
    return left;
  }

  Result<ports::SetState> set_state() override {
    return in_session("schema", "migrate", [this](pqxx::work& session) -> Result<ports::SetState> {
      const auto set = set_in(session);
      if (!set) return set.error();
      return compare_set(*set, settings_.program);
    });
  }

  std::string set_sql() const override {
    const auto sql = schema_set_sql(settings_.program);
    return sql.functions + sql.views_triggers_rights;
  }

  Result<ports::MigrateReport> migrate() override {
    const auto once = [this] {
      return in_session("migrate", installed_ == 0 ? "init" : "migrate",
                        [this](pqxx::work& transaction) { return run(transaction); });
    };
    auto done = once();
    for (int i = 1;
         i < kMostTries && done.has_error() && done.error().code == ErrorCode::store_conflict; ++i)
      done = once();
    return done;
  }

  Result<bool> accept_copy() override {
    return in_session("accept_copy", "migrate --accept-copy",
                      [](pqxx::work& session) -> Result<bool> {
                        return session.exec("select jobflip.accept_copy()").at(0)[0].as<bool>();
                      });
  }

  Result<std::vector<std::string>> open_rights() override {
    return in_session("rights", "migrate --own-database", [](pqxx::work& session) {
      return Result<std::vector<std::string>>{open_rights_in(session)};
    });
  }

  Result<std::string> place() override {
    return in_session("place", "migrate", [](pqxx::work& session) -> Result<std::string> {
      auto& connection = session.conn();
      const auto text = [](const char* value) { return std::string{value ? value : ""}; };
      const auto host = text(connection.hostname()), port = text(connection.port());
      const bool socket = host.empty() || host.starts_with('/') || host.starts_with('@');
      return "database \"" + printable(connection.dbname(), 63) + "\" " +
             (socket ? "over the socket in " + printable(host, 200)
                     : "on " + printable(host, 200)) +
             ", port " + printable(port, 20) + ", as " + printable(connection.username(), 63);
    });
  }

  Result<void> close_rights() override {
    return in_session(
        "rights", "migrate --own-database", [](pqxx::work& transaction) -> Result<void> {
          const auto others = transaction.exec(kOthersHere).at(0)[0];
          if (!others.is_null())
            return Error{
                ErrorCode::refused,
                "this database is not jobflip's own: " + printable(others.c_str(), 200) +
                    " is in it too",
                "`jobflip migrate --own-database --dry-run` prints the statements: agree with its "
                "owner which of them can be run"};
          for (const auto& statement : open_rights_in(transaction)) transaction.exec(statement);
          return {};
        });
  }

 private:
  Result<ports::MigrateReport> run(pqxx::work& transaction) const {
    transaction.exec(kLockWait);
    ports::MigrateReport done;
    auto version = version_in(transaction);
    if (!version) return version.error();
    if (*version > 0) {
      const auto set = set_in(transaction);
      if (!set) return set.error();
      const auto state = compare_set(*set, settings_.program);
      if (*version == wanted_version() && state == ports::SetState::same) return done;
      transaction.exec(kOneAtATime);
      version = version_in(transaction);  // another migration may have ended meanwhile
      if (!version) return version.error();
    }
    const int installed = *version;
    if (installed > wanted_version())
      return check_schema_version(installed, wanted_version()).error();
    const auto set = set_in(transaction);
    if (!set) return set.error();
    const auto state = compare_set(*set, settings_.program);
    if (state == ports::SetState::newer) return set_is_newer(*set);
    for (const auto& migration : pending(installed)) {
      transaction.exec(migration.sql);
      transaction.exec("insert into jobflip_data.schema_version (version, name) values (" +
                       transaction.quote(migration.version) + ", " +
                       transaction.quote(migration.name) + ")");
      done.ran.push_back(migration.version);
    }
    done.set_replaced = state != ports::SetState::same || !done.ran.empty();
    if (done.set_replaced) replace_set(transaction, installed, *set, done.ran);
    return done;
  }

  /// What waits for others comes first: the functions, which nobody waits for, then the audit log,
  /// and last the views and triggers, of which those that changed are locked until the commit.
  void replace_set(pqxx::work& transaction, int installed, const std::string& was,
                   const std::vector<int>& ran) const {
    const auto sql = schema_set_sql(settings_.program);
    transaction.exec(sql.functions);
    if (installed > 0) {
      std::string versions;
      for (const int version : ran)
        versions += (versions.empty() ? "" : ",") + std::to_string(version);
      transaction.exec("select jobflip.record_upgrade(" + transaction.quote("{" + versions + "}") +
                       "::integer[], " + transaction.quote(was) + ", " +
                       transaction.quote(schema_set_name(settings_.program)) + ")");
    }
    transaction.exec(sql.views_triggers_rights);
  }

  Error set_is_newer(const std::string& set) const {
    return {ErrorCode::schema_new,
            "the store's functions are those of jobflip " + printable(program_of_set(set), 40) +
                ", this program is " + settings_.program,
            "run `jobflip migrate` of the newer one"};
  }

  /// `verb`: the command that a login without the right is told to have a superuser type.
  template <class Work>
  std::invoke_result_t<Work, pqxx::work&> in_session(std::string_view what, std::string_view verb,
                                                     Work work) const {
    const std::string_view also =
        verb == "init" ? "the owner of the database with CREATEROLE, or without it once a "
                         "superuser made the roles (docs/operations.md)"
                       : "";
    return in_admin_session(settings_, {what, verb, also}, work);
  }

  StoreSettings settings_;
  int installed_{0};  // as it was last asked for
};

}  // namespace

std::unique_ptr<ports::SchemaAdmin> open_schema_admin(StoreSettings settings) {
  return std::make_unique<PgSchemaAdmin>(std::move(settings));
}

}  // namespace jobflip::store
