/// Incidents by class, the longest ones, how quickly jobflip answered, the slowest queues.
#include <fmt/format.h>

#include "report/month_sections.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

Table classes_table(const MonthReview& review) {
  Table table{
      "Incidents opened in the month", {"Class", "This month", "Month before", "Change"}, {}};
  for (std::size_t i = 0; i < review.classes.size(); ++i)
    table.rows.push_back(compared_row(
        std::string{core::name_of(static_cast<core::IncidentClass>(i))}, review.classes.at(i)));
  table.rows.push_back(compared_row("all", review.incidents));
  table.rows.push_back(compared_row("of them perceptible", review.perceptible));
  table.rows.push_back(compared_row("of them downtime", review.downtimes));
  return table;
}

BarChart classes_chart(const MonthFacts& facts, const MonthReview& review) {
  BarChart chart{"Incidents by class", "", "incidents", {}, {}, false};
  chart.series = {{month_title(facts.month.days.month), {}},
                  {month_title(facts.before.days.month), {}}};
  for (std::size_t i = 0; i < review.classes.size(); ++i) {
    chart.names.emplace_back(core::name_of(static_cast<core::IncidentClass>(i)));
    chart.series[0].values.push_back(static_cast<double>(review.classes.at(i).month));
    chart.series[1].values.push_back(static_cast<double>(review.classes.at(i).before));
  }
  return chart;
}

Table longest_table(const MonthFacts& facts, const MonthReview& review) {
  Table table{"The most downtime of a pool in the month",
              {"Incident", "Pool", "Class", "Opened", "Downtime", "What opened it"},
              {}};
  for (const auto& [incident, down] : review.longest)
    table.rows.push_back({{std::to_string(incident.id.value), Tone::plain},
                          {incident.pool.str(), Tone::plain},
                          {std::string{core::name_of(incident.kind)}, Tone::plain},
                          {local_date_text(facts.zone, incident.opened_at), Tone::plain},
                          {minutes_text(down), Tone::plain},
                          {incident.sentence, Tone::plain}});
  return table;
}

std::string length_or_dash(const std::optional<Millis>& length) {
  return length ? short_duration(*length) : "-";
}

void add_lengths(const char* what, const Lengths& lengths, Table& table) {
  const auto share = [&](std::int64_t within) {
    return lengths.count == 0 ? std::string{"-"} : fmt::format("{} of {}", within, lengths.count);
  };
  table.rows.push_back({{what, Tone::plain},
                        {length_or_dash(lengths.median), Tone::plain},
                        {length_or_dash(lengths.worst), Tone::plain},
                        {share(lengths.within_lower), Tone::plain},
                        {share(lengths.within_upper),
                         lengths.within_upper < lengths.count ? Tone::bad : Tone::plain},
                        {lengths.set_back > 0 ? std::to_string(lengths.set_back) : "0",
                         lengths.set_back > 0 ? Tone::bad : Tone::plain}});
}

}  // namespace

Section month_incidents_section(const MonthFacts& facts, const MonthReview& review, Page& page) {
  Section out{"incidents", "Incidents", {}};
  out.blocks.emplace_back(classes_table(review));
  out.blocks.emplace_back(Bars{page.bars.size()});
  page.bars.push_back(classes_chart(facts, review));
  if (!review.longest.empty()) out.blocks.emplace_back(longest_table(facts, review));
  if (review.crossing > 0)
    out.blocks.emplace_back(Paragraph{
        fmt::format("{} began before the month or went on after it. Each counts in the month in "
                    "which it was opened, and its minutes in the month in which they passed.",
                    counted(review.crossing, "incident", "incidents")),
        Tone::muted});
  return out;
}

Section month_response_section(const MonthReview& review) {
  Section out{"response", "Response times", {}};
  const auto& times = review.response;
  Table table{"Goal: 5 minutes, at most 15",
              {"Time", "Median", "Worst", "Within 5 min", "Within 15 min", "Left out"},
              {}};
  add_lengths("to detect: onset to detected", times.detect, table);
  add_lengths("to decide: detected to decided", times.decide, table);
  add_lengths("to flip: request to running workers", times.flip, table);
  add_lengths("without progress: onset to first job", times.progress, table);
  add_lengths("to clear the backlog: first job to recovered", times.backlog, table);
  add_lengths("to recover: onset to recovered", times.recover, table);
  add_lengths("longest wait of a job", times.wait, table);
  out.blocks.emplace_back(std::move(table));
  out.blocks.emplace_back(Paragraph{
      "Of the incidents of pools that were opened in the month, without flips by hand of a healthy "
      "pool, and only if both moments are known; \"to flip\" is of every flip and takeover. \"Left "
      "out\": the clock went back between the two.",
      Tone::muted});
  return out;
}

Section month_queues_section(const MonthReview& review) {
  Section out{"queues", "The slowest queues", {}};
  if (review.slow_queues.empty()) {
    out.blocks.emplace_back(Paragraph{"No incident of the month has a wait that was read."});
    return out;
  }
  Table table{"By the longest wait of a job that an incident of the month kept",
              {"Queue", "Pool", "Longest wait", "Incidents"},
              {}};
  for (const auto& one : review.slow_queues)
    table.rows.push_back({{one.queue.empty() ? "not known" : one.queue, Tone::plain},
                          {one.pool.str(), Tone::plain},
                          {short_duration(one.longest_wait),
                           one.longest_wait > kTargetUpper ? Tone::bad : Tone::plain},
                          {std::to_string(one.incidents), Tone::plain}});
  out.blocks.emplace_back(std::move(table));
  return out;
}

}  // namespace jobflip::report
