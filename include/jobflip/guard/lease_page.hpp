#pragma once
/// The channel between an agent and the guard of one pool: a small file in the runtime folder that
/// both have mapped. It outlives both, so that a restarted agent can read the current state.
///
/// Beside <pool>.lease are <pool>.guard, which the guard locks for its lifetime (a lock can't be
/// reused by another process, as a process number can), and two FIFOs: <pool>.events, in which the
/// guard reports changes, and <pool>.orders, for an agent that may not signal its guard.
///
/// Invariants:
///  - each field has one writer, the agent or the guard, as marked, and once the guard is dead only
///    the agent writes; a word is never torn;
///  - the agent resets the page only while no guard holds the lock;
///  - a page of another boot is void, since its times mean nothing;
///  - the words of version 1 keep their places for ever, and new ones are appended: after an
///    upgrade either side may meet a page of another version. A guard refuses it; an agent may read
///    it, and ask for a stop (docs/decisions/0014-words-of-the-lease-page-keep-their-places.md);
///  - a writer writes `phase` or `go` last (release); a reader reads it first (acquire).

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::guard {

enum class GuardPhase : std::uint64_t {
  none,      // empty page; no guard has come yet, or it left without starting anything
  armed,     // waits for `go`
  starting,  // the worker was forked and has not executed its program yet
  running,
  stopping,
  empty,
  broken,  // nothing runs; the start failed
};

/// Why the workers ended, or did not start.
enum class GuardCause : std::uint64_t {
  none,
  worker_ended,  // by itself; `wait_status` says how
  asked,         // the agent asked for a stop
  deadline,      // the guard ended them, since their lease was about to end
  terminated,    // somebody sent the guard SIGTERM
  too_late,      // start refused: only `number` ns were left, less than the three timings
  exec_failed,   // `number` is errno
  fork_failed,   // likewise
  guard_died,    // the guard ended without ending them; the agent did. Written by the agent
  unused,        // the agent left, or asked for a stop, before anything was started
  user_failed,   // it could not get its user or its rights; `number` is errno
};

/// The size of a page's file.
inline constexpr std::size_t kPageBytes = 4096;

template <class T>
using Word = std::atomic<T>;
using Mark = std::array<std::uint64_t, 2>;
struct LeasePage {
  static constexpr std::uint64_t kMagic = 0x6a6f62666c697031;  // "jobflip1"
  static constexpr std::uint64_t kVersion = 1;
  static constexpr std::size_t kCgroupBytes = 512;

  // set when the agent lays out the page
  Word<std::uint64_t> magic;
  Word<std::uint64_t> version;
  std::array<Word<std::uint64_t>, 2> boot;

  // written by the agent
  Word<std::int64_t> graceful_stop;  // ns, as all times here; points in time are of CLOCK_BOOTTIME
  Word<std::int64_t> kill_to_empty;
  Word<std::int64_t> guard_margin;
  Word<std::int64_t> epoch;
  Word<std::int64_t> deadline;
  Word<std::int64_t> stop_by;  // SIGTERM now, SIGKILL then; 0: no stop was asked for
  Word<std::uint64_t> go;      // 1: start. The guard swaps it for 0, so that one `go` starts once

  // written by the guard
  Word<std::uint64_t> phase;
  Word<std::uint64_t> cause;
  Word<std::int64_t> number;
  std::array<Word<std::uint64_t>, 2> mark;  // random; its workers have it in their environment
  Word<std::int64_t> guard_pid;
  Word<std::int64_t> worker_pid;
  Word<std::int64_t> wait_status;
  Word<std::int64_t> started_at;
  Word<std::int64_t> ended_at;   // when the worker's main process ended; 0: not yet
  Word<std::int64_t> leftovers;  // number of processes that it left behind and that were ended
  std::array<Word<std::uint64_t>, kCgroupBytes / 8> cgroup;  // the workers' own, its path; "": none

  // written by the agent
  Word<std::uint64_t> unseen;  // 1: the guard died, and its processes could not all be seen
};
static_assert(Word<std::uint64_t>::is_always_lock_free && sizeof(LeasePage) <= kPageBytes);

/// The page, mapped; unmapped with its owner.
class MappedPage {
 public:
  /// `create`: makes the file if it is missing, and resets one of another size, which is an error
  /// otherwise.
  static Result<MappedPage> open(const std::string& path, bool create);

  MappedPage() = default;
  MappedPage(MappedPage&& other) noexcept;
  MappedPage& operator=(MappedPage&& other) noexcept;
  MappedPage(const MappedPage&) = delete;
  MappedPage& operator=(const MappedPage&) = delete;
  ~MappedPage();

  bool mapped() const noexcept { return page_ != nullptr; }
  /// True if the mapped file is still the one at `path`: neither removed nor replaced.
  bool is_at(const std::string& path) const noexcept;
  LeasePage& operator*() const noexcept { return *page_; }
  LeasePage* operator->() const noexcept { return page_; }

 private:
  LeasePage* page_{};
  std::uint64_t device_{0};
  std::uint64_t inode_{0};
};

/// This boot of this machine.
Result<Mark> read_boot_mark();
bool is_of_this_boot(const LeasePage& page, const Mark& boot) noexcept;
bool is_of_this_version(const LeasePage& page) noexcept;
/// Zeroes everything and writes this boot's mark. Requires: no guard holds the lock.
void lay_out(LeasePage& page, const Mark& boot) noexcept;

std::string hex_of(std::uint64_t high, std::uint64_t low);
void store_cgroup(LeasePage& page, const std::string& path) noexcept;
std::string load_cgroup(const LeasePage& page);

/// "<folder>/mail.lease" -> "<folder>/mail.guard" and so on.
inline constexpr const char* kLeaseSuffix = ".lease";
std::string sibling_path(const std::string& lease_path, const std::string& suffix);

/// False if the file is missing.
Result<bool> is_guard_alive(const std::string& lock_path);
/// Takes the lock for this process's lifetime. If that fails: -1 and errno (EAGAIN: another guard
/// has it).
int take_guard_lock(const std::string& lock_path) noexcept;

}  // namespace jobflip::guard
