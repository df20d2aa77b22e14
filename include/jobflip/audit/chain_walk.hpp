#pragma once
/// Walks one chain of the audit log, event by event, and says where and how it was changed.
/// docs/audit.md, "What verify finds", has the meaning of each finding, and what can't be told
/// apart.
///
/// Invariants: memory does not grow with the events. The first bad event counts: after it the walk
/// looks at later events only to name the finding. A walk without a flaw went through events whose
/// numbers have no gap, whose hashes fit what they say, and each of which follows the one before.
///
/// What it proves: given a head that is trusted, nothing before it was changed, moved or left out.
/// It can't detect a chain that was recomputed as a whole: anchors are for that.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/audit/chain.hpp"
#include "jobflip/core/audit.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::audit {

enum class Finding {
  edited,     // the event's own hash does not fit what it says
  deleted,    // a number is missing between two events that hold, or at the beginning
  inserted,   // an event that has no place in the chain, which holds without it
  reordered,  // an event that has its place elsewhere in the chain
  truncated,  // the end is missing: a head or an anchor names an event beyond it
  rewritten,  // it holds in itself, and does not lead to what is known from elsewhere
  headless,   // the chain has events, and what keeps its head does not know it
};
std::string_view name_of(Finding finding) noexcept;

/// Where a chain does not hold.
struct Flaw {
  Finding finding{};
  std::string chain;
  std::int64_t seq{};  // the first bad event; of `deleted` and `truncated` the first missing one
  std::string why;
  std::optional<WallTime> at{};  // of that event; empty if it is missing
  std::string kind{};            // "": it is missing

  bool operator==(const Flaw&) const = default;
};

/// What the chain itself says of events that were exported and removed (`audit prune`).
struct Seal {
  std::int64_t up_to{};   // the last event that was removed
  std::string hash;       // its hash, 32 bytes
  std::int64_t events{};  // how many went into that export
  std::string sha256;     // of the export, in hex
  bool operator==(const Seal&) const = default;
};

/// Where a chain must begin and end, as far as anybody says. A `begin` of seq 0 is the origin; seq
/// N is the event before the first one of a part.
struct ChainEnds {
  std::optional<core::ChainHead> begin;
  std::optional<core::ChainHead> head;
  bool is_part{false};  // anchors beyond the head are not missed
};

class ChainWalk {
 public:
  explicit ChainWalk(std::string chain) : ChainWalk{std::move(chain), {}} {}
  /// The anchors of this chain, in any order.
  ChainWalk(std::string chain, std::vector<core::ChainHead> anchors);

  /// The next event, in the order of the store or of the file.
  void add(const core::AuditEvent& event);
  /// Answers the flaw, if there is one so far.
  const std::optional<Flaw>& feed(std::span<const core::AuditEvent> events);

  /// All events were given. Answers the flaw, if there is one.
  const std::optional<Flaw>& finish(const ChainEnds& ends);
  /// A whole chain that ends at `head`. A head of seq 0 is of a chain without events.
  const std::optional<Flaw>& finish(const core::ChainHead& head);

  /// Where it begins: the event before the first one. seq 0: the origin.
  const core::ChainHead& start() const noexcept { return start_; }
  /// The last event that holds.
  const core::ChainHead& last() const noexcept { return last_; }
  std::int64_t last_seq() const noexcept { return last_.seq; }
  const std::optional<Flaw>& flaw() const noexcept { return flaw_; }
  /// True if no event that could come can change what was found.
  bool is_decided() const noexcept { return flaw_.has_value(); }
  /// The seal that explains why the chain begins behind its origin.
  const std::optional<Seal>& seal() const noexcept { return seal_; }
  /// Anchors that were compared. Those of a part's beginning that is not there are not.
  std::size_t anchors_compared() const noexcept { return compared_; }

 private:
  struct Place {  // of an event, without its text
    std::int64_t seq{};
    WallTime at;
    std::string kind;
    std::string previous_hash;
    std::string hash;
  };
  static Place place_of(const core::AuditEvent& event);
  static bool follows(const Place& place, const core::ChainHead& before);
  void begin_at(const Place& place);
  void accept(const core::AuditEvent& event);
  void compare_anchors();
  void take_seal(const core::AuditEvent& event);
  void add_in_turn(const core::AuditEvent& event);
  void add_out_of_turn(Place place);
  void add_after_gap(const core::AuditEvent& event);
  void decide_gap();
  void decide_repeated(const std::string& next_previous);
  void check_begin(const ChainEnds& ends);
  void check_head(const core::ChainHead& head);
  void check_missing_anchors();
  void breaks(Finding finding, const Place& place, std::string why);
  void breaks(Finding finding, std::int64_t seq, std::string why);

  std::string chain_;
  std::vector<core::ChainHead> anchors_;  // by seq
  std::size_t next_anchor_{0};
  std::size_t compared_{0};
  bool has_begun_{false};
  core::ChainHead start_;
  core::ChainHead last_;
  Place first_place_;
  Place last_place_;
  std::optional<Place> repeated_;  // a second event with the number of the last one

  // An event came before its number's turn. Later ones tell a gap from a wrong order.
  std::optional<Place> early_;
  std::int64_t line_{0};      // how many events have fitted since
  bool has_skipped_{false};   // one of those that came then did not
  std::optional<Place> low_;  // it came behind the first event, and its number is before it
  core::ChainHead left_off_;  // the last event before that
  std::optional<Seal> seal_;
  std::optional<Flaw> flaw_;
};

}  // namespace jobflip::audit
