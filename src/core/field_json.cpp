#include "core/field_json.hpp"

namespace jobflip::core {

bool read_json(const Json& json, std::int64_t& out) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (json.is_number_float()) {                // PostgreSQL keeps the zeros of 1000.0
    const double value = json.get<double>();
    if (!(std::fabs(value) <= kExact) || std::trunc(value) != value) return false;
    out = static_cast<std::int64_t>(value);
    return true;
  }
  if (!json.is_number_integer()) return false;
  if (json.is_number_unsigned() &&
      json.get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return false;
  out = json.get<std::int64_t>();
  return true;
}

bool read_json(const Json& json, int& out) {
  std::int64_t value{};
  if (!read_json(json, value) || value < std::numeric_limits<int>::min() ||
      value > std::numeric_limits<int>::max())
    return false;
  out = static_cast<int>(value);
  return true;
}

bool read_json(const Json& json, bool& out) {
  if (!json.is_boolean()) return false;
  out = json.get<bool>();
  return true;
}

bool read_json(const Json& json, double& out) {
  if (!json.is_number()) return false;
  out = json.get<double>();
  return std::isfinite(out);
}

bool read_json(const Json& json, std::string& out) {
  if (!json.is_string()) return false;
  out = json.get_ref<const std::string&>();
  return true;
}

bool read_json(const Json& json, Millis& out) {
  std::int64_t value{};
  if (!read_json(json, value) || value > kLengthMax.count() || value < -kLengthMax.count())
    return false;
  out = Millis{value};
  return true;
}

bool read_json(const Json& json, WallTime& out) {
  if (!json.is_string()) return false;
  const auto at = parse_rfc3339(json.get_ref<const std::string&>());
  out = at.value_or(WallTime{});
  return at.has_value();
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Json> parse_object(std::string_view text) {
  auto json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

Error unreadable_value(std::string_view what, std::string_view key) {
  auto text = std::string{what} + ": ";
  text += key.empty() ? "the store's answer" : key;
  return {ErrorCode::store_failed, text + " can't be read",
          "do the program and the schema belong together? `jobflip version` tells"};
}

}  // namespace jobflip::core
