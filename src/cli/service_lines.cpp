#include "cli/service_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::cli {
namespace {

constexpr Millis kDay = std::chrono::days{1};
constexpr Millis kMonth = std::chrono::days{30};

std::vector<view::ServiceLine> lines_of(std::vector<core::ServiceStatus> services) {
  std::vector<view::ServiceLine> lines;
  for (auto& one : services) lines.push_back({.status = std::move(one)});
  sort_by_level(lines);
  return lines;
}

}  // namespace

Result<std::vector<view::ServiceLine>> services_of(ports::ReaderStore& store) {
  auto services = store.services();
  if (!services) return services.error();
  return lines_of(std::move(*services));
}

Result<void> add_uptimes(ports::ReaderStore& store, WallTime now,
                         std::vector<view::ServiceLine>& lines) {
  for (auto& line : lines) {
    core::ServiceQuery query;
    query.service = line.status.settings.name.str();
    query.since = now - kMonth;
    query.until = now;
    const auto spells = store.service_spells(query);
    if (!spells) return spells.error();
    const auto maintenance = store.maintenance(query);
    if (!maintenance) return maintenance.error();
    line.day = core::service_minutes(*spells, *maintenance, now - kDay, now);
    line.month = core::service_minutes(*spells, *maintenance, now - kMonth, now);
  }
  return {};
}

void sort_by_level(std::vector<view::ServiceLine>& lines) {
  std::ranges::stable_sort(lines, std::greater<>{}, [](const view::ServiceLine& line) {
    return view::level_of(line.status);
  });
}

void print_service_alarms(Session& session, const std::vector<view::ServiceLine>& lines) {
  for (const auto& line : lines) {
    const auto level = view::level_of(line.status);
    if (level == core::AlarmLevel::note) continue;
    session.line(fmt::format("{}; type `jobflip service show {}`", view::service_text(line.status),
                             line.status.settings.name.str()),
                 style_of(level), 2);
  }
}

Error no_such_service(const std::string& name, const std::vector<std::string>& known) {
  const auto near = config::nearest_word(name, known);
  return {ErrorCode::not_found, fmt::format("there is no service \"{}\"", printable(name, 80)),
          near.empty() ? "`jobflip service list` lists them"
                       : fmt::format("did you mean \"{}\"?", near)};
}

Result<view::ServiceLine> find_service(ports::ReaderStore& store, const std::string& name) {
  if (name.empty())
    return Error{ErrorCode::usage, "SERVICE is missing", "`jobflip service list` lists them"};
  auto services = store.services();
  if (!services) return services.error();
  std::vector<std::string> names;
  for (auto& one : *services) {
    if (one.settings.name.str() == name) return view::ServiceLine{.status = std::move(one)};
    names.push_back(one.settings.name.str());
  }
  return no_such_service(name, names);
}

Style style_of(core::AlarmLevel level) {
  switch (level) {
    case core::AlarmLevel::critical:
      return Style::bad;
    case core::AlarmLevel::warning:
      return Style::warn;
    case core::AlarmLevel::note:
      break;
  }
  return Style::plain;
}

}  // namespace jobflip::cli
