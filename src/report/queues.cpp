/// The queues around the incident: charts, their text alternatives, and a table of all of them.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/report/assemble.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

/// Those in trouble first, then by the longest wait.
std::vector<const Series*> by_trouble(const std::vector<Series>& queues) {
  std::vector<const Series*> out;
  for (const Series& series : queues) out.push_back(&series);
  const auto wait = [](const Series* one) {
    return one->longest_wait ? one->longest_wait->oldest.value_or(Millis{}) : Millis{};
  };
  std::ranges::stable_sort(out, [&](const Series* a, const Series* b) {
    if (a->in_trouble != b->in_trouble) return a->in_trouble;
    return wait(a) > wait(b);
  });
  return out;
}

/// When the trouble ended; empty if it has not.
std::optional<WallTime> over_at(const Facts& facts) {
  const auto recovered = reached(facts.incident, core::IncidentStage::recovered);
  return recovered ? recovered : facts.incident.closed_at;
}

/// Of a counter; what was counted before a reset is not counted twice.
std::optional<std::int64_t> completed_in(const Series& series) {
  if (series.done_kind == core::DoneKind::window) return std::nullopt;
  std::optional<std::int64_t> last;
  std::int64_t sum = 0;
  for (const Point& point : series.points) {
    if (!point.read) continue;
    if (last && point.done > *last) sum += point.done - *last;
    last = point.done;
  }
  return last ? std::optional{sum} : std::nullopt;
}

/// How it stood when the incident was over, by the last reading before that.
std::string waiting_at_end(const Facts& facts, const Series& series) {
  const auto over = over_at(facts);
  const Point* last = nullptr;
  for (const Point& point : series.points)
    if (point.read && (!over || point.at <= *over)) last = &point;
  if (last == nullptr) return "";
  const auto jobs = counted(last->waiting, "job was", "jobs were");
  if (!over) return fmt::format(" At the last reading {} waiting.", jobs);
  if (*series.last < *over)
    return fmt::format(" At the last reading, before the incident was over, {} waiting.", jobs);
  return fmt::format(" At the end of the incident {} waiting.", jobs);
}

/// Which readings do not reach to the end of the incident.
std::string missing_text(const Facts& facts) {
  const auto over = over_at(facts);
  std::vector<std::string> names;
  std::optional<WallTime> last;
  for (const Series& series : facts.queues) {
    if (!over || !series.last || *series.last >= *over) continue;
    names.push_back(series.queue.str());
    last = std::max(last.value_or(*series.last), *series.last);
  }
  if (names.empty()) return "";
  return fmt::format(
      "The readings of {} {} end at {}, before the incident did: what came after is not known.",
      names.size() == 1 ? "queue" : "queues", names_text(names), moment_text(facts, *last));
}

std::string alternative_of(const Facts& facts, const Series& series) {
  const auto& points = series.points;
  std::string out =
      fmt::format("Queue {}: {} from {} to {}.", series.queue.str(),
                  counted(series.readings, "reading", "readings"),
                  moment_text(facts, points.front().at), moment_text(facts, points.back().at));
  if (series.most_waiting)
    out += fmt::format(" At most {} waiting, at {}.",
                       counted(series.most_waiting->waiting, "job was", "jobs were"),
                       moment_text(facts, series.most_waiting->at));
  if (series.longest_wait && series.longest_wait->oldest)
    out += fmt::format(" The oldest waiting job was at most {} old, at {}.",
                       short_duration(*series.longest_wait->oldest),
                       moment_text(facts, series.longest_wait->at));
  out += waiting_at_end(facts, series);
  if (const auto done = completed_in(series))
    out += fmt::format(" {} completed between the first and the last reading.",
                       counted(*done, "job", "jobs"));
  if (series.failed > 0)
    out += fmt::format(" {} failed.", counted(series.failed, "reading", "readings"));
  return out;
}

Table stages_table(const Facts& facts, const std::vector<Mark>& marks) {
  Table table{
      "The worst queue at each mark", {"", "UTC", "Mark", "Queue", "Waiting", "Oldest job"}, {}};
  const auto stages = stages_in_order(facts.incident);
  for (std::size_t i = 0; i < std::min(stages.size(), marks.size()); ++i) {
    const auto& stage = stages[i];
    table.rows.push_back({{std::string(1, marks[i].letter), Tone::plain},
                          {utc_text(stage.at), Tone::plain},
                          {marks[i].text, Tone::plain},
                          {stage.queue.empty() ? "-" : stage.queue, Tone::plain},
                          {stage.waiting ? std::to_string(*stage.waiting) : "-", Tone::plain},
                          {stage.oldest ? short_duration(*stage.oldest) : "-", Tone::plain}});
  }
  return table;
}

Table queues_table(const std::vector<const Series*>& queues) {
  Table table{"Every queue of the pool around the incident",
              {"Queue", "In trouble", "Waiting at worst", "Longest wait", "Completed", "Readings",
               "Failed readings"},
              {}};
  for (const Series* one : queues) {
    const auto done = completed_in(*one);
    const auto wait = one->longest_wait ? one->longest_wait->oldest : std::nullopt;
    table.rows.push_back(
        {{one->queue.str(), Tone::plain},
         {one->in_trouble   ? "yes"
          : one->was_judged ? "no"
                            : "not known",
          one->in_trouble ? Tone::bad : Tone::plain},
         {one->most_waiting ? std::to_string(one->most_waiting->waiting) : "-", Tone::plain},
         {wait ? short_duration(*wait) : "-", Tone::plain},
         {done ? std::to_string(*done) : "-", Tone::plain},
         {std::to_string(one->readings), Tone::plain},
         {std::to_string(one->failed), one->failed > 0 ? Tone::bad : Tone::plain}});
  }
  return table;
}

}  // namespace

Section queues_section(const Facts& facts, Page& page) {
  Section out{"queues", "The queues", {}};
  const auto queues = by_trouble(facts.queues);
  for (const Series* one : queues) {
    if (page.charts.size() == kMostCharts || one->points.empty()) break;
    // charts of queues that were well say nothing, unless there is nothing else
    if (!one->in_trouble && !page.charts.empty()) break;
    out.blocks.emplace_back(Plot{page.charts.size()});
    page.charts.push_back(
        {one->queue.str(), alternative_of(facts, *one), one->done_kind, one->points});
  }
  if (page.charts.empty())
    out.blocks.emplace_back(Paragraph{
        "The store has no reading of this time. The leading supervisor writes them in rows of 60 "
        "readings or of 4 minutes: if the incident has only just ended, make this page again.",
        Tone::muted});
  if (auto missing = missing_text(facts); !missing.empty())
    out.blocks.emplace_back(Paragraph{std::move(missing), Tone::bad});
  if (!page.marks.empty()) out.blocks.emplace_back(stages_table(facts, page.marks));
  if (!queues.empty()) out.blocks.emplace_back(queues_table(queues));
  if (facts.queues_left_out > 0)
    out.blocks.emplace_back(
        Paragraph{fmt::format("{} of the pool are not on this page.",
                              counted(facts.queues_left_out, "more queue", "more queues")),
                  Tone::muted});
  return out;
}

}  // namespace jobflip::report
