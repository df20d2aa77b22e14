#pragma once
/// One transaction of whoever administers the store, on libpqxx: a person waits for it, so that it
/// needs neither a deadline within a second nor a cut from another thread.

#include <memory>
#include <pqxx/pqxx>
#include <string_view>
#include <type_traits>

#include "jobflip/base/result.hpp"
#include "jobflip/store/settings.hpp"
#include "store/pqxx_versions.hpp"
#include "store/session.hpp"

namespace jobflip::store {

/// For each transaction: what anybody planted in `public` must not run with these rights. The
/// connection's own setting is not enough, because a pooler may drop it.
inline constexpr const char* kOnlyCatalog = "set local search_path = pg_catalog, pg_temp";

/// `what` is the call, such as "migrate".
Error error_of_admin(std::string_view what, const std::exception& thrown);

/// The hint says who may run this command, and what they type. `verb`: the command; `also`: who
/// else but a superuser may, "" if nobody.
Error denied_to(Error error, pqxx::connection& connection, std::string_view verb,
                std::string_view also);

/// libpqxx keeps no SQLSTATE of a refused connection, libpq does: it is asked.
Error why_refused(const StoreSettings& settings, std::string_view text);

struct AdminCall {
  std::string_view what;  // names it in an error
  std::string_view verb;  // the command that a login without the right is told to have typed
  std::string_view also_allowed{};
};

/// Runs `work` in a transaction on a session of its own; it is rolled back if the result is an
/// error. No exception of libpqxx gets past it: what all of them are, in 6 and in 7, is
/// std::exception.
template <class Work>
std::invoke_result_t<Work, pqxx::work&> in_admin_session(const StoreSettings& settings,
                                                         const AdminCall& call, Work work) {
  const auto conninfo = session_conninfo(settings, Purpose::migrate);
  if (!conninfo) return conninfo.error();
  std::unique_ptr<pqxx::connection> connection;
  try {
    connection = std::make_unique<pqxx::connection>(*conninfo);
  } catch (const std::exception& thrown) {
    return why_refused(settings, thrown.what());
  }
  if (auto fits = check_server_version(connection->server_version()); !fits) return fits.error();
  try {
    forbid_a_silent_reconnect(*connection);
    put_sqlstates_in_errors(*connection);
    pqxx::work transaction{*connection};
    transaction.exec(kOnlyCatalog);
    auto done = work(transaction);
    if (done) transaction.commit();
    return done;
  } catch (const std::exception& thrown) {
    auto error = error_of_admin(call.what, thrown);
    if (error.code != ErrorCode::store_denied || !error.hint.empty()) return error;
    return denied_to(std::move(error), *connection, call.verb, call.also_allowed);
  }
}

}  // namespace jobflip::store
