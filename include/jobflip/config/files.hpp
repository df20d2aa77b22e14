#pragma once
/// Reads the three kinds of file that people write into valid settings: legal names, durations with
/// units and within bounds, timings whose sums hold (docs/configuration.md).
///
/// Invariant: a value that these functions return needs no second check. They don't check facts
/// that only the store or another machine knows (whether there is such a database or role).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/config/error.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::config {

inline constexpr std::size_t kFileMax = 1024 * 1024;

/// Where the daemons of units/ have their files, and where verbs look unless they are told another.
inline constexpr const char* kAgentFile = "/etc/jobflip/agent.toml";
inline constexpr const char* kSupervisorFile = "/etc/jobflip/supervisor.toml";

enum class WorkerDriver { command, systemd };

/// How the workers of one pool are run on this node.
struct WorkerSettings {
  PoolName pool;
  WorkerDriver driver{WorkerDriver::command};
  std::vector<std::string> command;                // argv; argv[0] is an absolute path
  std::map<std::string, std::string> environment;  // added to the agent's own
  std::string user;                                // that the command runs as; "": the agent's
  std::string environment_file;                    // more of `environment`, in a file of its own
  std::string output;  // file that stdout and stderr are appended to; "": the agent's own
  std::string unit;    // of the driver systemd: "email-worker.service"
  std::vector<std::string> black_box_command{};  // argv, argv[0] is absolute; or empty

  bool operator==(const WorkerSettings&) const = default;
};

struct AgentFile {
  NodeName node;
  std::string runtime_dir;              // absolute
  std::string conninfo;                 // for libpq; holds no password
  std::vector<WorkerSettings> workers;  // at least one, by pool
};

struct SupervisorFile {
  NodeName supervisor;
  std::string runtime_dir;
  std::string conninfo;
  std::map<std::string, std::string> databases;                // name -> conninfo
  std::map<std::string, std::vector<std::string>> commands{};  // of services: name -> argv
  std::string anchor_file{};                                   // absolute; "": none
  std::string anchor_url{};                                    // http or https; "": none
};

Parsed<AgentFile> parse_agent_file(const std::string& path);
/// The same for another program than the agent: `runtime_dir` is the one that the agent's unit
/// gives it.
Parsed<AgentFile> parse_agent_file(const std::string& path, const std::string& runtime_dir);
Parsed<SupervisorFile> parse_supervisor_file(const std::string& path);
Parsed<core::Fleet> parse_fleet_file(const std::string& path);

/// The same on text that was already read. `file` is the name in the errors.
Parsed<AgentFile> parse_agent_text(std::string_view text, const std::string& file,
                                   const std::string& default_runtime_dir);
Parsed<SupervisorFile> parse_supervisor_text(std::string_view text, const std::string& file,
                                             const std::string& default_runtime_dir);
Parsed<core::Fleet> parse_fleet_text(std::string_view text, const std::string& file);

/// The settings of one queue as lines of `key = value`, with or without quotes ("#" begins a
/// comment), for a replay: `name`, `database` and `query` may be left out.
Parsed<core::QueueSettings> parse_queue_settings(std::string_view text, const std::string& file);
/// The text of such a file. Waits for a pipe for 5 s at most.
Parsed<std::string> read_queue_settings(const std::string& path);

/// The default folder for sockets and state of a run: $RUNTIME_DIRECTORY, else /run/jobflip for
/// root, else $XDG_RUNTIME_DIR/jobflip, else "".
std::string default_runtime_dir();

}  // namespace jobflip::config
