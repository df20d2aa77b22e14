#pragma once
/// What libpqxx 6 (Debian 12) and libpqxx 7 (Debian 13) name differently. The rest of this room
/// uses only what both have: exec() and quote(), not exec1(), exec_params() or pqxx::params.

#include <pqxx/pqxx>

namespace jobflip::store {

/// Half of a transaction on another session would not be all or nothing. libpqxx 6 reconnects
/// silently; 7 can't.
inline void forbid_a_silent_reconnect([[maybe_unused]] pqxx::connection& connection) {
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
}

/// The text of every error has its SQLSTATE in it, as words_of_verbose() reads it.
inline void put_sqlstates_in_errors(pqxx::connection& connection) {
#if PQXX_VERSION_MAJOR < 7
  connection.set_verbosity(pqxx::connection_base::verbose);
#else
  connection.set_verbosity(pqxx::error_verbosity::verbose);
#endif
}

}  // namespace jobflip::store
