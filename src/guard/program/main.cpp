/// jobflip-guard: see guard.hpp. Everything that may fail or print is done here, before the guard
/// arms. Messages go to stderr.

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "guard/arguments.hpp"
#include "guard/capturer.hpp"
#include "guard/guard.hpp"
#include "guard/service_manager.hpp"
#include "jobflip/guard/fence_plan.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::guard {
namespace {

int say(int exit_code, const Error& error) {
  std::fprintf(stderr, "jobflip-guard: %s\n", error.text.c_str());
  if (!error.hint.empty()) std::fprintf(stderr, "HINT: %s\n", error.hint.c_str());
  return exit_code;
}

/// Reports why no worker may start now, in the journal and in `systemctl status`.
int refuse(const Error& error) {
  ServiceManager manager;
  manager.connect();
  manager.say_status(error.text);
  return say(kRefused, error);
}

int refuse_unleased(const Arguments& arguments, const std::string& why) {
  return refuse(Error{ErrorCode::refused,
                      "no live lease for pool " + arguments.pool +
                          ": workers start under a lease only" +
                          (why.empty() ? "" : " (" + why + ")"),
                      "leave the start to the agent; `jobflip status` says who holds the pool"});
}

/// The page says `go`, and enough is left of the lease for an orderly end.
bool is_live(const LeasePage& page) {
  const auto now = BootClock::now().time_since_epoch().count();
  return page.go.load() == 1 && left_of(page, now) >= least_left(page);
}

int guard_workers(const Arguments& arguments) {
  if (::access(arguments.page.c_str(), F_OK) != 0 && errno == ENOENT)
    return refuse_unleased(arguments, "no agent has run since the boot");
  auto page = MappedPage::open(arguments.page, false);
  if (!page) return refuse(page.error());
  const auto boot = read_boot_mark();
  if (!boot) return say(kCannotArm, boot.error());
  const auto lock_path = sibling_path(arguments.page, ".guard");
  const Descriptor lock{take_guard_lock(lock_path)};
  if (!lock.open() && (errno == EAGAIN || errno == EACCES))
    return refuse(Error{ErrorCode::refused, "another guard of pool " + arguments.pool + " lives",
                        "a pool has one guard: end that one through its agent"});
  if (!lock.open()) return say(kCannotArm, os::errno_error("cannot lock " + lock_path, errno));
  if (!is_of_this_boot(**page, *boot))
    return refuse_unleased(arguments, arguments.page + " is not of this boot");
  if (!is_of_this_version(**page))
    return refuse(Error{ErrorCode::refused,
                        arguments.page + " is of another version of jobflip: its layout is " +
                            std::to_string((*page)->version.load()) + ", this guard's " +
                            std::to_string(LeasePage::kVersion),
                        "restart the agent: systemctl restart jobflip-agent"});
  if (arguments.agent == 0 && !is_live(**page)) return refuse_unleased(arguments, "");
  auto guard = Guard::arm(arguments, std::move(*page));
  if (!guard) return say(kCannotArm, guard.error());
  return guard->run();
}

}  // namespace
}  // namespace jobflip::guard

int main(int count, char** words) {
  using namespace jobflip::guard;
  // at once: a leak check at the end has a child, which the guard would count as a worker's
  if (is_capturer(count, words)) ::_exit(run_capturer(words));
  const auto arguments = parse_arguments(count, words);
  if (!arguments) return say(kUsage, arguments.error());
  return guard_workers(*arguments);
}
