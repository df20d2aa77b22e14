#pragma once
/// What a daemon does about a violated invariant (core/invariants.hpp).

#include <string>

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

/// Logs the sentence and aborts, unless it is "". A violation is a bug of ours, and a wrong state
/// must not act: no action of the step is carried out. systemd restarts the daemon, which begins
/// with the state of the guard and the store; if nobody restarts it, the guard ends the workers at
/// their deadline.
void must_hold(const std::string& violated, const std::string& who, spdlog::logger& log);

}  // namespace jobflip::daemon
