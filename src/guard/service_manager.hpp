#pragma once
/// Words to systemd, where the guard is a unit's main process (NOTIFY_SOCKET, WATCHDOG_USEC): that
/// its workers run, and that it is alive itself. A guard that hangs is killed by the unit's
/// WatchdogSec, and KillMode=mixed then takes its workers. Nothing here allocates or waits after
/// connect().

#include <cstdint>
#include <string>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::guard {

class ServiceManager {
 public:
  /// Does nothing if no manager listens.
  void connect() noexcept;

  void say_ready() const noexcept;
  /// One line for `systemctl status`.
  void say_status(const std::string& text) const noexcept;
  /// Says that we are alive, where that is due.
  void keep_alive(std::int64_t now) noexcept;
  /// When it is due next; the end of time where nobody asked.
  std::int64_t next_due() const noexcept { return next_due_; }

 private:
  void say(const char* text) const noexcept;

  Descriptor socket_;
  std::int64_t every_{0};  // ns; 0: not wanted
  std::int64_t next_due_{INT64_MAX};
};

}  // namespace jobflip::guard
