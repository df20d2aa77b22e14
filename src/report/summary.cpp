/// The summary in sentences, and the impact in figures.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/view/event_text.hpp"
#include "jobflip/view/left_behind_view.hpp"
#include "report/decision.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

std::string what_stalled(const Facts& facts) {
  const auto queues = affected_queues(facts);
  const auto pool = "pool " + facts.incident.pool.str();
  if (facts.incident.cause == core::IncidentCause::node_loss || queues.empty()) return pool;
  return fmt::format("{} {} of {}", queues.size() == 1 ? "queue" : "queues", names_text(queues),
                     pool);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string standstill_sentence(const Facts& facts, const Figures& figures) {
  const auto& incident = facts.incident;
  const auto begin = reached(incident, core::IncidentStage::onset);
  const auto what = capitalised(what_stalled(facts));
  if (!begin)
    return "Nothing in the record shows that a queue had stopped before the flip was decided.";
  if (!figures.standstill)
    return fmt::format("{} made no progress from {} on; no completed job is recorded since.", what,
                       moment_text(facts, *begin));
  return fmt::format(
      "{} made no progress for {}: the last was at {}, and the first job completed at {}.", what,
      short_duration(*figures.standstill), moment_text(facts, *begin),
      moment_text(facts, *reached(incident, core::IncidentStage::first_job)));
}

std::string backlog_sentence(const Facts& facts, const Figures& figures) {
  if (!figures.most_waiting && !figures.longest_wait)
    return "How many jobs waited is not known: the store has no reading of that time.";
  std::string out;
  if (figures.most_waiting)
    out = fmt::format("At worst {} waiting in one queue",
                      *figures.most_waiting == 1
                          ? std::string{"1 job was"}
                          : fmt::format("{} jobs were", *figures.most_waiting));
  if (figures.longest_wait) {
    out += out.empty() ? "At" : ", and at";
    out += fmt::format(" worst the oldest waiting job had waited for {}",
                       short_duration(*figures.longest_wait));
  }
  const bool open = !reached(facts.incident, core::IncidentStage::recovered);
  return out + (open ? ", as far as readings show." : ".");
}

/// What the stuck queue's verdict said, from the first flip that has it.
std::string verdict_reason(const Facts& facts) {
  for (const auto& flip : facts.flips) {
    const auto decision = read_decision(flip.evidence);
    if (!decision) continue;
    for (const auto& queue : decision->queues)
      if (queue.is_stuck())
        return fmt::format("queue {} was {}: {}", queue.queue, queue.verdict, queue.reason);
  }
  return facts.incident.sentence;
}

std::string detection_sentence(const Facts& facts, const Figures& figures) {
  const auto at = reached(facts.incident, core::IncidentStage::detected);
  if (!at) return "jobflip had reported no trouble before that: no queue was STALLED or HELD.";
  const auto after = figures.detection_delay ? fmt::format(", {} after the last progress",
                                                           short_duration(*figures.detection_delay))
                                             : std::string{};
  return fmt::format("jobflip detected it at {}{}: {}.", moment_text(facts, *at), after,
                     verdict_reason(facts));
}

std::string request_sentence(const Facts& facts, const core::FlipTimeline& timeline) {
  const auto& flip = timeline.flip;
  const auto move =
      core::is_restart(flip)
          ? fmt::format("flip {}, a restart of the workers on {}", flip.id.value, flip.to.str())
          : fmt::format("flip {} from {} to {}", flip.id.value,
                        flip.from.empty() ? "nobody" : flip.from.str(),
                        flip.to.empty() ? "nobody" : flip.to.str());
  return fmt::format("{} asked for {} at {}, {}.",
                     capitalised(flip.actor.empty() ? "somebody" : flip.actor), move,
                     moment_text(facts, flip.requested_at),
                     flip.automatic ? "automatically" : "by hand: " + flip.reason);
}

std::string course_sentence(const core::FlipTimeline& timeline) {
  const auto& flip = timeline.flip;
  const auto after = [&](WallTime at) {
    return short_duration(std::chrono::duration_cast<Millis>(at - flip.requested_at));
  };
  std::string out;
  const auto end = view::workers_end(timeline);
  if (flip.released_at && !flip.from.empty())
    out = fmt::format("The old workers on {} {} after {}", flip.from.str(),
                      end == "killed"    ? "were killed, and gone"
                      : end == "drained" ? "ended by themselves, and were gone"
                      : end == "lost"    ? "were cut off: the lease ran out"
                                         : "were gone",
                      after(*flip.released_at));
  if (flip.started_at)
    out += fmt::format("{} on {} ran after {}", out.empty() ? "The new workers" : "; the new ones",
                       flip.to.str(), after(*flip.started_at));
  return out.empty() ? out : out + ".";
}

Paragraph outcome_sentence(const core::FlipTimeline& timeline) {
  const auto& flip = timeline.flip;
  const auto after =
      flip.ended_at
          ? short_duration(std::chrono::duration_cast<Millis>(*flip.ended_at - flip.requested_at))
          : std::string{"an unknown time"};
  switch (flip.state) {
    case core::FlipState::verified:
      return {
          fmt::format("The flip cured it: a job completed on {}, as recorded {} after the request.",
                      flip.to.str(), after),
          Tone::good};
    case core::FlipState::ineffective:
      return {fmt::format("The flip did not cure it: no job completed on {} within {}.",
                          flip.to.str(), after),
              Tone::bad};
    case core::FlipState::unverified:
      return {
          "Whether the flip cured it is not known: nothing showed whether jobs complete on the new "
          "node.",
          Tone::bad};
    case core::FlipState::failed:
      return {fmt::format("The flip failed after {}: {}.", after, flip.last_sentence), Tone::bad};
    case core::FlipState::aborted:
      return {fmt::format("The flip was aborted after {}: {}.", after, flip.last_sentence),
              Tone::bad};
    default:
      return {fmt::format("The flip has not ended: it is {}.", core::name_of(flip.state)),
              Tone::bad};
  }
}

std::string recovery_sentence(const Facts& facts, const Figures& figures) {
  const auto at = reached(facts.incident, core::IncidentStage::recovered);
  if (!at)
    return facts.incident.closed_at || facts.of_flip
               ? "When every queue was well again is not known: no kept reading shows it."
               : "The incident is open: not every queue is well again.";
  return fmt::format(
      "Every queue was well again at {}{}.", moment_text(facts, *at),
      figures.whole ? ", " + short_duration(*figures.whole) + " after the last progress" : "");
}

Paragraph twice_sentence(const Figures& figures) {
  if (!figures.maybe_twice)
    return {"Whether jobs may have run twice is not recorded.", Tone::plain};
  if (*figures.maybe_twice == 0)
    return {"No job that was seen in flight may have run twice.", Tone::good};
  return {fmt::format("{} in flight may have run twice (listed below).",
                      counted(*figures.maybe_twice, "job", "jobs")),
          Tone::bad};
}

std::string holds_sentence(const Facts& facts) {
  const auto of = [&](core::AuditKind kind) {
    return std::ranges::count_if(facts.events,
                                 [&](const auto& event) { return is_kind(event, kind); });
  };
  const auto holds = of(core::AuditKind::hold);
  const auto refusals = of(core::AuditKind::flip_refused);
  if (holds + refusals == 0) return "";
  std::string out;
  if (holds > 0)
    out = fmt::format("wanted flips were held back {}",
                      holds == 1 ? "once" : fmt::format("{} times", holds));
  if (refusals > 0)
    out += fmt::format("{}{} refused", out.empty() ? "" : "; ",
                       refusals == 1 ? "one request for a flip was"
                                     : fmt::format("{} requests for flips were", refusals));
  return capitalised(out) + " (listed below).";
}

Tone tone_of(const std::optional<std::int64_t>& count) {
  return !count ? Tone::muted : *count > 0 ? Tone::bad : Tone::good;
}

Tiles tiles_of(const Facts& facts, const Figures& figures) {
  Tiles out;
  const auto add = [&](const std::optional<Millis>& value, const char* label) {
    if (value) out.tiles.push_back({short_duration(*value), label, Tone::plain});
  };
  add(figures.standstill, "without progress");
  add(figures.detection_delay, "to detect it");
  add(figures.flip_time, "from decision to new workers");
  if (figures.maybe_twice)
    out.tiles.push_back({std::to_string(*figures.maybe_twice), "jobs that may have run twice",
                         tone_of(figures.maybe_twice)});
  if (!facts.flips.empty()) {
    const auto state = facts.flips.back().flip.state;
    out.tiles.push_back({is_cured(facts)                        ? "yes"
                         : state == core::FlipState::unverified ? "not known"
                                                                : "no",
                         "cured by the flip", is_cured(facts) ? Tone::good : Tone::bad});
  }
  return out;
}

struct FigureRow {
  const char* figure;
  std::string value;
  const char* how;
  Tone tone;
};

FigureRow row_of(const char* figure, const std::optional<Millis>& length, const char* how) {
  return {figure, length_or_unknown(length), how, length ? Tone::plain : Tone::muted};
}
FigureRow row_of(const char* figure, const std::optional<std::int64_t>& count, const char* how) {
  return {figure, count ? std::to_string(*count) : "not known", how,
          count ? Tone::plain : Tone::muted};
}

}  // namespace

