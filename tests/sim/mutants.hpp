#pragma once
/// Known mistakes that are built in on purpose, to test the tests. Each goes in at a seam of the
/// simulation (the store's model, the guard, the input and output of agent_step); the code under
/// test is never changed.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "jobflip/core/agent.hpp"

namespace jobflip::sim {

enum class Fault;

enum class Mutant {
  none,
  deadline_from_reply,      // the holder counts from the answer, not from before its request
  no_guard,                 // only the agent ends the workers
  no_marker,                // lost history leaves no trace in the store
  epoch_plus_one,           // the next epoch is always the last one plus one
  release_before_empty,     // the agent releases while workers still run
  plain_select_fence,       // the fence only reads, and locks nothing
  renew_without_epoch,      // the store renews a lease without checking its epoch
  take_without_cas,         // the store does not compare a take with what the taker watched
  freeze_held_only,         // after lost history a free pool can be taken at once
  store_clock_only,         // the taker doesn't watch the holder itself
  no_watch_and_no_clock,    // the taker claims so long a watch that the store skips its clock
  folder_without_lock,      // two agents of different names use one runtime folder
  missing_page_is_empty,    // no lease page means no worker, whatever the guard's lock says
  old_page_is_believed,     // an old page is believed, whatever the guard's lock says
  foreign_page_is_empty,    // a page of another boot means no worker, whatever the lock says
  unread_events_are_empty,  // events that can't be opened count as broken: nothing runs
  silent_bus_is_empty,      // if the service manager doesn't answer, nothing runs
  unknown_start_is_failed,  // a start without an answer counts as failed, and nothing runs
  unconfigured_is_empty,    // a pool that the agent's file does not name has no workers here
  own_without_watch,        // a lease of another agent of the same name counts as the agent's own
  set_back_unnoticed,       // the store ignores the epochs that agents have seen
  escaped_is_empty,         // a guard that was killed leaves nothing behind
  crash_loop_uncounted,     // the agent does not count how often its workers ended
  keep_while_stopping,      // an agent that stops goes on keeping the workers of a pool with `keep`
  kept_is_renewed_at_once,  // a store that may have lost a take renews a lease that ran out
  take_unaudited,           // a take writes no event
  event_rewritten,          // the event of a take is changed after it was written
};
inline constexpr std::array<std::string_view, 28> kMutantNames{
    "none",
    "deadline_from_reply",
    "no_guard",
    "no_marker",
    "epoch_plus_one",
    "release_before_empty",
    "plain_select_fence",
    "renew_without_epoch",
    "take_without_cas",
    "freeze_held_only",
    "store_clock_only",
    "no_watch_and_no_clock",
    "folder_without_lock",
    "missing_page_is_empty",
    "old_page_is_believed",
    "foreign_page_is_empty",
    "unread_events_are_empty",
    "silent_bus_is_empty",
    "unknown_start_is_failed",
    "unconfigured_is_empty",
    "own_without_watch",
    "set_back_unnoticed",
    "escaped_is_empty",
    "crash_loop_uncounted",
    "keep_while_stopping",
    "kept_is_renewed_at_once",
    "take_unaudited",
    "event_rewritten",
};
static_assert(static_cast<std::size_t>(Mutant::event_rewritten) + 1 == kMutantNames.size());

inline std::string_view name_of(Mutant mutant) {
  return kMutantNames[static_cast<std::size_t>(mutant)];
}
std::optional<Mutant> parse_mutant(std::string_view name);

/// How to look for a mistake: with every fault as the seeds draw them or, if its conditions are
/// rare, with only those that it needs. If `budget` seeds don't find it, the checks are blind.
struct Trial {
  Mutant mutant{};
  std::vector<Fault> only;
  std::uint64_t budget{};
};
std::vector<Trial> mutant_trials();

/// The seam around agent_step.
class AgentMutation {
 public:
  explicit AgentMutation(Mutant mutant) : mutant_(mutant) {}
  void before_step(core::AgentState& state, core::AgentEvent& event, Instant now);
  /// `before`: the calls in flight when the event came.
  void after_step(core::AgentState& state, const core::AgentEvent& event,
                  std::optional<Instant> sent, Instant now);
  bool moves_deadlines() const { return mutant_ == Mutant::deadline_from_reply; }

 private:
  Mutant mutant_;
  std::optional<Instant> history_lost_at_;  // what the agent should know
};

}  // namespace jobflip::sim
