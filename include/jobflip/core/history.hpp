#pragma once
/// The records that reviewers read: the lines of `history`, the timeline of a flip, audit events.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/audit.hpp"
#include "jobflip/core/left_behind.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

enum class HistoryKind {
  flip,
  takeover,  // of a silent holder, which no flip asked for
  take,      // of a pool that nobody held, without a flip
  hold,      // a flip that was wanted and not made
  refused,   // a flip that was asked for and refused
  damaged,   // its row in the store can't be read
};
std::string_view name_of(HistoryKind kind) noexcept;
std::optional<HistoryKind> parse_history_kind(std::string_view name) noexcept;

/// One line of `history`.
struct HistoryEntry {
  WallTime at;
  PoolName pool;
  HistoryKind kind{};
  std::optional<FlipId> flip;
  std::string from, to;             // "": none
  std::string outcome;              // the flip's state; of a hold, the rule
  std::optional<Millis> to_active;  // from the request (of a takeover, the take) to running workers
  std::optional<Millis> to_end;     // from the request to the end
  std::string actor;
  std::string reason;
  std::string login{};  // as the store knows it; "" if its program does not say
};

/// Which events or entries are wanted; what is not set excludes nothing.
struct EventFilter {
  std::optional<WallTime> since;  // at that time or later
  std::optional<WallTime> until;  // before that time
  std::string node;               // of a flip or a take: either end of it
  std::string actor;              // the claimed name or the login
  std::string kind;               // of the audit log, or of the history
  std::optional<FlipId> flip;
  bool operator==(const EventFilter&) const = default;
};

struct HistoryQuery {
  PoolName pool;  // empty: all
  int limit{20};
  EventFilter filter{};
};

/// The most entries that the store returns in one call.
inline constexpr int kMostHistory = 10'000;

/// A flip that was not aborted, whatever came of it.
bool is_flip_carried_out(const HistoryEntry& entry) noexcept;

struct TimelineStep {
  WallTime at;
  std::string state;  // a flip's state, or the audit kind of an event that is not a step
  std::string node;
  std::string sentence;
};

/// A black box, as the store keeps it (black_box.hpp).
struct BlackBoxRecord {
  NodeName node;
  WallTime kept_at;
  std::string sha256;    // of the document, as the audit event has it: 64 hexadecimal digits
  std::string document;  // JSON from a host: untrusted, and any part may be missing
};

struct FlipTimeline {
  FlipView flip;
  std::string evidence;  // JSON: what the request was based on
  std::vector<TimelineStep> steps;
  std::vector<BlackBoxRecord> black_boxes;
  std::optional<LeftBehind> left_behind{};  // empty: requested before it was recorded
};

struct AuditQuery {
  std::string chain;          // "": all chains
  std::int64_t after_seq{0};  // with a chain: only events after this one
  std::int64_t limit{1000};
  bool newest_first{false};
  EventFilter filter{};
};

struct ChainHead {
  std::string chain;
  std::int64_t seq{};
  std::string hash;
  bool operator==(const ChainHead&) const = default;
};

}  // namespace jobflip::core
