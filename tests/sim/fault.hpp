#pragma once
/// The kinds of fault that a world can have: README.md says what each does.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jobflip::sim {

enum class Fault {
  call_lost,
  answer_lost,
  call_late,
  answer_late,
  call_twice,
  partition,          // nothing arrives, and nothing is answered
  partition_deaf,     // calls arrive, and no answer comes back
  partition_refused,  // an error at once
  agent_crash,
  agent_stop,
  agent_pause,
  supervisor_crash,
  supervisor_pause,
  supervisor_dies_at_step,  // at a step of a flip
  host_crash,
  host_pause,
  guard_crash,
  store_outage,
  store_crash,
  promotion,
  store_clock_forward,
  store_clock_back,
  node_clock_step,  // a step of the wall clock, which no decision reads
  clock_drift,      // drift of the boot clock
  worker_hang,
  worker_ignores_term,
  worker_slow_to_end,
  worker_unkillable,  // in uninterruptible sleep
  worker_crash,
  worker_holds_row,  // a fenced transaction that can't be ended
  start_failure,
  person_flip,
  two_people_flip,
  person_abort,
  person_pause,
  person_drain,
  person_says_off,
  person_changes_pool,
  page_missing,        // the lease page is gone when the next agent process looks for it
  page_old,            // an earlier copy of the page is there instead
  page_of_other_boot,  // a page of another boot is there instead
  events_broken,       // the event channel is not a FIFO: no events arrive, none can be opened
  bus_silent,          // the service manager doesn't answer: starts have an unknown outcome
  start_unknown,       // the answer to one start is lost; the workers may be running
  pool_unconfigured,   // the restarted agent's file does not name the pool
  worker_escapes,      // the guard is killed, and one of its descendants lives on
  shared_folder,       // an agent of another name starts in the runtime folder
  shared_name,         // an agent on another host starts under the same name
  store_set_back,      // a clean stop, and an older copy of its files starts: same marker
  worker_crash_loop,   // the workers die soon after each start, for a while
  keep_pool,           // the pool keeps its workers while the store is away
};
inline constexpr std::array<std::string_view, 51> kFaultNames{"call_lost",
                                                              "answer_lost",
                                                              "call_late",
                                                              "answer_late",
                                                              "call_twice",
                                                              "partition",
                                                              "partition_deaf",
                                                              "partition_refused",
                                                              "agent_crash",
                                                              "agent_stop",
                                                              "agent_pause",
                                                              "supervisor_crash",
                                                              "supervisor_pause",
                                                              "supervisor_dies_at_step",
                                                              "host_crash",
                                                              "host_pause",
                                                              "guard_crash",
                                                              "store_outage",
                                                              "store_crash",
                                                              "promotion",
                                                              "store_clock_forward",
                                                              "store_clock_back",
                                                              "node_clock_step",
                                                              "clock_drift",
                                                              "worker_hang",
                                                              "worker_ignores_term",
                                                              "worker_slow_to_end",
                                                              "worker_unkillable",
                                                              "worker_crash",
                                                              "worker_holds_row",
                                                              "start_failure",
                                                              "person_flip",
                                                              "two_people_flip",
                                                              "person_abort",
                                                              "person_pause",
                                                              "person_drain",
                                                              "person_says_off",
                                                              "person_changes_pool",
                                                              "page_missing",
                                                              "page_old",
                                                              "page_of_other_boot",
                                                              "events_broken",
                                                              "bus_silent",
                                                              "start_unknown",
                                                              "pool_unconfigured",
                                                              "worker_escapes",
                                                              "shared_folder",
                                                              "shared_name",
                                                              "store_set_back",
                                                              "worker_crash_loop",
                                                              "keep_pool"};
inline constexpr std::size_t kFaults = kFaultNames.size();
static_assert(static_cast<std::size_t>(Fault::keep_pool) + 1 == kFaults);

std::optional<Fault> parse_fault(std::string_view name);

}  // namespace jobflip::sim
