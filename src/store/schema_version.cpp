#include "store/schema_version.hpp"

#include "jobflip/base/escape.hpp"

namespace jobflip::store {

Result<bool> has_function(pqxx::transaction_base& session, const std::string& name) {
  const auto found = session.exec(
      "select r.rolname, r.rolname = 'jobflip_owner' or r.rolsuper from pg_proc p "
      "join pg_roles r on r.oid = p.proowner where p.oid = to_regproc('" +
      name + "')");
  if (found.empty()) return false;
  if (found.at(0).at(1).as<bool>()) return true;
  return Error{ErrorCode::refused,
               "function " + name + " of this database belongs to role \"" +
                   printable(found.at(0).at(0).c_str(), 63) + "\", not to jobflip_owner",
               "`jobflip init` did not make it: see who made the schema jobflip, and drop it"};
}

Result<int> version_in(pqxx::transaction_base& session) {
  // by a function: everybody in a group may call it, and only the owner may read the table
  const auto last = has_function(session, "jobflip.last_migration");
  if (!last) return last.error();
  if (*last) return session.exec("select jobflip.last_migration()").at(0)[0].as<int>();
  // 0.1.0 made stores without that function
  const auto found = has_function(session, "jobflip.installed_version");
  if (!found) return found.error();
  if (!*found) return 0;
  return session.exec("select jobflip.installed_version()").at(0)[0].as<int>();
}

}  // namespace jobflip::store
