#include <systemd/sd-bus.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "host/bus_handles.hpp"
#include "host/unit_bus.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {
namespace {

constexpr const char* kManagerPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
constexpr const char* kServiceUnit = "org.freedesktop.systemd1.Service";
constexpr Millis kCallDeadline{1000};
constexpr Millis kConnectForALook{250};  // looking at a unit waits no longer for the connection

struct CloseBus {
  void operator()(sd_bus* bus) const noexcept { ::sd_bus_close_unref(bus); }
};

/// An sd_bus_error that frees itself.
struct BusError {
  sd_bus_error raw = SD_BUS_ERROR_NULL;
  BusError() = default;
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;
  ~BusError() { ::sd_bus_error_free(&raw); }
};

std::string hint_for(const BusError& error) {
  const bool denied =
      ::sd_bus_error_has_name(&error.raw, SD_BUS_ERROR_ACCESS_DENIED) != 0 ||
      ::sd_bus_error_has_name(&error.raw, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED) != 0;
  return denied
             ? "let the agent's user start and stop this unit: `jobflip adopt --polkit --yes`, as "
               "root, writes the rule"
             : "";
}

Error silent_bus() {
  return Error{ErrorCode::host_failed, "the system bus does not answer",
               "look at systemctl status dbus"};
}

/// How long looking at units leaves a bus alone that accepts connections and says nothing. All
/// pools of this process share it: with a few pools, one wait after the other in the agent's loop
/// would cost a lease and trip the agent's watchdog. Starts and stops of a unit always go to the
/// bus and wait for the time of a call.
class BusSilence {
 public:
  bool goes_on() const { return BootClock::now() < until_; }
  void ended() { length_ = kFirst; }
  void noticed() {
    until_ = BootClock::now() + length_;
    length_ = std::min(2 * length_, kLongest);
  }

 private:
  static constexpr Millis kFirst{2000};
  static constexpr Millis kLongest{16'000};
  Millis length_{kFirst};
  Instant until_{};
};

BusSilence& silence() {
  static thread_local BusSilence of_this_process;
  return of_this_process;
}

/// Without this, sd-bus waits 25 s, or even 90, in the first call on a bus that accepts a
/// connection and says nothing: much longer than an agent may go without a beat.
int wait_until_ready(sd_bus* bus, Millis patience) {
  const Instant give_up = BootClock::now() + patience;
  for (;;) {
    int result = ::sd_bus_process(bus, nullptr);
    if (result < 0) return result;
    if (::sd_bus_is_ready(bus) > 0) return 0;
    if (result > 0) continue;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(give_up - BootClock::now());
    if (left.count() <= 0) return -ETIMEDOUT;
    result = ::sd_bus_wait(bus, static_cast<std::uint64_t>(left.count()));
    if (result < 0) return result;
  }
}

class SystemUnits : public UnitBus {
 public:
  Result<UnitFacts> read(const std::string& unit) override;
  Result<void> try_control(const std::string& unit) override { return stop(unit); }
  Result<void> start(const std::string& unit) override { return begin_job("StartUnit", unit); }
  Result<void> stop(const std::string& unit) override { return begin_job("StopUnit", unit); }

 private:
  Result<void> connect(Millis patience);
  Result<void> begin_job(const char* method, const std::string& unit);
  Error failed(const std::string& what, int result, const BusError& error);
  Result<std::string> path_of(const std::string& unit);
  Result<std::string> text(const std::string& path, const char* interface, const char* name);
  Result<bool> flag(const std::string& path, const char* name);
  Result<std::vector<UnitCommand>> exec_start(const std::string& path);

