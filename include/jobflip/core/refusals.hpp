#pragma once
/// What forbids a flip, and in which order it is said. One table for the supervisor's gates, for
/// `explain`, and for the store's model in the tests; PostgreSQL has the same rules in
/// jobflip.flip_refusal, and a contract test holds the two equal on generated states.

#include <array>
#include <optional>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

/// In the order in which the first one is named.
enum class Rule {
  supervisor_late,  // the supervisor itself was not on time, or leads no more
  verdict,          // no queue of the pool is STALLED: a flip would not help
  hold_down,        // not STALLED for long enough
  pause,
  observe,  // mode observe: it only says what it would have done
  flip_in_progress,
  cooldown,
  budget,
  frozen,  // the store lost history
  holder,  // nobody holds the pool, another node than --from does, or a host that is not off
  epoch,   // the pool moved on while this was asked for
  target,  // no candidate, or the one asked for, can take over
};
std::string_view name_of(Rule rule) noexcept;  // "hold-down", "flip-in-progress", ...
std::optional<Rule> parse_rule(std::string_view name) noexcept;

struct RefusalRow {
  Rule rule;
  bool binds_people;  // a person passes over the others
  bool in_store;      // the store sees it by itself; the rest only a supervisor can
};

inline constexpr std::array kRefusals{
    RefusalRow{Rule::supervisor_late, false, true},
    RefusalRow{Rule::verdict, false, false},
    RefusalRow{Rule::hold_down, false, false},
    RefusalRow{Rule::pause, false, true},
    RefusalRow{Rule::observe, false, true},
    RefusalRow{Rule::flip_in_progress, true, true},
    RefusalRow{Rule::cooldown, false, true},
    RefusalRow{Rule::budget, false, true},
    RefusalRow{Rule::frozen, true, true},
    RefusalRow{Rule::holder, true, true},
    RefusalRow{Rule::epoch, true, true},
    RefusalRow{Rule::target, true, true},
};

constexpr bool has_a_row_for_each_rule(const auto& table) {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].rule != static_cast<Rule>(i)) return false;
  return table.size() == static_cast<std::size_t>(Rule::target) + 1;
}
static_assert(has_a_row_for_each_rule(kRefusals));

constexpr bool binds_people(Rule rule) {
  return kRefusals[static_cast<std::size_t>(rule)].binds_people;
}

/// The figures that the rules need, as whoever judges knows them.
struct FlipFacts {
  // Who asks, and for what.
  bool automatic{false};
  NodeName from;  // empty: whoever holds
  NodeName to;
  std::optional<Epoch> expected_epoch;
  bool host_is_off{false};
  // The supervisor that asks.
  bool supervisor_late{false};
  bool stalled{true};
  bool held_down{false};  // STALLED for less than the hold-down
  // The pool.
  bool paused{false};
  bool observes{false};
  bool has_open_flip{false};
  bool cools_down{false};
  int budget_used{0};
  int budget{0};
  bool frozen{false};
  bool held{false};
  NodeName holder;
  bool holder_beats{false};  // a fresh beat came from its node, regardless of what it renews
  Epoch epoch;
  bool target_can_take{false};  // a candidate, not drained, with a fresh beat, and ready
};

/// The rule alone, whoever asks.
bool forbids(Rule rule, const FlipFacts& facts);

/// The first rule that refuses this flip; people pass over those that don't bind them.
std::optional<Rule> first_refusal(const FlipFacts& facts);

/// A beat is fresh for two beats and a call: what a live agent never exceeds.
Millis beat_fresh_within(const LeaseTimings& timings);

}  // namespace jobflip::core
