#include "jobflip/core/service_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "jobflip/base/escape.hpp"

namespace jobflip::core {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};
constexpr Millis kTimeoutMax{60'000};
constexpr Millis kUnwatchedLeast{60'000};

std::optional<int> number_of(std::string_view digits) {
  int value{};
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string quoted_text(std::string_view text) {
  return "\"" + printable(text, 100) + "\"";
}

/// Which settings a kind of check needs, and which it may have beside those of all kinds.
struct KindRule {
  CheckKind kind;
  std::vector<std::string_view> needs;
  std::vector<std::string_view> may_have;
};

const std::array<KindRule, 3>& kind_rules() {
  static const std::array<KindRule, 3> rules{
      KindRule{CheckKind::http, {"url"}, {"expect_status", "body_contains"}},
      KindRule{CheckKind::tcp, {"host", "port"}, {}},
      KindRule{CheckKind::exec, {"command"}, {"body_contains"}},
  };
  return rules;
}

std::vector<std::string_view> given(const ServiceSettings& service) {
  std::vector<std::string_view> keys;
  if (service.url) keys.emplace_back("url");
  if (service.host) keys.emplace_back("host");
  if (service.port != 0) keys.emplace_back("port");
  if (service.command) keys.emplace_back("command");
  if (service.expect_status) keys.emplace_back("expect_status");
  if (service.body_contains) keys.emplace_back("body_contains");
  return keys;
}

bool has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::optional<ServiceFault> check_kind(const ServiceSettings& service) {
  const auto& rule = kind_rules()[static_cast<std::size_t>(service.check)];
  const std::string kind{kCheckKindWords[static_cast<std::size_t>(service.check)]};
  const auto keys = given(service);
  for (const auto key : rule.needs)
    if (!has(keys, key))
      return ServiceFault{std::string{key}, "is missing", "a check by " + kind + " needs it"};
  for (const auto key : keys)
    if (!has(rule.needs, key) && !has(rule.may_have, key))
      return ServiceFault{std::string{key}, "is not used by a check by " + kind, "leave it out"};
  return std::nullopt;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

std::optional<ServiceFault> check_target(const ServiceSettings& service) {
  if (service.url) {
    const std::string& url = *service.url;
    const auto scheme = url.starts_with("https://") ? 8U : url.starts_with("http://") ? 7U : 0U;
    const auto host = url.substr(scheme, url.find_first_of("/?#", scheme) - scheme);
    if (scheme == 0 || host.empty() || !is_plain(url))
      return ServiceFault{"url", quoted_text(url) + " is not a URL with http or https",
                          "such as \"https://app.example.com/health\""};
    if (host.find('@') != std::string::npos)
      return ServiceFault{"url", "must not contain a password",
                          "check a page that needs none: who reads the store reads this"};
  }
  if (service.host &&
      (!is_plain(*service.host) || service.host->find_first_of("/?#@[]") != std::string::npos))
    return ServiceFault{"host",
                        quoted_text(*service.host) + " is not the name or address of a host",
                        "such as \"db.example.com\" or \"192.0.2.7\""};
  if (service.command) {
    if (const auto why = why_not_a_name(*service.command); !why.empty())
      return ServiceFault{"command",
                          quoted_text(*service.command) + " can't be used: " + std::string{why},
                          "write the name of a [commands.NAME] of the supervisors' files"};
  }
  if (service.expect_status && !parse_status_range(*service.expect_status))
    return ServiceFault{"expect_status", quoted_text(*service.expect_status) + " is not a status",
                        "write one from 100 to 599, or two with a hyphen: \"200-399\""};
  return std::nullopt;
}

std::optional<ServiceFault> check_times(const ServiceSettings& service) {
  if (service.timeout > kTimeoutMax)
    return ServiceFault{"timeout", "is " + short_duration(service.timeout),
                        "a check may take 1m at most"};
  if (service.timeout > service.every)
    return ServiceFault{"timeout",
                        "is " + short_duration(service.timeout) + ", which is longer than every, " +
                            short_duration(service.every),
                        "a check ends before the next one begins"};
  if (service.slow_after && *service.slow_after >= service.timeout)
    return ServiceFault{"slow_after",
                        "is " + short_duration(*service.slow_after) +
                            ", which is not less than timeout, " + short_duration(service.timeout),
                        "a check that takes so long has failed"};
  return std::nullopt;
}

std::optional<ServiceFault> check_window(const CalendarWindow& window) {
  const auto fault = [](std::string text, std::string hint) {
    return ServiceFault{"maintenance", std::move(text), std::move(hint)};
  };
  const bool is_once = window.from && window.until;
  if (is_once != window.weekly.empty() || window.from.has_value() != window.until.has_value())
    return fault("has a window that is neither once nor weekly",
                 "give it from and until, or weekly and length");
  if (is_once && *window.from >= *window.until)
    return fault("has a window that ends at " + rfc3339(*window.until) + ", before it begins",
                 "until must be later than from");
  if (!is_once && !is_weekly_time(window.weekly))
    return fault("has weekly " + quoted_text(window.weekly),
                 "write a day and a time, such as \"sun 02:00\"");
  if (!is_once && (window.length < std::chrono::minutes{1} || window.length > kWeeklyLengthMax))
    return fault("has a weekly window of " + short_duration(window.length),
                 "its length is from 1m to 7d");
  if (!is_plain(window.time_zone) || window.time_zone.empty() || window.time_zone.size() > 63)
    return fault("has time_zone " + quoted_text(window.time_zone),
                 "write a name such as \"Europe/Berlin\"");
  if (window.reason.size() > kCalendarReasonMax)
    return fault("has a reason of " + std::to_string(window.reason.size()) + " bytes",
                 "at most 200 are kept");
  return std::nullopt;
}

std::optional<ServiceFault> check_calendar(const ServiceSettings& service) {
  if (service.maintenance.size() > kCalendarMax)
    return ServiceFault{"maintenance",
                        "has " + std::to_string(service.maintenance.size()) + " windows",
                        "at most 50 are kept: remove those that are over"};
  std::set<std::string> keys;
  for (const CalendarWindow& window : service.maintenance) {
    if (auto fault = check_window(window)) return fault;
    if (!keys.insert(window.key()).second)
      return ServiceFault{"maintenance", "has the window " + quoted_text(window.key()) + " twice",
                          "leave one of them out"};
  }
  return std::nullopt;
}

}  // namespace

std::string CalendarWindow::key() const {
  return from ? rfc3339(*from) : weekly + " " + time_zone;
}

std::optional<StatusRange> parse_status_range(std::string_view text) {
  const auto hyphen = text.find('-');
  const auto least = number_of(text.substr(0, hyphen));
  const auto most = hyphen == text.npos ? least : number_of(text.substr(hyphen + 1));
  if (!least || !most || *least < 100 || *most > 599 || *least > *most) return std::nullopt;
  return StatusRange{*least, *most};
}

bool is_weekly_time(std::string_view text) {
  if (text.size() != 9 || text[3] != ' ' || text[6] != ':') return false;
  if (std::ranges::find(kWeekdays, text.substr(0, 3)) == kWeekdays.end()) return false;
  const auto hour = number_of(text.substr(4, 2));
  const auto minute = number_of(text.substr(7, 2));
  return hour && minute && *hour >= 0 && *hour <= 23 && *minute >= 0 && *minute <= 59;
}

std::optional<ServiceFault> check_service(const ServiceSettings& service) {
  for (auto check : {check_kind, check_target, check_times, check_calendar})
    if (auto fault = check(service)) return fault;
  return std::nullopt;
}

Millis unwatched_after(const ServiceSettings& service) {
  return std::max(kUnwatchedLeast, 3 * service.every);
}

}  // namespace jobflip::core
