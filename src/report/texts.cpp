/// Times, lengths and names as the sections write them.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/view/event_text.hpp"
#include "report/decision.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

/// Of the microseconds, people read three digits.
std::string date_of(WallTime at) {
  return rfc3339(at).substr(0, 10);
}
std::string clock_of(WallTime at) {
  return rfc3339(at).substr(11, 12);
}

}  // namespace

std::string utc_text(WallTime at) {
  return date_of(at) + " " + clock_of(at);
}

std::string local_text(const Zone& zone, WallTime at) {
  const auto* span = span_at(zone, at);
  if (span == nullptr) return "";
  const auto local = at + span->ahead;
  const auto day = date_of(local) == date_of(at) ? std::string{} : date_of(local) + " ";
  return fmt::format("{}{} {}", day, clock_of(local), printable(span->abbreviation, 12));
}

std::string moment_text(const Facts& facts, WallTime at) {
  const auto local = local_text(facts.zone, at);
  return clock_of(at) + " UTC" + (local.empty() ? "" : " (" + local + ")");
}

std::string offset_text(WallTime from, WallTime at) {
  const auto length = std::chrono::duration_cast<Millis>(at - from).count();
  const auto ms = std::abs(length);
  const auto seconds = fmt::format("{}.{:03}s", ms / 1000 % 60, ms % 1000);
  const auto padded = fmt::format("{:0>7}", seconds);
  const auto minutes = ms / 60'000;
  const auto* sign = length < 0 ? "-" : "+";
  if (minutes == 0) return sign + seconds;
  if (minutes < 60) return fmt::format("{}{}m{}", sign, minutes, padded);
  return fmt::format("{}{}h{:02}m{}", sign, minutes / 60, minutes % 60, padded);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string sentence_text(const std::string& text) {
  if (text.empty()) return "";
  return text.ends_with('.') || text.ends_with('?') || text.ends_with('!') ? text : text + ".";
}

std::string name_text(const std::string& actor) {
  constexpr std::string_view kNode = "node ";
  return actor.starts_with(kNode) ? actor.substr(kNode.size()) : actor;
}

std::string who_text(const core::AuditEvent& event) {
  const auto actor = view::event_actor(event);
  const bool is_program =
      !event.actor || actor.starts_with("supervisor ") || actor.starts_with("node ");
  if (is_program || actor == event.session_user || event.session_user.empty())
    return name_text(actor);
  return actor + " (" + event.session_user + ")";
}

std::string name_at_start(const std::string& actor) {
  if (actor.empty()) return "Somebody";
  return actor.starts_with("supervisor ") ? capitalised(actor) : name_text(actor);
}

std::string length_or_unknown(const std::optional<Millis>& length) {
  return length ? short_duration(*length) : "not known";
}

std::string counted(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string names_text(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 4;
  std::string out;
  const auto shown = names.size() > kMost ? kMost - 1 : names.size();
  for (std::size_t i = 0; i < shown; ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  if (names.size() > shown) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

std::vector<std::string> affected_queues(const Facts& facts) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::ranges::find(out, name) == out.end()) out.push_back(name);
  };
  for (const auto& flip : facts.flips) {
    const auto decision = read_decision(flip.evidence);
    if (!decision) continue;
    for (const auto& queue : decision->queues)
      if (queue.is_stuck()) add(queue.queue);
  }
  for (const auto& series : facts.queues)
    if (series.in_trouble) add(series.queue.str());
  return out;
}

bool is_kind(const core::AuditEvent& event, core::AuditKind kind) {
  return core::parse_audit_kind(event.kind) == kind;
}

std::string flip_name(const core::FlipTimeline& timeline) {
  const auto& flip = timeline.flip;
  return fmt::format("{} {}",
                     name_of(flip.takeover ? core::HistoryKind::takeover : core::HistoryKind::flip),
                     flip.id.value);
}

std::string flip_title(const core::FlipTimeline& timeline) {
  const auto& flip = timeline.flip;
  const auto name = capitalised(flip_name(timeline));
  if (core::is_restart(flip)) return fmt::format("{}: restart on {}", name, flip.to.str());
  return fmt::format("{}: {} -> {}", name, flip.from.empty() ? "nobody" : flip.from.str(),
                     flip.to.empty() ? "nobody" : flip.to.str());
}

}  // namespace jobflip::report
