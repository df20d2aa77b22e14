#pragma once
/// What each user of the bus needs: systemd's name there, and messages that free themselves.

#include <systemd/sd-bus.h>

#include <memory>

namespace jobflip::host {

inline constexpr const char* kSystemdName = "org.freedesktop.systemd1";

struct DropMessage {
  void operator()(sd_bus_message* message) const noexcept { ::sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, DropMessage>;

}  // namespace jobflip::host
