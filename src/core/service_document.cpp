#include "jobflip/core/service_document.hpp"

#include "core/service_json.hpp"
#include "jobflip/core/settings_fields.hpp"

namespace jobflip::core {
namespace {

constexpr std::string_view kServiceWhat = "service settings";

Json window_json(const CalendarWindow& window) {
  auto out = Json::object();
  if (window.from) {
    out["from"] = json_of(window.from);
    out["until"] = json_of(window.until);
  } else {
    out["weekly"] = window.weekly;
    out["length_ms"] = json_of(window.length);
    out["time_zone"] = window.time_zone;
  }
  out["reason"] = window.reason;
  return out;
}

template <class T>
bool read_key(const Json& object, const char* key, T& out) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() || read_json(*found, out);
}

std::string read_windows(const Json& object, std::vector<CalendarWindow>& out) {
  const auto found = object.find("maintenance");
  if (found == object.end() || found->is_null()) return "";
  if (!found->is_object()) return "maintenance";
  for (const auto& [key, json] : found->items()) {
    auto& window = out.emplace_back();
    const bool is_read =
        json.is_object() && read_key(json, "from", window.from) &&
        read_key(json, "until", window.until) && read_key(json, "weekly", window.weekly) &&
        read_key(json, "length_ms", window.length) &&
        read_key(json, "time_zone", window.time_zone) && read_key(json, "reason", window.reason);
    if (!is_read) return "maintenance";
  }
  return "";
}

}  // namespace

Json service_json(const ServiceSettings& service) {
  auto out = Json::object();
  add_fields(out, service, fields_of<ServiceSettings>(), Absent::is_left_out);
  auto& windows = out["maintenance"] = Json::object();
  for (const CalendarWindow& window : service.maintenance)
    windows[window.key()] = window_json(window);
  return out;
}

std::string service_document(const ServiceSettings& service) {
  auto out = service_json(service);
  out["name"] = service.name.str();
  return dump(out);
}

Result<ServiceSettings> parse_service_document(std::string_view json) {
  const auto object = parse_object(json);
  if (!object) return unreadable_value(kServiceWhat, "");
  ServiceSettings service;
  std::string name;
  if (!read_key(*object, "name", name)) return unreadable_value(kServiceWhat, "name");
  const auto parsed = ServiceName::parse(name, "service name");
  if (!parsed) return unreadable_value(kServiceWhat, "name");
  service.name = *parsed;
  auto bad = read_fields(*object, service, fields_of<ServiceSettings>());
  if (bad.empty()) bad = read_windows(*object, service.maintenance);
  if (!bad.empty()) return unreadable_value(kServiceWhat, bad);
  return service;
}

}  // namespace jobflip::core
