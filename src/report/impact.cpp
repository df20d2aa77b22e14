/// The impact in figures.
#include <fmt/format.h>

#include <utility>

#include "report/sections.hpp"

namespace jobflip::report {
namespace {

Tone tone_of(const std::optional<std::int64_t>& count) {
  return !count ? Tone::muted : *count > 0 ? Tone::bad : Tone::good;
}

/// "cured by the flip", "the move worked"
std::string cure_label(const Facts& facts) {
  if (facts.flips.size() > 1) return "cured by " + flip_name(facts.flips.back());
  if (is_flip_of_healthy_pool(facts.incident)) return "the move worked";
  return facts.flips.back().flip.takeover ? "cured by the takeover" : "cured by the flip";
}

/// ", of takeover 8" if there is another one that it could be.
std::string of_which(const Facts& facts, const Figures& figures) {
  if (!figures.flip || facts.flips.size() < 2) return "";
  for (const auto& one : facts.flips)
    if (one.flip.id == *figures.flip) return ", of " + flip_name(one);
  return fmt::format(", of flip {}", figures.flip->value);
}

bool was_detected_by_jobflip(const core::Incident& incident) {
  return incident.cause != core::IncidentCause::person &&
         incident.cause != core::IncidentCause::flip;
}

struct FigureRow {
  const char* figure;
  std::string value;
  std::string how;
  Tone tone;
};

FigureRow row_of(const char* figure, const std::optional<Millis>& length, std::string how) {
  return {figure, length_or_unknown(length), std::move(how), length ? Tone::plain : Tone::muted};
}
FigureRow row_of(const char* figure, const std::optional<std::int64_t>& count, const char* how) {
  return {figure, count ? std::to_string(*count) : "not known", how,
          count ? Tone::plain : Tone::muted};
}

}  // namespace

Tiles summary_tiles(const Facts& facts, const Figures& figures) {
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
                         cure_label(facts), is_cured(facts) ? Tone::good : Tone::bad});
  }
  return out;
}

Section impact_section(const Facts& facts, const Figures& figures) {
  const auto which = of_which(facts, figures);
  const bool by_jobflip = facts.of_flip || was_detected_by_jobflip(facts.incident);
  const std::vector<FigureRow> rows{
      row_of("Time without progress", figures.standstill, "last progress to first completed job"),
      row_of("Jobs waiting at worst", figures.most_waiting, "in one queue, by its readings"),
      row_of("Longest wait", figures.longest_wait, "age of the oldest waiting job, by readings"),
      row_of("Jobs in flight", figures.in_flight,
             "running on the old node, as read last before the decision"),
      row_of("Jobs that may have run twice", figures.maybe_twice,
             "those in flight, unless the workers drained"),
      row_of("Detection delay", figures.detection_delay,
             by_jobflip ? "last progress to verdict" : "last progress to the report of it"),
      row_of("Decision delay", figures.decision_delay,
             by_jobflip ? "verdict to the request of the flip, or to the takeover"
                        : "the report to the request of the flip"),
      row_of("Flip time", figures.flip_time, "decision to the new node's workers running" + which),
      row_of("To the first job", figures.to_first_job,
             "new workers running to first completed job" + which),
      row_of("Recovery time", figures.recovery_time, "first completed job to recovery"),
      row_of("In all", figures.whole, "last progress to recovery")};
  Table table{"Impact in figures", {"Figure", "Value", "Measured from what"}, {}};
  for (const auto& row : rows)
    table.rows.push_back(
        {{row.figure, Tone::plain}, {row.value, row.tone}, {row.how, Tone::muted}});
  return {"impact", "Impact", {std::move(table)}};
}

}  // namespace jobflip::report
