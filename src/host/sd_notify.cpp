#include "jobflip/host/sd_notify.hpp"

#include <systemd/sd-daemon.h>

namespace jobflip::host {

bool notify_systemd(const std::string& text) noexcept {
  return ::sd_notify(0, text.c_str()) > 0;
}

std::optional<Micros> watchdog_interval() noexcept {
  std::uint64_t micros = 0;
  if (::sd_watchdog_enabled(0, &micros) <= 0) return std::nullopt;
  return Micros{static_cast<Micros::rep>(micros)};
}

}  // namespace jobflip::host