Section summary_section(const Facts& facts, const Figures& figures) {
  Section out{"summary", "Summary", {}};
  if (auto tiles = tiles_of(facts, figures); !tiles.tiles.empty())
    out.blocks.emplace_back(std::move(tiles));
  const auto say = [&](std::string text, Tone tone = Tone::plain) {
    if (!text.empty()) out.blocks.emplace_back(Paragraph{std::move(text), tone});
  };
  say(standstill_sentence(facts, figures) + " " + backlog_sentence(facts, figures));
  say(detection_sentence(facts, figures));
  for (const auto& flip : facts.flips) {
    const auto course = course_sentence(flip);
    say(request_sentence(facts, flip) + (course.empty() ? "" : " " + course));
    out.blocks.emplace_back(outcome_sentence(flip));
  }
  for (const auto& event : takeovers_of(facts))
    say(fmt::format("Without a flip, at {}: {}.", moment_text(facts, event.at),
                    view::event_text(event)));
  if (facts.flips.empty()) say("No flip belongs to this incident.");
  if (facts.flips_left_out > 0)
    say(fmt::format("{} more belong to it and are not on this page.",
                    counted(facts.flips_left_out, "flip", "flips")));
  say(recovery_sentence(facts, figures));
  if (!facts.flips.empty()) out.blocks.emplace_back(twice_sentence(figures));
  say(holds_sentence(facts));
  return out;
}

