#pragma once
/// Functions, views and triggers of the schema: one set, which `jobflip migrate` replaces as a
/// whole when the store has another one (docs/decisions/0021). Tables belong to the numbered
/// migrations.

#include <string>
#include <string_view>

#include "jobflip/ports/schema_admin.hpp"

namespace jobflip::store {

/// Of the text of all its files.
const std::string& schema_set_hash();

/// What jobflip.installed_set() answers once this program has installed its set: the hash, and
/// `program`, its version.
std::string schema_set_name(std::string_view program);

/// The version in such a name; "0.1.0" for "", since that one made stores without the function.
std::string program_of_set(std::string_view installed);

/// What the answer of jobflip.installed_set() means to a program of this version; "" is never
/// older.
ports::SetState compare_set(std::string_view installed, std::string_view program);

/// Two halves, so that what waits for another's lock can be done in between, before the second half
/// may lock a view or a table. Both run in one transaction of a superuser or a member of
/// jobflip_owner; the first leaves the transaction in the role jobflip_owner, the second resets it.
struct SchemaSetSql {
  std::string functions;
  std::string views_triggers_rights;
};
SchemaSetSql schema_set_sql(std::string_view program);

}  // namespace jobflip::store
