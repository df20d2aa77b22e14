#pragma once
/// The rules that forbid a flip. If several forbid it, the first in the order of the enum is named.
/// The supervisor's gates, `explain` and the store's model in the tests use this table. The SQL
/// function jobflip.flip_refusal has the same rules; a contract test compares the two on generated
/// states.

#include <array>
#include <optional>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

/// What each rule refuses.
enum class Rule {
  supervisor_late,  // the supervisor itself was late, or no longer leads
  verdict,          // no queue of the pool is STALLED: a flip would not help
  cause,            // what is known beside the verdict says that a flip would not help
  hold_down,        // the pool is not STALLED for long enough
  pause,
  observe,  // mode observe: flips are only recorded, not made
  flip_in_progress,
  deployment,  // a deployment runs, and began less than deploy_grace ago
  cooldown,
  budget,
  frozen,  // the store lost history
  holder,  // no node holds the pool, or not the node in --from, or the holder's host is not off
  epoch,   // the pool has changed hands since the flip was decided
  target,  // no candidate can take over, or not the node in --to, or that one holds the pool
};
std::string_view name_of(Rule rule) noexcept;  // "hold-down", "flip-in-progress", ...
std::optional<Rule> parse_rule(std::string_view name) noexcept;

struct RefusalRow {
  Rule rule;
  bool binds_people;  // false: an operator's flip overrides it
  bool in_store;      // the store checks it too; the other rules only a supervisor can check
};

inline constexpr std::array kRefusals{
    RefusalRow{Rule::supervisor_late, false, true},
    RefusalRow{Rule::verdict, false, false},
    RefusalRow{Rule::cause, false, false},
    RefusalRow{Rule::hold_down, false, false},
    RefusalRow{Rule::pause, false, true},
    RefusalRow{Rule::observe, false, true},
    RefusalRow{Rule::flip_in_progress, true, true},
    RefusalRow{Rule::deployment, false, true},
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

/// The facts that the rules need.
struct FlipFacts {
  // The request.
  bool automatic{false};
  NodeName from;  // empty: any holder
  NodeName to;
  std::optional<Epoch> expected_epoch;
  bool host_is_off{false};
  // What the requesting supervisor knows.
  bool supervisor_late{false};
  bool stalled{true};
  bool cause_forbids{false};
  bool held_down{false};  // STALLED for less than the hold-down
  // The pool.
  bool paused{false};
  bool observes{false};
  bool has_open_flip{false};
  bool deployment_holds{false};  // a deployment holds automatic flips
  bool cools_down{false};
  int budget_used{0};
  int budget{0};
  bool frozen{false};
  bool held{false};
  NodeName holder;
  bool holder_beats{false};  // its node sent a fresh beat, whichever leases that beat renewed
  Epoch epoch;
  bool target_can_take{false};  // a candidate, not drained, with a fresh beat, and ready
  bool may_restart{false};      // an automatic flip to the holder is allowed: a restart
};

/// Whether the rule forbids the flip, regardless of who requests it.
bool forbids(Rule rule, const FlipFacts& facts);

/// The first rule that refuses this flip. A manual flip overrides the rules that don't bind people.
std::optional<Rule> first_refusal(const FlipFacts& facts);

/// How long a beat is fresh: 2 * beat_every + call_deadline. The beats of a live agent are never
/// older.
Millis beat_fresh_within(const LeaseTimings& timings);

}  // namespace jobflip::core
