#pragma once
/// One event of the audit log, as read. A chain is a pool's name, or "jobflip" for what concerns no
/// single pool. Within a chain `seq` has no gaps and each event's hash covers the one before.
///
/// The canonical form that is hashed (docs/audit.md): the fields below in this order, each as a
/// 4-byte big-endian length and its bytes, absent ones as the length ffffffff; integers as 8 bytes
/// big-endian; time as microseconds since 1970-01-01 UTC. hash = SHA-256("jobflip-audit-1" ||
/// previous hash || canonical form), the previous hash of seq 1 being 32 zero bytes.

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
  std::string session_user;          // the login that did it: the store's own word
  std::optional<std::string> actor;  // who they say they are
  std::string reason;
  std::string payload;        // JSON, kept as text: the exact bytes are hashed
  std::string previous_hash;  // 32 bytes
  std::string hash;           // 32 bytes
};

}  // namespace jobflip::core
