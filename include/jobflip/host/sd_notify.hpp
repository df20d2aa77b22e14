#pragma once
/// Messages to the service manager, if one listens (NOTIFY_SOCKET): "READY=1", "STOPPING=1",
/// "WATCHDOG=1", "STATUS=...". Best effort; without one it does nothing.

#include <optional>
#include <string>

#include "jobflip/base/time.hpp"

namespace jobflip::host {

/// True if it was handed over. Several assignments are separated by '\n'.
bool notify_systemd(const std::string& text) noexcept;

/// How often the manager expects "WATCHDOG=1" at the latest; empty if it does not.
std::optional<Micros> watchdog_interval() noexcept;

}  // namespace jobflip::host
