#pragma once
/// Creates the schema and brings it up to date. Run by the owner of the database, never by a
/// daemon.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"

namespace jobflip::ports {

struct Migration {
  int version{};
  std::string name;
  std::string sql;
};

/// The functions, views and triggers in the store, compared with this program's.
enum class SetState {
  same,
  other,  // `migrate` replaces them
  newer,  // of a newer program: this one must not put its own in their place
};

struct MigrateReport {
  std::vector<int> ran;  // numbered migrations
  bool set_replaced{false};
};

class SchemaAdmin {
 public:
  virtual ~SchemaAdmin() = default;
  /// 0 where the schema is missing.
  virtual Result<int> installed_version() = 0;
  virtual int wanted_version() const = 0;
  virtual std::vector<Migration> pending(int installed) const = 0;
  virtual Result<SetState> set_state() = 0;
  /// What replaces the functions, views and triggers.
  virtual std::string set_sql() const = 0;
  /// Runs every pending migration and replaces the set if it is another one: all or nothing.
  virtual Result<MigrateReport> migrate() = 0;
  /// A copy of another store is the store from now on. False: it was already. Every agent of the
  /// other one must have been stopped.
  virtual Result<bool> accept_copy() = 0;
  /// What any login of the cluster may do in this database that can hurt a lease: the statements
  /// that take it away. Empty where nothing is left.
  virtual Result<std::vector<std::string>> open_rights() = 0;
  /// Runs them. Refused where something else lives in this database: its rights are its own affair.
  virtual Result<void> close_rights() = 0;
};

}  // namespace jobflip::ports
