#pragma once
/// Where the queues are that a person wants to read by hand.

namespace jobflip::cli {

/// Its [databases] are used unless the command line names others.
inline constexpr const char* kSupervisorFile = "/etc/jobflip/supervisor.toml";

}  // namespace jobflip::cli
