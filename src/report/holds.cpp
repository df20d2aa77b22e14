/// The flips that were wanted and not made: those of the incident.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/core/refusals.hpp"
#include "jobflip/view/black_box_document.hpp"
#include "jobflip/view/event_text.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

bool is_hold(const core::AuditEvent& event) {
  return is_kind(event, core::AuditKind::hold);
}
bool is_refusal(const core::AuditEvent& event) {
  return is_kind(event, core::AuditKind::flip_refused) ||
         is_kind(event, core::AuditKind::abort_refused);
}

std::string rule_of(const core::AuditEvent& event) {
  const auto payload = view::read_document(event.payload);
  return payload ? view::shown(view::value_of(*payload, "rule"), 60) : std::string{};
}

/// "a pause by ann: database upgrade", "rule budget"
std::string what_held(const Facts& facts, const core::AuditEvent& hold) {
  const auto rule = rule_of(hold);
  if (rule.empty()) return "a rule";
  if (rule != core::name_of(core::Rule::pause)) return "rule " + rule;
  const core::AuditEvent* pause = nullptr;
  for (const auto& event : facts.events)
    if (is_kind(event, core::AuditKind::paused) && event.at <= hold.at) pause = &event;
  if (pause == nullptr) return "a pause";
  return fmt::format("a pause by {}{}", name_text(view::event_actor(*pause)),
                     pause->reason.empty() ? "" : ": " + pause->reason);
}

/// What held flips back, each once.
std::string what_held_all(const Facts& facts) {
  std::vector<std::string> seen;
  for (const auto& event : facts.events) {
    if (!is_hold(event) || !is_own(facts, event)) continue;
    auto one = what_held(facts, event);
    if (std::ranges::find(seen, one) == seen.end()) seen.push_back(std::move(one));
  }
  return seen.empty() ? "" : " by " + names_text(seen);
}

std::int64_t own_events(const Facts& facts, bool (*is_wanted)(const core::AuditEvent&)) {
  return std::ranges::count_if(
      facts.events, [&](const auto& event) { return is_wanted(event) && is_own(facts, event); });
}

}  // namespace

std::string holds_sentence(const Facts& facts) {
  const auto listed = own_events(facts, is_hold);
  const auto holds = facts.of_flip ? listed : facts.incident.holds;
  const auto refusals = own_events(facts, is_refusal);
  std::string out;
  if (holds > 0)
    out = counted(holds, "flip was", "flips were") + " held back" + what_held_all(facts);
  if (refusals > 0)
    out +=
        (out.empty() ? "" : "; ") + counted(refusals, "request was", "requests were") + " refused";
  if (out.empty()) return "";
  return out + (listed + refusals > 0 ? " (listed below)." : ".");
}

Section holds_section(const Facts& facts) {
  Section out{"holds", "What was held or refused, and why", {}};
  Table table{"Flips that were wanted and not made", {"UTC", "What", "Rule", "By", "Why"}, {}};
  for (const auto& event : facts.events) {
    if ((!is_hold(event) && !is_refusal(event)) || !is_own(facts, event)) continue;
    const auto rule = rule_of(event);
    table.rows.push_back({{utc_text(event.at), Tone::plain},
                          {is_hold(event) ? "held" : "refused", Tone::bad},
                          {rule.empty() ? "-" : rule, Tone::plain},
                          {who_text(event), Tone::plain},
                          {view::event_text(event), Tone::plain}});
  }
  if (!table.rows.empty())
    out.blocks.emplace_back(std::move(table));
  else if (!facts.of_flip && facts.incident.holds > 0)
    out.blocks.emplace_back(
        Paragraph{fmt::format("{} held back; the events of that are not on this page.",
                              counted(facts.incident.holds, "flip was", "flips were")),
                  Tone::plain});
  else
    out.blocks.emplace_back(Paragraph{"Nothing: no flip was held back or refused.", Tone::plain});
  return out;
}

}  // namespace jobflip::report
