#pragma once
/// What PUBLIC, and so any login of the cluster, may do in the store's database that can hurt a
/// lease without any right on jobflip's schema.

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace jobflip::store {

/// The statements that take these rights away; empty if nothing is left.
std::vector<std::string> open_rights_in(pqxx::transaction_base& session);

/// One value: a schema or table of somebody else in this database, null if there is none.
extern const char* const kOthersHere;

}  // namespace jobflip::store
