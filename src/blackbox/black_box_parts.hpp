#pragma once
/// The parts of a black box's document, each as JSON of the form that docs/operations.md lists. A
/// part that can't be had adds to `missing` why.

#include <nlohmann/json.hpp>
#include <string>

#include "jobflip/base/time.hpp"
#include "jobflip/blackbox/black_box.hpp"
#include "jobflip/core/black_box.hpp"

namespace jobflip::blackbox {

using Json = nlohmann::json;

/// {"part":...,"why":...}
Json missing(const std::string& part, const std::string& why);

/// "source", "processes", "tcp": by the guard's looker, else by our own eyes.
Json look_part(const BlackBoxSettings& settings, Instant guard_within, Instant give_up);
/// "unit"
Json unit_part(const std::string& unit);
/// "memory", "cpu", "io": of the workers' cgroup, where it has them.
Json load_part(const BlackBoxSettings& settings);
/// The same of a folder with a cgroup's files, of its parent ("" for none), and of the host's.
Json load_of(const std::string& cgroup, const std::string& parent, const std::string& host);
/// "log"
Json log_part(const BlackBoxSettings& settings, Instant give_up);
/// "command"
Json command_part(const BlackBoxSettings& settings, const core::BlackBoxOf& of, Instant give_up);

/// All of them, in one document of at most kMaxBlackBoxBytes. Blocks until then at the latest.
std::string look_into(const BlackBoxSettings& settings, const core::BlackBoxOf& of, Instant begun);
/// One that has nothing to say but why.
std::string nothing_seen(const std::string& why);

}  // namespace jobflip::blackbox
