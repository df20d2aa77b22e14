#pragma once
/// Verifies a chain of audit events: recomputes every hash from the event's own fields
/// (core/audit.hpp has the form). Pure: it works on events from the store and on events from an old
/// export, fed in any number of pages.
///
/// What it proves: given a head that is trusted, nothing before it was changed, moved or left out.
/// It can't detect a chain that was recomputed as a whole: heads kept elsewhere are for that.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jobflip/core/audit.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::audit {

inline constexpr std::size_t kHashBytes = 32;  // SHA-256

/// The bytes that are hashed behind the previous hash.
std::string canonical_form(const core::AuditEvent& event);

/// The hash of `event`, 32 bytes, after an event with the hash `previous`.
std::string audit_hash(std::string_view previous, const core::AuditEvent& event);

/// Where a chain does not hold.
struct Flaw {
  std::string chain;
  std::int64_t seq{};
  std::string why;

  bool operator==(const Flaw&) const = default;
};

/// Walks one chain from its first event on. After a flaw it stays where it is.
class ChainWalk {
 public:
  explicit ChainWalk(std::string chain);

  /// The next events, in order. Answers the flaw, if there is one so far.
  const std::optional<Flaw>& feed(std::span<const core::AuditEvent> events);

  /// All events were fed: does the chain end where the head says? A head of seq 0 is of a chain
  /// without events.
  const std::optional<Flaw>& finish(const core::ChainHead& head);

  std::int64_t last_seq() const noexcept { return seq_; }
  const std::optional<Flaw>& flaw() const noexcept { return flaw_; }

 private:
  void check(const core::AuditEvent& event);

  std::string chain_;
  std::int64_t seq_{0};
  std::string hash_;
  std::optional<Flaw> flaw_;
};

}  // namespace jobflip::audit
