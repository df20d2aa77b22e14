#include "store/session.hpp"

#include <array>
#include <utility>

#include "store/migrations.hpp"

namespace jobflip::store {
namespace {

using pg::Meaning;

constexpr int kOldestServer = 140000;

// where jobflip has run for long, the connection string is wrong, and nothing should be created
constexpr std::string_view kNoSchema =
    "is it the right database? check dbname= and host=; in a new one run `jobflip init`";

constexpr std::array kMeanings{
    Meaning{"JF001", ErrorCode::refused, ""},
    Meaning{"JF002", ErrorCode::refused, ""},
    Meaning{"JF003", ErrorCode::not_found, ""},
    Meaning{"JF005", ErrorCode::usage, ""},
    Meaning{"JF006", ErrorCode::store_denied, ""},
    Meaning{"3F000", ErrorCode::schema_missing, kNoSchema},
    Meaning{"42P01", ErrorCode::schema_missing, kNoSchema},
    Meaning{"42883", ErrorCode::schema_missing, "run `jobflip init`, or `jobflip migrate`"},
    Meaning{"42501", ErrorCode::store_denied,
            "grant the login its group: reading needs jobflip_reader or jobflip_operator, changes "
            "need jobflip_operator, daemons jobflip_agent or jobflip_supervisor, the fence "
            "jobflip_worker"},
};

std::string options_of(const StoreSettings& settings, Purpose purpose) {
  if (purpose != Purpose::change) return "";
  // planned once a session: our statements are by key, and what is rare is not planned five times
  std::string options = "-c plan_cache_mode=force_generic_plan";
  // a wait for a lock must not cost the session: perhaps no new one can log in (docs/attacks.md)
  options += " -c lock_timeout=" + std::to_string(settings.call_deadline.count() / 2);
  if (!settings.program.empty()) options += " -c jobflip.program=" + settings.program;
  return options;
}

Result<void> judge_schema(pg::Cells row) {
  return check_schema_version(static_cast<int>(row.number()), wanted_schema_version());
}

}  // namespace

pg::SessionRules session_rules(const StoreSettings& settings, Purpose purpose) {
  pg::SessionRules rules;
  rules.options = options_of(settings, purpose);
  rules.only_catalog = true;
  rules.read_write = purpose == Purpose::change || purpose == Purpose::migrate;
  rules.warnings_refuse = purpose == Purpose::change;
  rules.meanings = kMeanings;
  rules.check_server = check_server_version;
  if (purpose == Purpose::change || purpose == Purpose::read)
    rules.first_query =
        pg::FirstQuery{"schema", "select jobflip.installed_version()", judge_schema};
  return rules;
}

Result<std::string> session_conninfo(const StoreSettings& settings, Purpose purpose) {
  return pg::session_conninfo(settings, session_rules(settings, purpose));
}

Error error_of_statement(std::string_view what, const pg::ServerWords& words) {
  return pg::error_of_statement(what, words, kMeanings);
}

Error error_of_connecting(std::string_view text) {
  return pg::error_of_connecting(text, kMeanings);
}

Result<void> check_schema_version(int installed, int wanted) {
  const auto text = "the store's schema has version " + std::to_string(installed) +
                    ", this program wants " + std::to_string(wanted);
  if (installed == 0)
    return Error{ErrorCode::schema_missing, "the store has no schema jobflip",
                 std::string{kNoSchema}};
  if (installed < wanted) return Error{ErrorCode::schema_old, text, "run `jobflip migrate`"};
  if (installed > wanted) return Error{ErrorCode::schema_new, text, "upgrade this program"};
  return {};
}

Result<void> check_server_version(int number) {
  if (number >= kOldestServer) return {};
  const int major = number / 10000;
  // up to 9.6 the first two numbers named a major version
  const int minor = major >= 10 ? number % 10000 : number / 100 % 100;
  return Error{ErrorCode::store_failed,
               "the store's server is PostgreSQL " + std::to_string(major) + "." +
                   std::to_string(minor) + ", and jobflip needs 14 or newer",
               "upgrade that server, or connect to one that is newer"};
}

}  // namespace jobflip::store
