#include "jobflip/pg/cells.hpp"

#include <charconv>

namespace jobflip::pg {

std::optional<std::string_view> Cells::next() {
  if (at_ == cells_.size()) {
    failed_ = true;
    return std::nullopt;
  }
  return cells_[at_++];
}

std::optional<std::int64_t> Cells::maybe_number() {
  const auto text = next();
  if (!text || text->empty()) return std::nullopt;
  std::int64_t value{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) failed_ = true;
  return value;
}

std::int64_t Cells::number() {
  const auto value = maybe_number();
  if (!value) failed_ = true;
  return value.value_or(0);
}

double Cells::real() {
  const auto text = next().value_or("");
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) failed_ = true;
  return value;
}

std::optional<Millis> Cells::maybe_millis() {
  const auto value = maybe_number();
  if (!value) return std::nullopt;
  if (*value > kLengthMax.count() || *value < -kLengthMax.count()) {
    failed_ = true;
    return Millis{};
  }
  return Millis{*value};
}

std::optional<WallTime> Cells::maybe_time() {
  using std::chrono::sys_days, std::chrono::year;
  constexpr WallTime kFirst = sys_days{year{1} / 1 / 1};
  constexpr WallTime kBehind = sys_days{year{10'000} / 1 / 1};
  const auto value = maybe_number();
  if (!value) return std::nullopt;
  const WallTime at{Micros{*value}};
  if (at >= kFirst && at < kBehind) return at;
  failed_ = true;
  return WallTime{};
}

Millis Cells::millis() {
  const auto value = maybe_millis();
  if (!value) failed_ = true;
  return value.value_or(Millis{});
}

WallTime Cells::time() {
  const auto value = maybe_time();
  if (!value) failed_ = true;
  return value.value_or(WallTime{});
}

std::optional<std::string> Cells::maybe_text() {
  const auto text = next();
  return text ? std::optional{std::string{*text}} : std::nullopt;
}

}  // namespace jobflip::pg
