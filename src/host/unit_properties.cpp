#include "jobflip/host/unit_properties.hpp"

#include <systemd/sd-bus.h>

#include <cstdint>
#include <memory>

#include "host/bus_handles.hpp"
#include "host/unit_check.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {
namespace {

constexpr std::uint64_t kPropertiesDeadline = 2'000'000;  // microseconds

struct FlushAndCloseBus {
  void operator()(sd_bus* bus) const noexcept { ::sd_bus_flush_close_unref(bus); }
};
using Bus = std::unique_ptr<sd_bus, FlushAndCloseBus>;

/// The value inside a variant of type `kind`.
int read_value(sd_bus_message* message, const char* kind, std::string& into) {
  const std::string_view type{kind};
  int result = 0;
  if (type == "s" || type == "o") {
    const char* text = nullptr;
    result = ::sd_bus_message_read_basic(message, type[0], &text);
    if (result >= 0) into = text;
  } else if (type == "b") {
    int yes = 0;
    result = ::sd_bus_message_read_basic(message, 'b', &yes);
    into = yes != 0 ? "yes" : "no";
  } else if (type == "t") {
    std::uint64_t number = 0;
    result = ::sd_bus_message_read_basic(message, 't', &number);
    into = std::to_string(number);
  } else if (type == "u") {
    std::uint32_t number = 0;
    result = ::sd_bus_message_read_basic(message, 'u', &number);
    into = std::to_string(number);
  } else if (type == "i") {
    std::int32_t number = 0;
    result = ::sd_bus_message_read_basic(message, 'i', &number);
    into = std::to_string(number);
  } else if (type == "a(sasbttttuii)") {
    result = ::sd_bus_message_enter_container(message, 'a', "(sasbttttuii)");
    while (result >= 0 && ::sd_bus_message_at_end(message, 0) == 0) {
      into = "set";
      result = ::sd_bus_message_skip(message, "(sasbttttuii)");
    }
    if (result >= 0) result = ::sd_bus_message_exit_container(message);
  } else {
    result = ::sd_bus_message_skip(message, kind);
  }
  return result;
}

int read_all(sd_bus_message* message, setup::UnitProperties& into) {
  int result = ::sd_bus_message_enter_container(message, 'a', "{sv}");
  while (result >= 0 && (result = ::sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
    const char* name = nullptr;
    const char* kind = nullptr;
    result = ::sd_bus_message_read_basic(message, 's', &name);
    if (result >= 0) result = ::sd_bus_message_peek_type(message, nullptr, &kind);
    if (result >= 0) result = ::sd_bus_message_enter_container(message, 'v', kind);
    if (result >= 0) result = read_value(message, kind, into[name]);
    if (result >= 0) result = ::sd_bus_message_exit_container(message);
    if (result >= 0) result = ::sd_bus_message_exit_container(message);
  }
  return result;
}

}  // namespace

Result<setup::UnitProperties> read_unit_properties(const std::string& unit) {
  if (auto named = check_unit_name(unit); !named) return named.error();
  sd_bus* raw_bus = nullptr;
  if (const int result = ::sd_bus_open_system(&raw_bus); result < 0)
    return os::errno_error("cannot reach the system bus", -result,
                           "is systemd running this machine?");
  const Bus bus{raw_bus};
  ::sd_bus_set_method_call_timeout(raw_bus, kPropertiesDeadline);
  sd_bus_message* raw = nullptr;
  int result = ::sd_bus_call_method(raw_bus, kSystemdName, "/org/freedesktop/systemd1",
                                    "org.freedesktop.systemd1.Manager", "LoadUnit", nullptr, &raw,
                                    "s", unit.c_str());
  const Message loaded{raw};
  const char* path = nullptr;
  if (result >= 0) result = ::sd_bus_message_read(raw, "o", &path);
  setup::UnitProperties properties;
  for (const auto* interface :
       {"org.freedesktop.systemd1.Unit", "org.freedesktop.systemd1.Service"}) {
    if (result < 0) break;
    sd_bus_message* answer = nullptr;
    result = ::sd_bus_call_method(raw_bus, kSystemdName, path, "org.freedesktop.DBus.Properties",
                                  "GetAll", nullptr, &answer, "s", interface);
    const Message held{answer};
    if (result >= 0) result = read_all(answer, properties);
  }
  if (result < 0) return os::errno_error("cannot read the properties of " + unit, -result);
  return properties;
}

}  // namespace jobflip::host
