#pragma once
/// The black box of this host: what there is to see of a stalled pool, in one JSON document
/// (docs/operations.md, "The black box"). The looking at processes is the guard's, which may see
/// more than the agent; where none answers in time the agent looks for itself, and says so.
///
/// Threads: all methods belong to the caller's; each look has threads of its own, and so has each
/// part that may hang (a disk, a bus, a command). One that hangs past the end of its look is left
/// behind: its part is missing, and neither a document nor the destructor waits for it.

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
  std::vector<std::string> command;  // run for each look; empty: none. argv[0] is a whole path
};

/// Asked at each look, in the caller's thread: empty if no workers of that pool run here.
using BlackBoxSettingsOf = std::function<std::optional<BlackBoxSettings>(const PoolName&)>;

std::unique_ptr<ports::BlackBoxRecorder> make_black_box(BlackBoxSettingsOf settings_of);
std::unique_ptr<ports::BlackBoxRecorder> make_black_box(std::vector<BlackBoxSettings> settings);

}  // namespace jobflip::blackbox
