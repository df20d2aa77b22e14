#pragma once
/// The settings of a service that is watched and never flipped: a [[service]] of the pool file. The
/// name, the limits and the description of each setting are in settings_fields.hpp.
///
/// Invariant: what a check runs on the supervisor's host is named here, never spelled out: whoever
/// may change a pool file can't make a supervisor run a command of their own.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

enum class CheckKind { http, tcp, exec };
inline constexpr std::array<std::string_view, 3> kCheckKindWords{"http", "tcp", "exec"};

inline constexpr std::size_t kServicesMax = 100;
inline constexpr std::size_t kCalendarMax = 50;  // windows of one service
inline constexpr std::size_t kCalendarReasonMax = 200;
inline constexpr Millis kWeeklyLengthMax = std::chrono::days{7};

/// Planned maintenance in the pool file ([[service.maintenance]]): once, or every week.
struct CalendarWindow {
  std::optional<WallTime> from;  // once
  std::optional<WallTime> until;
  std::string weekly{};          // "sun 02:00", in `time_zone`; "": once
  Millis length{0};              // of a weekly one
  std::string time_zone{"UTC"};  // a name that PostgreSQL knows
  std::string reason{};

  /// What tells it from the other windows of its service.
  std::string key() const;
  bool operator==(const CalendarWindow&) const = default;
};

struct ServiceSettings {
  ServiceName name;
  CheckKind check{CheckKind::http};
  std::optional<std::string> url{};      // http
  std::optional<std::string> host{};     // tcp
  int port{0};                           // tcp
  std::optional<std::string> command{};  // exec: which [commands.NAME] of the supervisor's file
  std::optional<std::string> expect_status{};  // http; empty: from 200 to 399
  std::optional<std::string> body_contains{};  // http, exec
  Millis every{30'000};
  Millis timeout{5000};
  std::optional<Millis> slow_after{};  // empty: learned (usual_latency.hpp)
  Millis slow_for{120'000};
  int down_after{3};  // failed checks in a row
  int up_after{2};    // good checks in a row, after it was down or slow
  double target_percent{99.9};
  std::vector<CalendarWindow> maintenance{};

  bool operator==(const ServiceSettings&) const = default;
};

/// Inclusive, from 100 to 599.
struct StatusRange {
  int least{};
  int most{};
};
/// "200", or "200-399".
std::optional<StatusRange> parse_status_range(std::string_view text);

/// "sun 02:00", from mon to sun and from 00:00 to 23:59.
bool is_weekly_time(std::string_view text);

/// A setting that does not fit the others.
struct ServiceFault {
  std::string field;
  std::string text;
  std::string hint;
};
/// The first one; also of the calendar.
std::optional<ServiceFault> check_service(const ServiceSettings& service);

/// A service that nobody checked for so long is not watched: three checks, and at least a minute.
Millis unwatched_after(const ServiceSettings& service);

}  // namespace jobflip::core
