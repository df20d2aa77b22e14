#pragma once
/// What holds for a session at the store, by what it is for: rights, limits, and the check that
/// server and schema are those that this program is made for.

#include "jobflip/base/result.hpp"
#include "jobflip/pg/connection.hpp"
#include "jobflip/store/settings.hpp"

namespace jobflip::store {

enum class Purpose {
  change,   // the primary, read-write, our schema
  read,     // any server, our schema
  migrate,  // the primary, whatever schema
  listen,   // any server
};

/// `settings` is read at once, and not kept.
pg::SessionRules session_rules(const StoreSettings& settings, Purpose purpose);

/// A connection string with everything that is in force for a session of this purpose.
Result<std::string> session_conninfo(const StoreSettings& settings, Purpose purpose);

/// The errors of the store's own answers: what an SQLSTATE means in jobflip's schema.
Error error_of_statement(std::string_view what, const pg::ServerWords& words);
Error error_of_connecting(std::string_view text);

/// Compares the schema's version with this program's: an error if they differ.
Result<void> check_schema_version(int installed, int wanted);

/// A server that is too old is an error. `number`: its server_version_num, such as 150018. Older
/// servers lack functions that only some calls need: `init` would succeed and flips would fail.
Result<void> check_server_version(int number);

/// What the store's NOTIFYs go through.
inline constexpr const char* kWakeChannel = "jobflip";

}  // namespace jobflip::store
