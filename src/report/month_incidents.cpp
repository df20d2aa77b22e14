/// The incidents of a month: by class, how long they took, which queues were slow.
#include <algorithm>

#include "report/month_review.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

using core::IncidentStage;

void count_incidents(const std::vector<core::Incident>& incidents, std::int64_t Compared::*month,
                     MonthReview& review) {
  for (const auto& incident : incidents) {
    ++(review.incidents.*month);
    ++(review.classes.at(static_cast<std::size_t>(incident.kind)).*month);
    if (incident.downtime.value) ++(review.downtimes.*month);
    if (incident.perceptible.value) ++(review.perceptible.*month);
  }
}

WallTime begin_of(const core::Incident& incident) {
  return reached(incident, IncidentStage::onset).value_or(incident.opened_at);
}

/// A part of the incident lies outside of the month, and a part in it.
bool crosses(const core::Incident& incident, const MonthDays& days, WallTime now) {
  const auto begin = std::min(begin_of(incident), incident.opened_at);
  const auto end = incident.closed_at.value_or(now);
  if (begin >= days.to() || end <= days.from()) return false;
  return begin < days.from() || end > days.to();
}

void find_longest(const MonthFacts& facts, MonthReview& review) {
  const TimeRanges month{{facts.month.days.from(), review.until}};
  std::vector<std::pair<Millis, const core::Incident*>> found;
  for (const auto* list : {&facts.month.incidents, &facts.before.incidents, &facts.around})
    for (const auto& incident : *list) {
      if (crosses(incident, facts.month.days, facts.now)) ++review.crossing;
      if (!incident.service.empty()) continue;  // the table of services has their time
      const auto down = downtime_of(incident, facts.now);
      if (!down) continue;
      const auto length = length_of(common(united({*down}), month));
      if (length > Millis{}) found.emplace_back(length, &incident);
    }
  std::ranges::stable_sort(found, std::greater{}, [](const auto& one) { return one.first; });
  if (found.size() > kMostLongIncidents) found.resize(kMostLongIncidents);
  for (const auto& [length, incident] : found) review.longest.push_back({*incident, length});
}

/// Adds what passed from one moment to the other, if both are known.
void add_length(const std::optional<WallTime>& from, const std::optional<WallTime>& to,
                std::vector<Millis>& lengths) {
  if (from && to) lengths.push_back(std::chrono::duration_cast<Millis>(*to - *from));
}

void measure_response(const MonthFacts& facts, MonthReview& review) {
  std::vector<Millis> detect, decide, flip, progress, backlog, recover, wait;
  for (const auto& incident : facts.month.incidents) {
    if (is_flip_of_healthy_pool(incident) || !incident.service.empty()) continue;
    const auto onset = reached(incident, IncidentStage::onset);
    if (incident.cause == core::IncidentCause::flip && !onset)
      continue;  // planned, or flipped back
    const auto first_job = reached(incident, IncidentStage::first_job);
    const auto recovered = reached(incident, IncidentStage::recovered);
    add_length(onset, incident.opened_at, detect);
    add_length(incident.opened_at, reached(incident, IncidentStage::decided), decide);
    add_length(onset, first_job, progress);
    add_length(first_job, recovered, backlog);
    add_length(onset, recovered, recover);
    if (incident.longest_wait) wait.push_back(*incident.longest_wait);
  }
  for (const auto& entry : facts.month.entries)
    if (entry.to_active &&
        (entry.kind == core::HistoryKind::flip || entry.kind == core::HistoryKind::takeover))
      flip.push_back(*entry.to_active);
  review.response = {lengths_of(std::move(detect)),  lengths_of(std::move(decide)),
                     lengths_of(std::move(flip)),    lengths_of(std::move(progress)),
                     lengths_of(std::move(backlog)), lengths_of(std::move(recover)),
                     lengths_of(std::move(wait))};
}

void find_slow_queues(const MonthFacts& facts, MonthReview& review) {
  std::map<std::pair<PoolName, std::string>, SlowQueue> queues;
  for (const auto& incident : facts.month.incidents) {
    if (!incident.longest_wait || is_flip_of_healthy_pool(incident)) continue;
    auto& queue = queues[{incident.pool, incident.worst_queue}];
    queue.pool = incident.pool;
    queue.queue = incident.worst_queue;
    ++queue.incidents;
    queue.longest_wait = std::max(queue.longest_wait, *incident.longest_wait);
  }
  for (auto& [name, queue] : queues) review.slow_queues.push_back(std::move(queue));
  std::ranges::stable_sort(review.slow_queues, std::greater{}, &SlowQueue::longest_wait);
  if (review.slow_queues.size() > kMostSlowQueues) review.slow_queues.resize(kMostSlowQueues);
}

}  // namespace

Lengths lengths_of(std::vector<Millis> lengths) {
  Lengths out;
  const auto is_set_back = [](Millis length) { return length < Millis{}; };
  out.set_back = static_cast<std::int64_t>(std::erase_if(lengths, is_set_back));
  out.count = static_cast<std::int64_t>(lengths.size());
  if (lengths.empty()) return out;
  std::ranges::sort(lengths);
  const auto middle = lengths.size() / 2;
  out.median =
      lengths.size() % 2 == 1 ? lengths[middle] : (lengths[middle - 1] + lengths[middle]) / 2;
  out.worst = lengths.back();
  const auto within = [&](Millis limit) {
    return std::ranges::upper_bound(lengths, limit) - lengths.begin();
  };
  out.within_lower = within(kTargetLower);
  out.within_upper = within(kTargetUpper);
  return out;
}

void review_incidents(const MonthFacts& facts, MonthReview& review) {
  count_incidents(facts.month.incidents, &Compared::month, review);
  count_incidents(facts.before.incidents, &Compared::before, review);
  find_longest(facts, review);
  measure_response(facts, review);
  find_slow_queues(facts, review);
}

}  // namespace jobflip::report