Section impact_section(const Facts&, const Figures& figures) {
  const std::vector<FigureRow> rows{
      row_of("Time without progress", figures.standstill, "last progress to first completed job"),
      row_of("Jobs waiting at worst", figures.most_waiting, "in one queue, by its readings"),
      row_of("Longest wait", figures.longest_wait, "age of the oldest waiting job, by readings"),
      row_of("Jobs in flight", figures.in_flight,
             "running on the old node when the flip was decided"),
      row_of("Jobs that may have run twice", figures.maybe_twice,
             "those in flight, unless the workers drained"),
      row_of("Detection delay", figures.detection_delay, "last progress to verdict"),
      row_of("Decision delay", figures.decision_delay, "verdict to the request of the flip"),
      row_of("Flip time", figures.flip_time, "request to the new node's workers running"),
      row_of("To the first job", figures.to_first_job,
             "new workers running to first completed job"),
      row_of("Recovery time", figures.recovery_time, "first completed job to every queue well"),
      row_of("In all", figures.whole, "last progress to every queue well")};
  Table table{"Impact in figures", {"Figure", "Value", "Measured from what"}, {}};
  for (const auto& row : rows)
    table.rows.push_back(
        {{row.figure, Tone::plain}, {row.value, row.tone}, {row.how, Tone::muted}});
  return {"impact", "Impact", {std::move(table)}};
}

}  // namespace jobflip::report
