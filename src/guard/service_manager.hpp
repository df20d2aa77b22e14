#pragma once
/// Messages to systemd, if the guard is a unit's main process (NOTIFY_SOCKET, WATCHDOG_USEC): that
/// its workers run, and that it is alive itself. The unit's WatchdogSec= kills a guard that hangs,
/// and KillMode=mixed then kills its workers. Nothing here allocates or waits after connect().

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
  /// Says that we are alive, if that is due.
  void keep_alive(std::int64_t now) noexcept;
  /// When it is due next; the end of time if systemd does not ask for it.
  std::int64_t next_due() const noexcept { return next_due_; }

 private:
  void say(const char* text) const noexcept;

  Descriptor socket_;
  std::int64_t every_{0};  // ns; 0: not wanted
  std::int64_t next_due_{INT64_MAX};
};

}  // namespace jobflip::guard
