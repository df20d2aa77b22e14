#pragma once
/// The parent of one pool's workers. It starts them when the page says so, and only under a live
/// deadline; ends them before that deadline, by itself; and exits when none of their processes is
/// left.
///
/// Invariants:
///  - from arm() on it allocates, logs, resolves and locks nothing, and calls no database;
///  - every wake-up, for any reason, first compares the deadline with the boot clock;
///  - each wake-up reads the deadline from the page, so moving it later needs no wake-up;
///  - `empty` is written only after this process has no child left (it adopts all its descendants)
///    and the workers' cgroup, if there is one, is not populated;
///  - once told to end, descendants have the time of the stop even if the main process has ended,
///    and are killed when that time or the lease is over.

#include <cstdint>
#include <limits>

#include "guard/arguments.hpp"
#include "guard/capturer.hpp"
#include "guard/cgroup.hpp"
#include "guard/launch.hpp"
#include "guard/leftovers.hpp"
#include "guard/service_manager.hpp"
#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/guard/lease_page.hpp"

namespace jobflip::guard {

class Guard {
 public:
  /// Opens, adopts, locks in memory, and says `armed` in the page. The caller holds the lock.
  static Result<Guard> arm(const Arguments& arguments, MappedPage page);

  /// Runs until nothing is left to guard. Returns the exit code.
  int run() noexcept;

 private:
  Guard(const Arguments& arguments, Identity identity, MappedPage page, const Mark& mark);

  void take_signals() noexcept;
  void see_go() noexcept;
  void see_outcome() noexcept;
  void reap() noexcept;
  void see_worker_end() noexcept;
  void see_time() noexcept;
  void see_empty() noexcept;
  void see_look() noexcept;
  void start() noexcept;
  void begin_stop(GuardCause cause) noexcept;
  void kill_everything() noexcept;
  std::int64_t next_look() const noexcept;
  void wait_for_event() noexcept;
  bool agent_is_gone() const noexcept;
  bool worker_alive() const noexcept { return worker_ > 0 && !worker_reaped_; }
  void publish(GuardPhase phase) noexcept;
  void finish(GuardPhase phase, GuardCause cause, std::int64_t number = 0) noexcept;

  MappedPage page_;
  Launch launch_;
  WorkersCgroup cgroup_;
  Descendants descendants_;
  ServiceManager manager_;
  Capturer capturer_;
  Descriptor signals_;
  Descriptor timer_;
  Descriptor events_;  // the FIFO
  Descriptor orders_;  // another FIFO: a byte in it wakes us if the agent may not signal us
  Descriptor agent_;   // pidfd
  bool watches_agent_{false};

  GuardPhase phase_{GuardPhase::none};
  std::int64_t kill_by_{std::numeric_limits<std::int64_t>::max()};  // set once the deadline is near
  bool asked_to_end_{false};                                        // by SIGTERM
  bool look_wanted_{false};
  bool killing_{false};
  bool finished_{false};
  int exec_error_{0};
  pid_t worker_{0};
  bool worker_reaped_{false};
  bool ended_by_itself_{false};  // the worker ended before it was told to
  bool childless_{false};        // seen after the worker was reaped
  bool outlived_{false};         // likewise: others were left then
};

}  // namespace jobflip::guard
