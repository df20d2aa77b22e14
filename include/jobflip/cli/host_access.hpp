#pragma once
/// What the commands need from the machine that they run on, and from their own process.
///
/// Invariants: every function is set (`run` checks it), and none throws.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/ports/unit_files.hpp"

namespace jobflip::cli {

/// What a clock shows in a time zone.
struct LocalTime {
  std::chrono::seconds ahead{};  // of UTC
  std::string abbreviation;      // "CET"
};

struct HostAccess {
  std::function<std::unique_ptr<ports::HostInspector>()> open_inspector;
  std::function<std::unique_ptr<ports::UnitFiles>()> open_unit_files;
  std::function<Result<std::string>()> find_guard;  // the guard's program

  std::function<Instant()> now;    // the boot clock
  std::function<WallTime()> wall;  // what people read: for comparing it with the store's
  /// Empty if this host has no such zone.
  std::function<std::optional<LocalTime>(const std::string& zone, WallTime at)> local_time;
  std::function<void(Millis)> wait;   // returns early when interrupted
  std::function<bool()> interrupted;  // SIGINT or SIGTERM came
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::string login_name;  // of the session's user; "" if unknown
};

}  // namespace jobflip::cli
