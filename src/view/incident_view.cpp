#include "jobflip/view/incident_view.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/incident_rules.hpp"
#include "jobflip/view/deployment_view.hpp"
#include "jobflip/view/texts.hpp"

namespace jobflip::view {
namespace {

constexpr std::size_t kMostActor = 60;

Json judged_json(const core::Judged& judged) {
  return Json{{"value", judged.value}, {"by", text_json(judged.by)}};
}

Json stage_json(const core::StageReached& stage) {
  return Json{{"stage", core::name_of(stage.stage)},
              {"at", rfc3339(stage.at)},
              {"flip", stage.flip ? Json(stage.flip->value) : Json{}},
              {"queue", text_json(stage.queue)},
              {"waiting", or_null(stage.waiting)},
              {"oldest_ms", ms_json(stage.oldest)}};
}

/// The figures that a review asks for.
Json durations_json(const core::Incident& i) {
  using enum core::IncidentStage;
  return Json{{"to_detect_ms", ms_json(core::between(i, onset, detected))},
              {"to_decide_ms", ms_json(core::between(i, detected, decided))},
              {"to_flip_ms", ms_json(core::between(i, decided, started))},
              {"to_first_job_ms", ms_json(core::between(i, onset, first_job))},
              {"to_recover_ms", ms_json(core::between(i, onset, recovered))}};
}

std::string judged_text(std::string_view what, const core::Judged& judged) {
  const auto* by = judged.by.empty() ? "by rule" : "as decided by ";
  return fmt::format("{}{}, {}{}", judged.value ? "" : "not ", what, by,
                     printable(judged.by, kMostActor));
}

std::string worst_text(const core::Incident& i) {
  if (!i.service.empty()) return "users notice from " + short_duration(i.perceptible_after) + " on";
  if (!i.most_waiting && !i.longest_wait) return "no reading of its queues is known";
  return fmt::format("at worst {} job{} waited, the oldest for {}; users notice from {} on",
                     i.most_waiting.value_or(0), i.most_waiting == 1 ? "" : "s",
                     age_text(i.longest_wait), short_duration(i.perceptible_after));
}

template <class Ids>
std::string numbers_of(const Ids& ids) {
  std::string out;
  for (const auto& id : ids) out += (out.empty() ? "" : ", ") + std::to_string(id.value);
  return out;
}

std::string parts_text(const core::Incident& i) {
  std::vector<std::string> parts;
  if (!i.flips.empty())
    parts.push_back(fmt::format("flip{} {}", i.flips.size() == 1 ? "" : "s", numbers_of(i.flips)));
  if (i.holds > 0) parts.push_back(fmt::format("{} hold{}", i.holds, i.holds == 1 ? "" : "s"));
  std::string labels;
  for (const auto& one : i.labels) labels += (labels.empty() ? "" : ", ") + printable(one, 63);
  if (!labels.empty()) parts.push_back("labels: " + labels);
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

Json incident_json(const core::Incident& i, bool whole) {
  Json out{{"incident", i.id.value},
           {"pool", text_json(i.pool.str())},
           {"service", text_json(i.service)},
           {"class", core::name_of(i.kind)},
           {"class_by", text_json(i.kind_by)},
           {"severity", core::name_of(i.severity)},
           {"severity_by", text_json(i.severity_by)},
           {"cause", core::name_of(i.cause)},
           {"sentence", i.sentence},
           {"opened_at", rfc3339(i.opened_at)},
           {"opened_by", text_json(i.opened_by)},
           {"closed_at", time_json(i.closed_at)},
           {"closed_by", text_json(i.closed_by)},
           {"onset_at", time_json(core::reached(i, core::IncidentStage::onset))},
           {"first_job_at", time_json(core::reached(i, core::IncidentStage::first_job))},
           {"recovered_at", time_json(core::reached(i, core::IncidentStage::recovered))},
           {"perceptible", judged_json(i.perceptible)},
           {"downtime", judged_json(i.downtime)},
           {"perceptible_after_ms", i.perceptible_after.count()},
           {"most_waiting", or_null(i.most_waiting)},
           {"longest_wait_ms", ms_json(i.longest_wait)},
           {"holds", i.holds},
           {"labels", i.labels},
           {"merged_into", i.merged_into ? Json(i.merged_into->value) : Json{}}};
  if (!whole) return out;
  out["durations"] = durations_json(i);
  out["stages"] = Json::array();
  for (const auto& stage : i.stages) out["stages"].push_back(stage_json(stage));
  out["flips"] = Json::array();
  for (const auto& flip : i.flips) out["flips"].push_back(flip.value);
  out["deployments"] = Json::array();
  for (const auto& one : i.deployments) out["deployments"].push_back(deployment_json(one));
  out["notes"] = Json::array();
  for (const auto& note : i.notes)
    out["notes"].push_back(Json{{"at", rfc3339(note.at)},
                                {"actor", note.actor},
                                {"login", note.login},
                                {"text", note.text}});
  return out;
}

std::string incident_subject(const core::Incident& i) {
  return i.service.empty() ? i.pool.str() : "service " + printable(i.service, 63);
}

std::string incident_headline(const core::Incident& i, WallTime now) {
  const auto length = core::length_of(i, now);
  const auto state = i.merged_into ? fmt::format("part of incident {}", i.merged_into->value)
                                   : fmt::format("{} {}", i.closed_at ? "over after" : "open for",
                                                 short_duration(length));
  return fmt::format("incident {} of {}: {}, {}, {}", i.id.value, incident_subject(i),
                     core::name_of(i.kind), core::name_of(i.severity), state);
}

std::vector<std::string> incident_texts(const core::Incident& i, WallTime now) {
  std::vector<std::string> out;
  out.push_back(fmt::format("opened at {} by {}: {}", clock_text(i.opened_at),
                            printable(i.opened_by, kMostActor), printable(i.sentence)));
  if (i.closed_at)
    out.push_back(fmt::format("closed at {} by {}", clock_text(*i.closed_at),
                              printable(i.closed_by, kMostActor)));
  if (const auto still = core::standstill(i, now))
    out.push_back("no progress for " + short_duration(*still));
  out.push_back(judged_text("perceptible", i.perceptible) + "; " +
                judged_text("downtime", i.downtime));
  out.push_back(worst_text(i));
  const auto onset = core::reached(i, core::IncidentStage::onset);
  for (const auto& one : i.deployments)
    out.push_back(deployment_near_text(one, onset.value_or(i.opened_at),
                                       onset ? "the onset" : "it was opened"));
  if (auto parts = parts_text(i); !parts.empty()) out.push_back(std::move(parts));
  return out;
}

std::string incident_durations_text(const core::Incident& i) {
  using enum core::IncidentStage;
  std::vector<std::string> parts;
  const auto add = [&](std::string_view what, core::IncidentStage from, core::IncidentStage to,
                       std::string_view after) {
    if (const auto length = core::between(i, from, to))
      parts.push_back(fmt::format("{} {} after {}", what, short_duration(*length), after));
  };
  add("detected", onset, detected, "the onset");
  add("decided", detected, decided, "the detection");
  add("workers stopped", decided, stopped, "the decision");
  add("new workers ran", decided, started, "the decision");
  const bool has_onset = core::reached(i, onset).has_value();
  add("first job", has_onset ? onset : decided, first_job,
      has_onset ? "the onset" : "the decision");
  add("recovered", has_onset ? onset : detected, recovered,
      has_onset ? "the onset" : "the detection");
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace jobflip::view
