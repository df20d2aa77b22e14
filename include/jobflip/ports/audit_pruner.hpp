#pragma once
/// Removes old events from the audit log, once an export has them. For the owner of the database;
/// no daemon uses it.

#include <cstdint>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::ports {

/// Events of one chain that an export has: those from its first one in the store up to `up_to`.
struct AuditSeal {
  std::string chain;
  std::int64_t up_to{};
  std::string hash;       // of the last one: 32 bytes
  std::int64_t events{};  // how many
  std::string sha256;     // of the export, in hex
  WallTime before;        // the beginning of a month: all of them happened before
  std::string actor;
  std::string reason;
};

class AuditPruner {
 public:
  virtual ~AuditPruner() = default;
  /// Removes these events, and appends one that says so, in one transaction. Refused if the store
  /// has others than the seal says.
  /// Requires: the export is on a disk, and was verified.
  virtual Result<void> seal(const AuditSeal& seal) = 0;
};

}  // namespace jobflip::ports
