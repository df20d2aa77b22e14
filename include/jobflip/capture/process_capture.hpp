#pragma once
/// Captures a pool's processes from /proc: what they wait for, what they have open, whom they are
/// connected to. The agent and the guard's capturer share it. The kernel decides how much each of
/// them sees; `missing` names what was not seen.
///
/// Invariants: no argument, no environment, no path and no content of a file is read; nothing here
/// follows a link into a file system, which could hang; the capture ends soon after `give_up`.

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "jobflip/base/time.hpp"
#include "jobflip/os/proc_text.hpp"

namespace jobflip::capture {

inline constexpr std::size_t kMostProcesses = 200;
inline constexpr std::size_t kMostThreads = 64;  // of a process
inline constexpr std::size_t kMostFrames = 32;
inline constexpr std::size_t kMostConnections = 200;

/// Whom to look at: what is in the cgroup or in one below it, and what descends from the guard.
struct CaptureTarget {
  std::string cgroup;  // "": none
  pid_t guard{0};      // 0: none; itself it is not looked at
  pid_t not_this{0};   // the capturer
  std::string proc{"/proc"};
};

struct SeenThread {
  pid_t tid{};
  char state{};
  std::string wait_channel;
};

struct SeenProcess {
  os::ProcStat stat;
  std::string wait_channel;
  std::vector<std::string> stack;
  std::vector<SeenThread> threads;
  std::map<os::FileKind, int> files;
};

struct SeenConnection {
  pid_t pid{};
  os::TcpLine tcp;
};

struct Missing {
  std::string part;
  std::string why;
  bool operator==(const Missing&) const = default;
};

struct ProcessCapture {
  std::vector<SeenProcess> processes;
  std::vector<SeenConnection> connections;
  std::vector<Missing> missing;  // each once
};

ProcessCapture look_at(const CaptureTarget& at, Instant give_up);

/// {"processes":[...],"tcp":[...],"missing":[...]}: one line, of at most `most` bytes.
std::string json_of(const ProcessCapture& look, std::size_t most);

}  // namespace jobflip::capture
