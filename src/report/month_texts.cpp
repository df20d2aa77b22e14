/// Shares, minutes and changes as the report of a month writes them.
#include <fmt/format.h>

#include <cmath>

#include "report/month_sections.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

constexpr double kThousandths = 100'000;  // of a per cent, in a whole

}  // namespace

std::string percent_text(const std::optional<double>& share) {
  if (!share) return "not known";
  if (*share >= 1) return "100 %";
  // a little more, so that 0.99 is not 98.999
  const double floor = std::floor(*share * kThousandths + 1e-7);
  return fmt::format("{:.3f} %", floor / 1000);
}

std::string points_text(const std::optional<double>& share, const std::optional<double>& before) {
  if (!share || !before) return "-";
  const double points = std::round((*share - *before) * kThousandths) / 1000;
  return points == 0 ? "0" : fmt::format("{:+.3f}", points);
}

namespace {

constexpr std::int64_t kTenth = 6'000;  // of a minute

std::int64_t floor_of_tenths(std::int64_t ms) {
  return ms / kTenth - (ms % kTenth < 0 ? 1 : 0);
}

std::string tenths_text(std::int64_t tenths) {
  const auto* sign = tenths < 0 ? "-" : "";
  const auto size = std::abs(tenths);
  if (size % 10 == 0) return fmt::format("{}{}", sign, size / 10);
  return fmt::format("{}{}.{}", sign, size / 10, size % 10);
}

}  // namespace

std::string minutes_text(Millis length) {
  return tenths_text(-floor_of_tenths(-length.count()));
}

std::string budget_text(Millis length) {
  return tenths_text(floor_of_tenths(length.count()));
}

std::string change_text(const Compared& compared) {
  const auto change = compared.month - compared.before;
  return change == 0 ? "0" : fmt::format("{:+}", change);
}

std::vector<Cell> compared_row(std::string what, const Compared& compared) {
  return {{std::move(what), Tone::plain},
          {std::to_string(compared.month), Tone::plain},
          {std::to_string(compared.before), Tone::plain},
          {change_text(compared), Tone::plain}};
}

std::string target_text(double per_cent) {
  return fmt::format("{:g} %", per_cent);
}

std::string local_date_text(const Zone& zone, WallTime at) {
  const auto* span = span_at(zone, at);
  return utc_text(span == nullptr ? at : at + span->ahead).substr(0, 16);
}

}  // namespace jobflip::report
