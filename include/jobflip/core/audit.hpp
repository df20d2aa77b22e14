#pragma once
/// One event of the audit log, as read from the store. Each pool has a chain with its name. The
/// chain "jobflip" has the events that concern no single pool, "jobflip.sessions" the sessions that
/// were ended because they kept a beat waiting, "jobflip.refusals" what changes nothing of a pool.
///
/// Invariants: within a chain `seq` has no gaps, and the hash of each event covers the hash of the
/// event before it:
///
///   hash = SHA-256("jobflip-audit-1" || previous hash || canonical form)
///
/// The previous hash of seq 1 is 32 zero bytes. The canonical form (docs/audit.md) has the fields
/// below, in this order, each as a 4-byte big-endian length and its bytes. An absent field has the
/// length ffffffff and no bytes. An integer has 8 bytes, big-endian. A time is an integer: the
/// microseconds since 1970-01-01 UTC.

#include <cstdint>
#include <optional>
#include <string>

#include "jobflip/base/time.hpp"

namespace jobflip::core {

struct AuditEvent {
  std::string chain;
  std::int64_t seq{};
  WallTime at;
  std::string kind;  // such as "lease_taken"
  std::optional<std::string> node;
  std::optional<std::int64_t> flip;
  std::optional<std::int64_t> epoch;
  std::string session_user;          // the login, as the store knows it
  std::optional<std::string> actor;  // the name that the caller claims
  std::string reason;
  std::string payload;        // JSON, kept as text: the exact bytes are hashed
  std::string previous_hash;  // 32 bytes
  std::string hash;           // 32 bytes
};

}  // namespace jobflip::core
