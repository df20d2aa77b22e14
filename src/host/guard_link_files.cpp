// The files that a guard and its agent share in the runtime folder: found, made, or missing.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "host/guard_link.hpp"
#include "host/strays.hpp"
#include "jobflip/guard/lease_page.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {

using core::WorkerPhase;

namespace {

std::int64_t to_ns(Millis length) {
  return std::chrono::nanoseconds{length}.count();
}

/// Readable and writable on both sides, so that neither waits for the other or gets SIGPIPE.
Result<Descriptor> open_fifo(const std::string& path) {
  if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST)
    return os::errno_error("cannot make " + path, errno);
  Descriptor fifo{::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)};
  struct stat facts {};
  if (!fifo.open() || ::fstat(fifo.fd(), &facts) != 0)
    return os::errno_error("cannot open " + path, errno);
  if (!S_ISFIFO(facts.st_mode))
    return Error{ErrorCode::host_failed, printable(path) + " is not a FIFO", "remove it"};
  return fifo;
}

}  // namespace

/// Maps the page if there is a complete one.
Result<void> GuardLink::find_page() {
  struct stat facts {};
  if (::lstat(path_.c_str(), &facts) != 0) {
    if (errno == ENOENT) return {};
    return os::errno_error("cannot look at lease page " + path_, errno);
  }
  if (S_ISREG(facts.st_mode) && facts.st_size != static_cast<off_t>(guard::kPageBytes)) return {};
  const auto boot = guard::read_boot_mark();
  if (!boot) return boot.error();
  auto page = guard::MappedPage::open(path_, false);
  if (!page) return page.error();
  use_page(std::move(*page), *boot);
  // An agent that is gone gave this order: it would start workers that nobody waits for.
  if (guard::is_of_this_boot(*page_, boot_)) withdraw_start();
  return {};
}

void GuardLink::use_page(guard::MappedPage page, const guard::Mark& boot) {
  boot_ = boot;
  page_ = std::move(page);
  attach();
}

bool GuardLink::is_in_place() const noexcept {
  const auto same = [](const Descriptor& opened, const std::string& path) {
    struct stat one {};
    struct stat other {};
    return !opened.open() ||
           (::fstat(opened.fd(), &one) == 0 && ::lstat(path.c_str(), &other) == 0 &&
            one.st_dev == other.st_dev && one.st_ino == other.st_ino);
  };
  return !page_.mapped() ||
         (page_.is_at(path_) && same(events_, guard::sibling_path(path_, ".events")) &&
          same(orders_, guard::sibling_path(path_, ".orders")));
}

/// Somebody emptied the runtime folder. This agent still sees running workers through the mapping,
/// but the next one would have no file to find them by and let their lease run out.
core::WorkerStatus GuardLink::out_of_place(core::WorkerStatus status) {
  const auto what = "the files of its lease were removed from " +
                    printable(path_.substr(0, path_.rfind('/')), 300);
  switch (status.phase) {
    case WorkerPhase::running:
    case WorkerPhase::stopping:
    case WorkerPhase::unknown:
      status.warning = what +
                       ": its workers go on, but don't restart the agent before they are "
                       "elsewhere (jobflip flip): the next one could not go on with them";
      return status;
    case WorkerPhase::armed:
      ask_stop(Millis{0});  // it would start workers that no later agent could find
      status = {.phase = WorkerPhase::absent};
      break;
    default:
      break;
  }
  status.warning = what + ": the agent makes new ones before the next start";
  return status;
}

/// Forgets what was opened, so that open() makes new files. Requires: the files are not in place.
Result<void> GuardLink::drop_lost_files() {
  if (guard_alive())
    return Error{ErrorCode::refused,
                 "a guard still lives whose files were removed: " + printable(path_), ""};
  detach();
  page_ = guard::MappedPage{};
  events_.reset();
  orders_.reset();
  clean_sweeps_ = 0;
  no_strays_ = false;
  return {};
}

Result<void> GuardLink::open() {
  if (!is_in_place())
    if (auto dropped = drop_lost_files(); !dropped) return dropped;
  if (page_.mapped() && events_.open() && orders_.open()) return {};
  const auto boot = guard::read_boot_mark();
  if (!boot) return boot.error();
  auto fifo = open_fifo(guard::sibling_path(path_, ".events"));
  if (!fifo) return fifo.error();
  auto orders = open_fifo(guard::sibling_path(path_, ".orders"));
  if (!orders) return orders.error();
  // ours first: we could not test the lock on a file that a guard running as root made
  const auto lock = guard::sibling_path(path_, ".guard");
  const Descriptor made{::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!made.open()) return os::errno_error("cannot open " + lock, errno);
  orders_ = std::move(*orders);
  events_ = std::move(*fifo);
  watch(events_.fd());
  if (page_.mapped()) return {};
  auto page = guard::MappedPage::open(path_, true);
  if (!page) return page.error();
  use_page(std::move(*page), *boot);
  return {};
}

/// The page tells nothing: a guard or worker shows only by the lock or by a scan of all processes.
/// It ends by itself, too, since nobody can renew its lease.
core::WorkerStatus GuardLink::without_page(const std::string& why) {
  const auto unseen = [](std::string sentence) {
    return core::WorkerStatus{.phase = WorkerPhase::unknown, .sentence = std::move(sentence)};
  };
  const auto locked = guard::is_guard_alive(guard::sibling_path(path_, ".guard"));
  if (!locked) return unseen(locked.error().text);
  if (*locked) return unseen("a guard holds its lock, and " + why);
  if (no_strays_) return {.phase = WorkerPhase::absent};
  const auto stray = find_stray(path_);
  if (!stray) return unseen(stray.error().text);
  if (!stray->empty()) return unseen(*stray + ", and " + why);
  no_strays_ = true;
  return {.phase = WorkerPhase::absent};
}

Result<void> GuardLink::lay_out_for(const core::LeaseTimings& timings) {
  const auto lock = guard::is_guard_alive(guard::sibling_path(path_, ".guard"));
  if (!lock) return lock.error();
  if (guard_alive())
    return Error{ErrorCode::refused, "a guard of " + printable(path_) + " still lives", ""};
  guard::lay_out(*page_, boot_);
  clean_sweeps_ = 0;
  set_timings(timings);
  return {};
}

void GuardLink::set_timings(const core::LeaseTimings& timings) noexcept {
  if (!guard::is_of_this_version(*page_)) return;
  page_->graceful_stop.store(to_ns(timings.graceful_stop));
  page_->kill_to_empty.store(to_ns(timings.kill_to_empty));
  page_->guard_margin.store(to_ns(timings.guard_margin));
}

}  // namespace jobflip::host
