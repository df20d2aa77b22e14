#include "config/fleet_service.hpp"

#include "config/setting_reader.hpp"
#include "jobflip/config/moment.hpp"

namespace jobflip::config {
namespace {

using core::CalendarWindow;
using core::ServiceSettings;

/// A time of a calendar: never one that depends on when the file is read.
std::optional<WallTime> read_time(Reader& reader, std::string_view key) {
  const auto text = reader.text(key, Need::optional, 60);
  if (!text) return std::nullopt;
  const auto at = parse_moment(*text, WallTime{});
  if (at && text->size() > 4 && (*text)[4] == '-') return *at;
  reader.fault(key, in_quotes(*text) + " is not a time",
               "write it with its zone, such as \"2026-06-14T22:00:00+02:00\"");
  return std::nullopt;
}

CalendarWindow read_window(const toml::table& table, const std::string& path, Faults& faults) {
  Reader reader{table, path, faults};
  CalendarWindow out;
  out.from = read_time(reader, "from");
  out.until = read_time(reader, "until");
  out.weekly = reader.text("weekly", Need::optional, 60).value_or("");
  if (const auto length = reader.duration("length", Millis{60'000})) out.length = *length;
  if (const auto zone = reader.text("time_zone", Need::optional, 63)) out.time_zone = *zone;
  out.reason = reader.text("reason", Need::optional, core::kCalendarReasonMax).value_or("");
  if (out.weekly.empty() && (reader.has("length") || reader.has("time_zone")))
    reader.fault("weekly", "is missing: only a weekly window has a length and a time_zone",
                 "write a day and a time, such as \"sun 02:00\"");
  reader.finish();
  return out;
}

ServiceSettings read_service(const toml::table& table, std::size_t place, Faults& faults) {
  const auto named = table["name"].value<std::string>();
  const bool fits = named && why_not_a_name(*named).empty();
  const auto path = "service" + (fits ? "." + *named : "[" + std::to_string(place) + "]");
  Reader reader{table, path, faults};
  const auto faults_before = faults.count();
  ServiceSettings out;
  out.name = reader.name<ServiceName>("name", "service name");
  read_settings(reader, out);
  for (const auto* window : reader.tables("maintenance", Need::optional, core::kCalendarMax))
    out.maintenance.push_back(read_window(*window, path + ".maintenance", faults));
  reader.finish();
  if (faults.count() != faults_before) return out;
  if (const auto fault = core::check_service(out))
    reader.fault(fault->field, fault->text, fault->hint);
  return out;
}

}  // namespace

std::vector<ServiceSettings> read_services(Reader& root, Faults& faults) {
  std::vector<ServiceSettings> out;
  std::map<ServiceName, int> seen;
  for (const auto* table : root.tables("service", Need::optional, core::kServicesMax)) {
    out.push_back(read_service(*table, out.size() + 1, faults));
    const auto& name = out.back().name;
    if (name.empty()) continue;
    const auto [first, is_new] = seen.emplace(name, line_of(*table));
    if (is_new) continue;
    faults.add(line_of(*table), "service." + name.str(),
               "is there twice: line " + std::to_string(first->second) + " has it, too",
               "give each service a name of its own");
  }
  return out;
}

}  // namespace jobflip::config
