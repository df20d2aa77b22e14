#pragma once
/// What a daemon does about a violated invariant (core/invariants.hpp).

#include <string>

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

/// Logs the sentence and aborts, unless it is "". A violation is a bug of ours, and a state that is
/// wrong must not act: nothing of the step is carried out. systemd starts the daemon again, which
/// begins with what the guard and the store say; if nobody does, the guard ends the workers at
/// their deadline.
void must_hold(const std::string& violated, const std::string& who, spdlog::logger& log);

}  // namespace jobflip::daemon
