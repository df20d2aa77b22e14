#pragma once
/// Creates and upgrades the schema. For the owner of the database; no daemon uses it.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::ports {

struct Migration {
  int version{};
  std::string name;
  std::string sql;
};

/// The set (functions, views and triggers) in the store, compared with this program's.
enum class SetState {
  same,
  other,  // `migrate` replaces them
  newer,  // installed by a newer program: this one must not replace it
};

struct MigrateReport {
  std::vector<int> ran;  // the versions of the migrations
  bool set_replaced{false};
};

class SchemaAdmin {
 public:
  virtual ~SchemaAdmin() = default;
  /// 0 if the schema is missing.
  virtual Result<int> installed_version() = 0;
  virtual int wanted_version() const = 0;
  virtual std::vector<Migration> pending(int installed) const = 0;
  virtual Result<SetState> set_state() = 0;
  /// The SQL that replaces the set.
  virtual std::string set_sql() const = 0;
  /// Runs every pending migration, and replaces the set if it differs, in one transaction.
  virtual Result<MigrateReport> migrate() = 0;
  /// Makes this copy of another store the store. False if it already was the store.
  /// Requires: every agent of the other store is stopped.
  virtual Result<bool> accept_copy() = 0;
  /// Which database it is: its name, where the server is, and as whom it is used.
  virtual Result<std::string> place() = 0;
  /// The statements that revoke the rights with which any login of the cluster can disturb a lease
  /// in this database. Empty if there are none.
  virtual Result<std::vector<std::string>> open_rights() = 0;
  /// Runs these statements. Refused if another application uses this database: it may need these
  /// rights.
  virtual Result<void> close_rights() = 0;
};

}  // namespace jobflip::ports
