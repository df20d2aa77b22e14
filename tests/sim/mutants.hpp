#pragma once
/// Known mistakes that are built in on purpose: a test of the test. Each is put in at a seam of the
/// simulation (the store's model, the guard, what goes into and comes out of agent_step); the code
/// under test is never touched.

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
  deadline_from_reply,      // the holder counts from the answer, not from before the question
  no_guard,                 // nobody but the agent ends the workers
  no_marker,                // lost history leaves no trace in the store
  epoch_plus_one,           // the next epoch is the last one and one
  release_before_empty,     // the agent releases while workers still run
  plain_select_fence,       // the fence looks, and locks nothing
  renew_without_epoch,      // a beat renews regardless of what it renews
  take_without_cas,         // a take is not compared with what was watched
  freeze_held_only,         // after lost history free pools can be taken at once
  store_clock_only,         // the taker keeps no watch of its own
  no_watch_and_no_clock,    // the taker claims a watch so long that the store's clock is waived
  folder_without_lock,      // two agents of different names use one runtime folder
  missing_page_is_empty,    // no lease page: no worker, whatever the guard's lock says
  old_page_is_believed,     // whatever the guard's lock says
  foreign_page_is_empty,    // a page of another boot: no worker, whatever the guard's lock says
  unread_events_are_empty,  // what cannot be opened is called broken: nothing runs
  silent_bus_is_empty,      // so is what the service manager does not answer for
  unknown_start_is_failed,  // a start without an answer has failed: nothing runs
  unconfigured_is_empty,    // a pool that the agent's file does not name has no workers here
  own_without_watch,        // what another agent of the name holds is taken as its own
  set_back_unnoticed,       // the store does not compare what agents have seen with what it has
  escaped_is_empty,         // a guard that was killed left nothing over
  crash_loop_uncounted,     // the agent forgets how often its workers ended
  keep_while_stopping,      // an agent that stops goes on keeping the workers of a pool with `keep`
  kept_is_renewed_at_once,  // a store that may have lost another's take renews what has run out
  take_unaudited,           // a take leaves no event
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

/// How a mistake is looked for: with every fault as the seeds draw them, or where its conditions
/// are rare, with only those that it needs. Not found within `budget` seeds: the checks are blind.
struct Trial {
  Mutant mutant{};
  std::vector<Fault> only;
  std::uint64_t budget{};
};
std::vector<Trial> mutant_trials();

/// The seam round agent_step.
class AgentMutation {
 public:
  explicit AgentMutation(Mutant mutant) : mutant_(mutant) {}
  void before_step(core::AgentState& state, core::AgentEvent& event, Instant now);
  /// `before`: what was in flight when the event came.
  void after_step(core::AgentState& state, const core::AgentEvent& event,
                  std::optional<Instant> sent, Instant now);
  bool moves_deadlines() const { return mutant_ == Mutant::deadline_from_reply; }

 private:
  Mutant mutant_;
  std::optional<Instant> history_lost_at_;  // what the agent would know
};

}  // namespace jobflip::sim
