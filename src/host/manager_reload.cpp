#include "host/manager_reload.hpp"

#include <systemd/sd-bus.h>

#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {

Result<void> reload_manager() {
  constexpr const char* kHint = "type: systemctl daemon-reload";
  sd_bus* bus = nullptr;
  if (const int result = ::sd_bus_open_system(&bus); result < 0)
    return os::errno_error("cannot reach the system bus", -result, kHint);
  ::sd_bus_set_method_call_timeout(bus, 60'000'000);  // it reads every unit of the host again
  sd_bus_error error = SD_BUS_ERROR_NULL;
  const int result =
      ::sd_bus_call_method(bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                           "org.freedesktop.systemd1.Manager", "Reload", &error, nullptr, nullptr);
  Result<void> done{};
  if (result < 0)
    done = Error{ErrorCode::host_failed,
                 "systemd did not reload its units: " +
                     (error.message != nullptr ? printable(error.message, 500)
                                               : std::generic_category().message(-result)),
                 kHint};
  ::sd_bus_error_free(&error);
  ::sd_bus_flush_close_unref(bus);
  return done;
}

}  // namespace jobflip::host
