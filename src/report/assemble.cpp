#include "jobflip/report/assemble.hpp"

#include <fmt/format.h>

#include "report/sections.hpp"

namespace jobflip::report {
namespace {

std::string title_of(const Facts& facts) {
  const auto& incident = facts.incident;
  const auto begin = reached(incident, core::IncidentStage::onset).value_or(incident.opened_at);
  return fmt::format("Post-mortem: pool {}, {} UTC", incident.pool.str(),
                     utc_text(begin).substr(0, 16));
}

std::string judged_text(const core::Judged& judged, const char* what) {
  if (!judged.value) return "";
  return std::string{", "} + what + (judged.by.empty() ? "" : " (decided by " + judged.by + ")");
}

std::string perceptible_text(const core::Incident& incident) {
  if (!incident.perceptible.value) return "";
  if (!incident.perceptible.by.empty()) return judged_text(incident.perceptible, "users noticed");
  const auto rule = incident.perceptible_after;
  return ", long enough for users to notice" +
         (rule > Millis{} ? " (rule: " + short_duration(rule) + ")" : " (by rule)");
}

/// Who or what opened it, as a sentence.
std::string opened_text(const core::Incident& incident) {
  if (incident.opened_by.empty()) return "What opened it: " + sentence_text(incident.sentence);
  const bool is_takeover = incident.opened_by.starts_with("node ");
  const auto* what = is_takeover ? "Opened by the takeover by "
                     : incident.cause == core::IncidentCause::hold
                         ? "Opened by a flip that was held back, wanted by "
                     : incident.cause == core::IncidentCause::flip ? "Opened by a flip by "
                                                                   : "Opened by ";
  return fmt::format("{}{}: {}", what, name_text(incident.opened_by),
                     sentence_text(incident.sentence));
}

std::string subtitle_of(const Facts& facts) {
  const auto& incident = facts.incident;
  if (facts.of_flip) {
    const auto flip = incident.flips.empty() ? 0 : incident.flips.front().value;
    return fmt::format("Made from flip {}: class and severity are not judged.", flip);
  }
  auto out = fmt::format("Incident {}: class {}, severity {}{}{}. {}", incident.id.value,
                         core::name_of(incident.kind), core::name_of(incident.severity),
                         perceptible_text(incident), judged_text(incident.downtime, "downtime"),
                         opened_text(incident));
  out += incident.closed_at ? fmt::format(" Closed at {} by {}.", utc_text(*incident.closed_at),
                                          incident.closed_by.empty() ? "-" : incident.closed_by)
                            : " It is open.";
  if (incident.merged_into)
    out += fmt::format(" Merged into incident {}.", incident.merged_into->value);
  std::string labels;
  for (const auto& label : incident.labels) labels += (labels.empty() ? "" : ", ") + label;
  return labels.empty() ? out : out + " Labels: " + labels + ".";
}

}  // namespace

std::vector<Section> sections_for_people() {
  Table actions{"What is to be done", {"What", "Who", "Until", "Done"}, {}};
  for (int i = 0; i < 3; ++i) actions.rows.push_back(std::vector<Cell>(4));
  return {{"root-cause", "Root cause", {Blank{"Why did it happen? To be written by people."}}},
          {"went-well", "What went well", {Blank{"What helped, and should stay?"}}},
          {"went-badly", "What went badly", {Blank{"What cost time, or nearly went wrong?"}}},
          {"actions", "Actions", {std::move(actions)}}};
}

Section about_section(const Facts& facts) {
  Bullets items;
  items.items = {
      {"Every time is the store's clock. Offsets count from the first mark."},
      {"Figures of queues come from readings: what happened between two readings is not seen."},
      {"Whether a mail, a payment or a call went out twice is not seen: only that its job may have "
       "run twice."},
      {"\"not known\" means that nobody saw it. Nothing here is guessed."},
      {fmt::format("Events and readings from {} to {} UTC.", utc_text(facts.since),
                   utc_text(facts.until))}};
  for (const auto& remark : facts.remarks) items.items.push_back({remark, Tone::bad});
  return {"about", "How to read this page", {std::move(items)}};
}

Page assemble(const Facts& facts) {
  Page page;
  page.title = title_of(facts);
  page.subtitle = subtitle_of(facts);
  page.since = facts.since;
  page.until = facts.until;
  page.marks = marks_of(facts.incident);
  const auto figures = figures_of(facts);
  page.sections.push_back(summary_section(facts, figures));
  page.sections.push_back(impact_section(facts, figures));
  page.sections.push_back(timeline_section(facts, page.marks));
  if (!facts.of_flip) page.sections.push_back(deployments_section(facts));
  page.sections.push_back(queues_section(facts, page));
  page.sections.push_back(verdict_section(facts));
  page.sections.push_back(target_section(facts));
  page.sections.push_back(black_box_section(facts));
  page.sections.push_back(jobs_section(facts));
  page.sections.push_back(holds_section(facts));
  for (auto& section : sections_for_people()) page.sections.push_back(std::move(section));
  page.sections.push_back(about_section(facts));
  page.footer =
      fmt::format("Made by jobflip {} at {} UTC.", facts.version, utc_text(facts.made_at));
  return page;
}

}  // namespace jobflip::report
