#pragma once
/// The agent's end of the lease page, which both drivers share. It finds a guard that was there
/// before this process, tells it what to do, and reports the state of the workers.
///
/// Invariants:
///  - the answer is `empty` only if the guard said so, or if the guard is dead, two sweeps in a row
///    found nothing of it, and they would have found anything that it left over: as a child of this
///    process, or in a cgroup. If they could have missed something, the lease must run out first;
///  - the answer is `absent` only if a page of this boot says so, or if there is no such page, no
///    guard holds the lock, and a scan of all processes found none of the pool;
///  - the answer is `unknown` if anything keeps it from looking. Looking makes no file, and needs
///    neither of the two FIFOs;
///  - a page that was removed from the folder stays in use while workers run under it, since agent
///    and guard both have it mapped. Nothing is started under it: the next open() makes a new one.

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/core/worker.hpp"
#include "jobflip/guard/lease_page.hpp"

namespace jobflip::host {

class GuardLink {
 public:
  GuardLink(std::string runtime_dir, const PoolName& pool);

  /// Makes and opens what a guard needs: the page, the lock, the FIFOs.
  Result<void> open();
  const std::string& page_path() const noexcept { return path_; }
  /// Never waits for open().
  core::WorkerStatus status();
  /// True if a page was found or made; the calls below require it.
  bool has_page() const noexcept { return page_.mapped(); }
  /// True if the folder still has the same files that this process opened.
  bool is_in_place() const noexcept;

  bool guard_alive() const;
  pid_t guard_pid() const noexcept;
  guard::GuardPhase phase() const noexcept;
  /// Lays the page out for the next guard; refused while one lives.
  Result<void> lay_out_for(const core::LeaseTimings& timings);
  void set_timings(const core::LeaseTimings& timings) noexcept;
  /// Writes epoch, deadline and go; the guard reads them when it is signalled, or when it comes.
  void order_start(Epoch epoch, Instant deadline) noexcept;
  /// False if a guard has already taken the order.
  bool withdraw_start() noexcept;
  void extend(Instant deadline) noexcept;
  void ask_stop(Millis grace) noexcept;
  /// Wakes the guard up; false if it can't be reached.
  bool signal_guard() noexcept;
  /// Waits for news, at most this long.
  void wait_for_news(Millis at_most) noexcept;

  /// This process is the parent of that guard and of all that it leaves behind (orphans.hpp).
  void expect_orphans_of(pid_t guard) noexcept;
  /// That guard was reaped: the processes that it left behind are now children of this one.
  void orphans_are_here() noexcept { orphans_here_ = true; }
  /// The caller itself can see whether a dead guard left anything over.
  void set_seen_by_caller(bool seen) noexcept { seen_by_caller_ = seen; }

  int event_descriptor() const noexcept { return epoll_.fd(); }
  /// Makes the descriptor readable in a moment: for a wait that ends without a signal.
  void look_again_soon() noexcept;

 private:
  Result<void> find_page();
  void use_page(guard::MappedPage page, const guard::Mark& boot);
  core::WorkerStatus without_page(const std::string& why);
  core::WorkerStatus read_page();
  core::WorkerStatus out_of_place(core::WorkerStatus status);
  Result<void> drop_lost_files();
  core::WorkerStatus after_guard_death();
  core::WorkerStatus say_left_over(core::WorkerPhase phase, std::string sentence) const;
  void look_again_in(std::int64_t nanoseconds) noexcept;
  void end_late_guard() noexcept;
  void take_news() noexcept;
  void attach() noexcept;
  void detach() noexcept;
  void watch(int fd) noexcept;

  std::string path_;
  guard::MappedPage page_;
  guard::Mark boot_{};
  Descriptor epoll_;
  Descriptor timer_;   // while a sweep goes on
  Descriptor events_;  // the FIFO
  Descriptor orders_;  // likewise, the other way
  Descriptor guard_;   // pidfd of
  pid_t attached_{0};
  pid_t orphans_of_{0};  // the guard that is our child
  bool orphans_here_{false};
  bool seen_by_caller_{false};
  int clean_sweeps_{0};
  bool no_strays_{false};  // a scan of all processes found none; only this agent starts some
};

}  // namespace jobflip::host
