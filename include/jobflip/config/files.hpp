#pragma once
/// The three kinds of file that people write, read into settings that hold: names that are names,
/// durations with units and within bounds, timings whose sums hold (docs/configuration.md).
///
/// Invariant: whatever these functions return as a value needs no second check. What only the store
/// or another machine knows (is there such a database, such a role) is not looked at here.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/config/error.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::config {

inline constexpr std::size_t kFileMax = 1024 * 1024;

enum class WorkerDriver { command, systemd };

/// How the workers of one pool are run on this node.
struct WorkerSettings {
  PoolName pool;
  WorkerDriver driver{WorkerDriver::command};
  std::vector<std::string> command;                // argv; its first is an absolute path
  std::map<std::string, std::string> environment;  // added to the agent's own
  std::string user;                                // who the command is; "": who the agent is
  std::string environment_file;                    // more of `environment`, in a file of its own
  std::string output;  // file that stdout and stderr are appended to; "": the agent's own
  std::string unit;    // of the driver systemd: "email-worker.service"
  std::vector<std::string> black_box_command{};  // argv, its first an absolute path; or none

  bool operator==(const WorkerSettings&) const = default;
};

struct AgentFile {
  NodeName node;
  std::string runtime_dir;              // absolute
  std::string conninfo;                 // as libpq wants it; holds no password
  std::vector<WorkerSettings> workers;  // at least one, by pool
};

struct SupervisorFile {
  NodeName supervisor;
  std::string runtime_dir;
  std::string conninfo;
  std::map<std::string, std::string> databases;  // name -> conninfo
};

Parsed<AgentFile> parse_agent_file(const std::string& path);
/// The same for whoever is not the agent: `runtime_dir` is what its unit gives it.
Parsed<AgentFile> parse_agent_file(const std::string& path, const std::string& runtime_dir);
Parsed<SupervisorFile> parse_supervisor_file(const std::string& path);
Parsed<core::Fleet> parse_fleet_file(const std::string& path);

/// The same on text that was read already. `file` is the name in the errors.
Parsed<AgentFile> parse_agent_text(std::string_view text, const std::string& file,
                                   const std::string& default_runtime_dir);
Parsed<SupervisorFile> parse_supervisor_text(std::string_view text, const std::string& file,
                                             const std::string& default_runtime_dir);
Parsed<core::Fleet> parse_fleet_text(std::string_view text, const std::string& file);

/// Where sockets and state of a run go if the file does not say: $RUNTIME_DIRECTORY, else
/// /run/jobflip for root, else $XDG_RUNTIME_DIR/jobflip, else "".
std::string default_runtime_dir();

}  // namespace jobflip::config
