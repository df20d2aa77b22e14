#pragma once
/// One child process of ours: started from an argv (never a shell), ended at the latest when the
/// object is destroyed. For programs that start others: the demo, the tests, the command driver.
///
/// Invariants:
///  - the child gets no descriptor of ours except 0 (from /dev/null), 1 and 2;
///  - spawn() succeeds only if the exec did: a missing program is an error here, not an exit of
///    127;
///  - the destructor kills with SIGKILL and reaps, unless let_go() was called.
///
/// Use it from one thread. With `dies_with_parent` that thread must live as long as the child
/// should: the kernel sends the signal when the starting *thread* ends.

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::host {

struct SpawnSettings {
  std::vector<std::string> argv;                   // argv[0] is a path, not searched for in PATH
  std::map<std::string, std::string> environment;  // added to the inherited one; wins over it
  bool inherit_environment{true};
  std::string output;         // stdout and stderr are appended to this file; "": inherited
  std::string folder;         // working folder; "": inherited
  std::optional<uid_t> user;  // switch to; needs root. Groups become `group` alone
  std::optional<gid_t> group;
  bool dies_with_parent{true};  // SIGKILL when the thread that started it ends, for any reason
  bool own_group{false};  // leads a process group of its own; send() still means the one process
};

/// How a process ended.
struct ProcessEnd {
  int exit_code{0};  // if signal is 0
  int signal{0};
  bool operator==(const ProcessEnd&) const = default;
};
std::string describe(const ProcessEnd& end);  // "exited with 3", "was killed by SIGKILL"

class Process {
 public:
  static Result<Process> spawn(const SpawnSettings& settings);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  pid_t pid() const noexcept { return pid_; }
  /// A pidfd: readable once the process has ended. -1 after let_go().
  int descriptor() const noexcept { return descriptor_; }

  /// How it ended; empty while it runs. Never waits.
  std::optional<ProcessEnd> ended() { return wait(Millis{0}); }
  /// Waits at most so long for the end.
  std::optional<ProcessEnd> wait(Millis at_most);
  /// False if it has ended already.
  bool send(int signal) noexcept;
  /// SIGTERM, then SIGKILL after `grace`; returns when it is gone.
  ProcessEnd end(Millis grace);
  /// The process goes on without us; nothing is killed or reaped any more.
  void let_go() noexcept;

 private:
  Process(pid_t pid, int descriptor) noexcept : pid_{pid}, descriptor_{descriptor} {}

  pid_t pid_{-1};
  int descriptor_{-1};
  std::optional<ProcessEnd> end_;
};

}  // namespace jobflip::host
