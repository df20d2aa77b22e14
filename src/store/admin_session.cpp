#include "store/admin_session.hpp"

#include "jobflip/base/escape.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

Error error_of_admin(std::string_view what, const std::exception& thrown) {
  const std::string_view text = thrown.what();
  if (dynamic_cast<const pqxx::in_doubt_error*>(&thrown) != nullptr)
    return {ErrorCode::store_unreachable,
            std::string{what} + ": the connection broke while it was committed: " + printable(text),
            "run it again: what is done already is not done twice"};
  const auto words = pg::words_of_verbose(text);
  if (words.sqlstate.empty() && dynamic_cast<const pqxx::broken_connection*>(&thrown) != nullptr)
    return {ErrorCode::store_unreachable,
            std::string{what} + ": the connection broke: " + printable(text), "run it again"};
  auto error = error_of_statement(what, words);
  // the usual hint names jobflip's groups, and none of them may administer the store
  if (error.code == ErrorCode::store_denied && words.hint.empty()) error.hint.clear();
  return error;
}

Error denied_to(Error error, pqxx::connection& connection, std::string_view verb,
                std::string_view also) {
  std::string names = "postgres";
  try {
    pqxx::work session{connection};
    session.exec(kOnlyCatalog);
    // everybody may read pg_roles
    const auto found =
        session
            .exec(
                "select string_agg(rolname, ', ' order by rolname) from pg_catalog.pg_roles "
                "where rolsuper and rolcanlogin")
            .at(0);
    if (!found[0].is_null()) names = printable(found[0].c_str(), 200);
  } catch (const std::exception&) {
    // PostgreSQL's own name for its superuser is the best guess
  }
  error.hint =
      (also.empty()
           ? "only a superuser of this cluster can: " + names
           : "a superuser of this cluster can: " + names + "; so can " + std::string{also}) +
      "\non the database's host type: runuser -u postgres -- jobflip " + std::string{verb} +
      " --store \"host=/var/run/postgresql dbname=" + printable(connection.dbname(), 63) + "\"";
  return error;
}

Error why_refused(const StoreSettings& settings, std::string_view text) {
  pg::Connection again{settings, session_rules(settings, Purpose::migrate)};
  const auto connected = again.connect();
  return connected ? error_of_connecting(text) : connected.error();
}

}  // namespace jobflip::store
