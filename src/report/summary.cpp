/// The summary in sentences.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/view/event_text.hpp"
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

std::string standstill_sentence(const Facts& facts, const Figures& figures) {
  const auto& incident = facts.incident;
  const auto begin = reached(incident, core::IncidentStage::onset);
  const auto what = capitalised(what_stalled(facts));
  if (!begin)
    return is_flip_of_healthy_pool(incident)
               ? "Nothing was ill, as far as the record shows."
               : "Nothing in the record shows that a queue had stopped before the "
                 "flip was decided.";
  if (!figures.standstill)
    return fmt::format("{} made no progress from {} on; no completed job is recorded since.", what,
                       moment_text(facts, *begin));
  const auto first_job = reached(incident, core::IncidentStage::first_job);
  const auto end = first_job ? first_job : reached(incident, core::IncidentStage::recovered);
  return fmt::format("{} made no progress for {}: the last was at {}, and {} at {}.", what,
                     short_duration(*figures.standstill), moment_text(facts, *begin),
                     first_job ? "the first job completed" : "the pool recovered",
                     moment_text(facts, *end));
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

/// What the stuck queue's verdict said when the first flip that has it was decided.
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

/// A flip of 0.1.0 kept no sentence of the detection: what the decision saw is said as that.
std::string seen_then(const Facts& facts) {
  if (!facts.of_flip) return ": " + sentence_text(facts.incident.sentence);
  return ". When the flip was decided, " + sentence_text(verdict_reason(facts));
}

std::string detection_sentence(const Facts& facts, const Figures& figures) {
  const auto& incident = facts.incident;
  const auto at = reached(incident, core::IncidentStage::detected);
  if (!at) return "jobflip had reported no trouble before that: no queue was STALLED or HELD.";
  const auto after = figures.detection_delay ? fmt::format(", {} after the last progress",
                                                           short_duration(*figures.detection_delay))
                                             : std::string{};
  const auto by = name_at_start(incident.opened_by);
  if (incident.cause == core::IncidentCause::person)
    return fmt::format("{} reported it at {}{}: {}", by, moment_text(facts, *at), after,
                       sentence_text(incident.sentence));
  if (incident.cause == core::IncidentCause::flip && !facts.of_flip)
    return fmt::format("{} moved the pool at {}{}; no trouble had been reported before.", by,
                       moment_text(facts, *at), after);
  return fmt::format("jobflip detected it at {}{}{}", moment_text(facts, *at), after,
                     seen_then(facts));
}

std::string recovery_sentence(const Facts& facts, const Figures& figures) {
  const auto at = reached(facts.incident, core::IncidentStage::recovered);
  const bool planned = is_flip_of_healthy_pool(facts.incident);
  if (!at && !facts.incident.closed_at && !facts.of_flip)
    return planned ? "The incident is open." : "The incident is open: the pool has not recovered.";
  if (!at)
    return fmt::format("When {} is not known: no kept reading shows it.",
                       planned ? "every queue was well" : "the pool recovered");
  if (planned) return fmt::format("Every queue was well at {}.", moment_text(facts, *at));
  return fmt::format(
      "The pool recovered at {}{}.", moment_text(facts, *at),
      figures.whole ? ", " + short_duration(*figures.whole) + " after the last progress" : "");
}

bool is_unrecorded_takeover(const core::FlipTimeline& timeline) {
  return timeline.flip.takeover && !timeline.left_behind;
}

Paragraph twice_sentence(const Facts& facts, const Figures& figures) {
  if (std::ranges::any_of(facts.flips, is_unrecorded_takeover))
    return {"What ran on the silent node is not recorded: it may run twice.", Tone::bad};
  if (!figures.maybe_twice)
    return {"Whether jobs may have run twice is not recorded.", Tone::plain};
  if (*figures.maybe_twice == 0)
    return {"No job that was seen in flight may have run twice.", Tone::good};
  return {fmt::format("{} in flight may have run twice (listed below).",
                      counted(*figures.maybe_twice, "job", "jobs")),
          Tone::bad};
}

}  // namespace

Section summary_section(const Facts& facts, const Figures& figures) {
  Section out{"summary", "Summary", {}};
  if (auto tiles = summary_tiles(facts, figures); !tiles.tiles.empty())
    out.blocks.emplace_back(std::move(tiles));
  const auto say = [&](std::string text, Tone tone = Tone::plain) {
    if (!text.empty()) out.blocks.emplace_back(Paragraph{std::move(text), tone});
  };
  say(standstill_sentence(facts, figures) + " " + backlog_sentence(facts, figures));
  say(detection_sentence(facts, figures));
  for (const auto& flip : facts.flips) {
    say(flip_story(facts, flip));
    out.blocks.emplace_back(flip_outcome(facts, flip));
  }
  for (const auto& event : takeovers_of(facts))
    say(fmt::format("Without a flip, at {}: {}.", moment_text(facts, event.at),
                    view::event_text(event)));
  if (facts.flips.empty()) say("No flip belongs to this incident.");
  if (facts.flips_left_out > 0)
    say(fmt::format("{} more belong to it and are not on this page.",
                    counted(facts.flips_left_out, "flip", "flips")));
  say(recovery_sentence(facts, figures));
  if (!facts.flips.empty()) out.blocks.emplace_back(twice_sentence(facts, figures));
  say(holds_sentence(facts));
  return out;
}

}  // namespace jobflip::report
