#pragma once
/// The parts of a black box's document, each as JSON in the form that docs/operations.md lists. A
/// part that is not available adds the reason to `missing`.

#include <nlohmann/json.hpp>
#include <string>

#include "jobflip/base/time.hpp"
#include "jobflip/blackbox/black_box.hpp"
#include "jobflip/core/black_box.hpp"

namespace jobflip::blackbox {

using Json = nlohmann::json;

/// {"part":...,"why":...}
Json missing(const std::string& part, const std::string& why);

/// "source", "processes", "tcp": from the guard's capturer, else captured here.
Json look_part(const BlackBoxSettings& settings, Instant guard_within, Instant give_up);
/// "unit"
Json unit_part(const std::string& unit);
/// "memory", "cpu", "io": of the workers' cgroup, if it has them.
Json load_part(const BlackBoxSettings& settings);
/// The same of a folder with a cgroup's files, of its parent ("" for none), and of the host's.
Json load_of(const std::string& cgroup, const std::string& parent, const std::string& host);
/// "log"
Json log_part(const BlackBoxSettings& settings, Instant give_up);
/// "command"
Json command_part(const BlackBoxSettings& settings, const core::BlackBoxOf& of, Instant give_up);

/// All of them, in one document of at most kMaxBlackBoxBytes. Blocks no longer than
/// kBlackBoxTimeLimit.
std::string look_into(const BlackBoxSettings& settings, const core::BlackBoxOf& of, Instant begun);
/// A document with nothing but the reason why there is nothing in it.
std::string nothing_seen(const std::string& why);

}  // namespace jobflip::blackbox
