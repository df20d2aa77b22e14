#pragma once
/// The black box of this host: all that can be seen of a stalled pool, in one JSON document
/// (docs/operations.md, "The black box"). The guard captures the processes, since it may see more
/// than the agent; if no guard answers in time, the agent captures them itself, and the document
/// says so.
///
/// Threads: call all methods from one thread. Each capture has threads of its own, and so has each
/// part that may hang (a disk, a bus, a command). A thread that hangs past the end of its capture
/// is left behind: its part is missing, and neither a document nor the destructor waits for it.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/ports/black_box.hpp"

namespace jobflip::blackbox {

struct BlackBoxSettings {
  PoolName pool;
  std::string runtime_dir;           // where the pool's lease page is
  std::string unit;                  // "": the workers are a command
  std::string output;                // of such a command; "": there is no file of it
  std::vector<std::string> command;  // run for each capture; empty: none. argv[0] is absolute
};

/// Called for each capture, in the caller's thread: empty if no workers of that pool run here.
using BlackBoxSettingsOf = std::function<std::optional<BlackBoxSettings>(const PoolName&)>;

std::unique_ptr<ports::BlackBoxRecorder> make_black_box(BlackBoxSettingsOf settings_of);
std::unique_ptr<ports::BlackBoxRecorder> make_black_box(std::vector<BlackBoxSettings> settings);

}  // namespace jobflip::blackbox
