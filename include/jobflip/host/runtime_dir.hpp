#pragma once
/// The folder where an agent keeps what must outlive it but not the boot: the lease pages and its
/// identity. Only one agent has it at a time, whatever its node's name: an agent that has the
/// folder controls every guard whose page is in it.
///
/// Invariant: a restarted agent is the same instance (its old lease is its own); after a reboot it
/// is another one, since no worker of the old one can be alive.

#include <array>
#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"

namespace jobflip::host {

class RuntimeDir {
 public:
  RuntimeDir(RuntimeDir&& other) noexcept;
  RuntimeDir& operator=(RuntimeDir&& other) noexcept;
  RuntimeDir(const RuntimeDir&) = delete;
  RuntimeDir& operator=(const RuntimeDir&) = delete;
  ~RuntimeDir();  // gives the lock back

  const std::string& path() const noexcept { return path_; }
  const Uuid& instance() const noexcept { return instance_; }

 private:
  friend Result<RuntimeDir> open_runtime_dir(const std::string& path, const NodeName& node);
  friend Result<RuntimeDir> open_supervisor_dir(const std::string& path,
                                                const NodeName& supervisor);
  RuntimeDir(std::string path, Uuid instance, std::array<int, 2> locks) noexcept;

  std::string path_;
  Uuid instance_;
  std::array<int, 2> locks_{-1, -1};  // the folder, and the file that names its agent
};

/// Makes the folder (0700) if it is missing, but not its parents. Refused if another user owns it
/// or may write to it, or another agent has it.
Result<RuntimeDir> open_runtime_dir(const std::string& path, const NodeName& node);

/// The same for a supervisor, which guards nothing: others may use its folder, under other names.
Result<RuntimeDir> open_supervisor_dir(const std::string& path, const NodeName& supervisor);

/// The default if no setting names one: $RUNTIME_DIRECTORY, else /run/jobflip for root, else
/// $XDG_RUNTIME_DIR/jobflip.
Result<std::string> default_runtime_dir();

}  // namespace jobflip::host