  std::unique_ptr<sd_bus, CloseBus> bus_;
  bool connected_{false};
  Instant opened_{};
};

/// A connection that is not up yet is kept, since it may be up when it is needed next, but not for
/// ever.
Result<void> SystemUnits::connect(Millis patience) {
  if (bus_ && connected_) return {};
  if (bus_ && patience > Millis{0} && BootClock::now() - opened_ > kCallDeadline) bus_.reset();
  if (!bus_) {
    sd_bus* bus = nullptr;
    if (const int result = ::sd_bus_open_system(&bus); result < 0)
      return os::errno_error("cannot reach the system bus", -result,
                             "is systemd running this machine?");
    bus_.reset(bus);
    connected_ = false;
    opened_ = BootClock::now();
    ::sd_bus_set_method_call_timeout(bus, std::chrono::microseconds{kCallDeadline}.count());
  }
  const int result = wait_until_ready(bus_.get(), patience);
  if (result == -ETIMEDOUT) {
    if (patience > Millis{0}) silence().noticed();
    return silent_bus();
  }
  if (result < 0) {
    bus_.reset();
    return os::errno_error("cannot reach the system bus", -result, "look at systemctl status dbus");
  }
  connected_ = true;
  silence().ended();
  return {};
}

/// Drops the connection after any failure: the next call makes a new one.
Error SystemUnits::failed(const std::string& what, int result, const BusError& error) {
  bus_.reset();
  if (result == -ETIMEDOUT)
    return Error{ErrorCode::host_failed, what + ": no answer within 1 s",
                 "look at systemctl status polkit dbus"};
  if (error.raw.message == nullptr) return os::errno_error(what, -result);
  return Error{ErrorCode::host_failed, what + ": " + printable(error.raw.message, 500),
               hint_for(error)};
}

Result<void> SystemUnits::begin_job(const char* method, const std::string& unit) {
  if (auto connected = connect(kCallDeadline); !connected) return connected;
  BusError error;
  const int result = ::sd_bus_call_method(bus_.get(), kSystemdName, kManagerPath, kManager, method,
                                          &error.raw, nullptr, "ss", unit.c_str(), "replace");
  if (result < 0) return failed(std::string{method} + " " + unit, result, error);
  return {};
}

Result<std::string> SystemUnits::path_of(const std::string& unit) {
  BusError error;
  sd_bus_message* raw = nullptr;
  const int result = ::sd_bus_call_method(bus_.get(), kSystemdName, kManagerPath, kManager,
                                          "LoadUnit", &error.raw, &raw, "s", unit.c_str());
  const Message reply{raw};
  if (result < 0) return failed("LoadUnit " + unit, result, error);
  const char* path = nullptr;
  if (const int got = ::sd_bus_message_read(raw, "o", &path); got < 0)
    return failed("LoadUnit " + unit, got, error);
  return std::string{path};
}

Result<std::string> SystemUnits::text(const std::string& path, const char* interface,
                                      const char* name) {
  BusError error;
  char* value = nullptr;
  const int result = ::sd_bus_get_property_string(bus_.get(), kSystemdName, path.c_str(), interface,
                                                  name, &error.raw, &value);
  if (result < 0) return failed(std::string{"reading "} + name, result, error);
  std::string copy{value};
  std::free(value);
  return copy;
}

Result<bool> SystemUnits::flag(const std::string& path, const char* name) {
  BusError error;
  int value = 0;
  const int result = ::sd_bus_get_property_trivial(bus_.get(), kSystemdName, path.c_str(),
                                                   kServiceUnit, name, &error.raw, 'b', &value);
  if (result < 0) return failed(std::string{"reading "} + name, result, error);
  return value != 0;
}

Result<void> strings(sd_bus_message* message, std::vector<std::string>& into) {
  char** words = nullptr;
  const int result = ::sd_bus_message_read_strv(message, &words);
  for (char** word = words; word != nullptr && *word != nullptr; ++word) {
    into.emplace_back(*word);
    std::free(*word);
  }
  std::free(static_cast<void*>(words));
  if (result < 0) return os::errno_error("reading ExecStart", -result);
  return {};
}

/// a(sasasttttuii): path, argv, flags, and how it went, which is skipped.
Result<std::vector<UnitCommand>> SystemUnits::exec_start(const std::string& path) {
  BusError error;
  sd_bus_message* raw = nullptr;
  int result = ::sd_bus_get_property(bus_.get(), kSystemdName, path.c_str(), kServiceUnit,
                                     "ExecStartEx", &error.raw, &raw, "a(sasasttttuii)");
  const Message reply{raw};
  if (result < 0) return failed("reading ExecStart", result, error);
  std::vector<UnitCommand> commands;
  result = ::sd_bus_message_enter_container(raw, 'a', "(sasasttttuii)");
  while (result >= 0 && (result = ::sd_bus_message_enter_container(raw, 'r', "sasasttttuii")) > 0) {
    UnitCommand command;
    const char* program = nullptr;
    result = ::sd_bus_message_read(raw, "s", &program);
    if (result < 0) break;
    command.path = program;
    for (auto* into : {&command.argv, &command.flags})
      if (auto read = strings(raw, *into); !read) return read.error();
    result = ::sd_bus_message_skip(raw, "ttttuii");
    if (result >= 0) result = ::sd_bus_message_exit_container(raw);
    commands.push_back(std::move(command));
  }
  if (result < 0) return failed("reading ExecStart", result, error);
  return commands;
}

Result<UnitFacts> SystemUnits::read(const std::string& unit) {
  const Millis patience = silence().goes_on() ? Millis{0} : kConnectForALook;
  if (auto connected = connect(patience); !connected) return connected.error();
  const auto path = path_of(unit);
  if (!path) return path.error();
  UnitFacts facts;
  const auto load_state = text(*path, kUnit, "LoadState");
  if (!load_state) return load_state.error();
  facts.load_state = *load_state;
  if (facts.load_state != "loaded") return facts;
  struct Wanted {
    const char* interface;
    const char* name;
    std::string* into;
  };
  for (const auto& [interface, name, into] :
       {Wanted{kUnit, "ActiveState", &facts.active_state},
        Wanted{kServiceUnit, "Type", &facts.type}, Wanted{kServiceUnit, "User", &facts.user},
        Wanted{kServiceUnit, "KillMode", &facts.kill_mode},
        Wanted{kServiceUnit, "StatusText", &facts.status_text},
        Wanted{kServiceUnit, "ControlGroup", &facts.control_group}}) {
    auto value = text(*path, interface, name);
    if (!value) return value.error();
    *into = std::move(*value);
  }
  const auto send_sigkill = flag(*path, "SendSIGKILL");
  if (!send_sigkill) return send_sigkill.error();
  const auto delegate = flag(*path, "Delegate");
  if (!delegate) return delegate.error();
  facts.send_sigkill = *send_sigkill;
  facts.delegate = *delegate;
  auto commands = exec_start(*path);
  if (!commands) return commands.error();
  facts.exec_start = std::move(*commands);
  return facts;
}

}  // namespace

std::unique_ptr<UnitBus> make_system_units() {
  return std::make_unique<SystemUnits>();
}

}  // namespace jobflip::host
