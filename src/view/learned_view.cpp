#include "jobflip/view/learned_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "jobflip/base/exact_duration.hpp"

namespace jobflip::view {
namespace {

constexpr double kNearlyAll = 0.99;

std::string knowledge_text(const core::Rhythm& r) {
  if (!r.is_known()) return "little is known yet; " + core::summary_of(r);
  return fmt::format(
      "enough is known: {} of movement were watched, and all due jobs were done {} "
      "time{}",
      short_duration(r.moving), r.served, r.served == 1 ? "" : "s");
}

std::string runs_text(const core::Rhythm& r) {
  if (!r.limits.run)
    return fmt::format("run times: {:.0f} of {} jobs that are needed were seen",
                       static_cast<double>(r.run_times.total()), core::kRunsToKnow);
  return fmt::format(
      "jobs run for up to {} (99 % for up to {}): one that runs for more than {} may "
      "hang",
      short_duration(r.run_times.longest()), short_duration(r.run_times.quantile(kNearlyAll)),
      short_duration(std::max(core::kLeastWindow, *r.limits.run)));
}

}  // namespace

std::vector<std::string> learned_sentences(const core::Rhythm& r) {
  std::vector<std::string> out{knowledge_text(r)};
  out.push_back(fmt::format(
      "quiet gaps: while jobs are due and none runs, nothing moves for up to {}: a stall after {}",
      short_duration(r.quiet_gaps.longest()), short_duration(r.limits.quiet)));
  if (r.limits.wait)
    out.push_back(
        fmt::format("workers that run nothing wait for up to {} on purpose: a stall of "
                    "these after {}",
                    short_duration(r.wait), short_duration(*r.limits.wait)));
  out.push_back(runs_text(r));
  if (r.due_ages.total() > 0)
    out.push_back(
        fmt::format("the oldest due job is up to {} old in 95 % of the readings: LAGGING "
                    "above {}",
                    short_duration(core::usual_age(r)), short_duration(r.limits.age)));
  if (r.idle_gaps.total() > 0)
    out.push_back(fmt::format(
        "there is no work for up to {}{}", short_duration(r.idle_gaps.longest()),
        r.limits.silence ? ", regularly: SILENT after " + short_duration(*r.limits.silence)
                         : std::string{}));
  return out;
}

Json learned_json(const core::Rhythm& r) {
  return Json{{"known", r.is_known()},
              {"watched_ms", r.watched.count()},
              {"moving_ms", r.moving.count()},
              {"served", r.served},
              {"longest_quiet_gap_ms", r.quiet_gaps.longest().count()},
              {"longest_wait_ms", r.wait.count()},
              {"longest_run_ms", r.run_times.longest().count()},
              {"runs_seen", static_cast<double>(r.run_times.total())},
              {"most_running", r.most_running},
              {"usual_age_ms", core::usual_age(r).count()},
              {"longest_idle_ms", r.idle_gaps.longest().count()},
              {"limits", Json{{"stall_ms", r.limits.quiet.count()},
                              {"wait_ms", ms_json(r.limits.wait)},
                              {"run_ms", ms_json(r.limits.run)},
                              {"age_ms", r.limits.age.count()},
                              {"silence_ms", ms_json(r.limits.silence)}}}};
}

std::vector<QueueAdvice> advice_on_queue(const PoolName& pool, const core::QueueSettings& queue,
                                         const core::Rhythm& rhythm) {
  std::vector<QueueAdvice> out;
  for (auto& advice : core::advice_on(queue, rhythm))
    out.push_back({pool, queue.name, std::move(advice)});
  return out;
}

std::vector<QueueAdvice> advice_on_fleet(const core::Fleet& fleet,
                                         const std::vector<core::Learned>& learned) {
  std::map<std::pair<PoolName, QueueName>, const std::string*> documents;
  for (const auto& one : learned) documents[{one.pool, one.queue}] = &one.document;
  std::vector<QueueAdvice> out;
  for (const auto& pool : fleet.pools)
    for (const auto& queue : pool.queues) {
      const auto found = documents.find({pool.name, queue.name});
      if (found == documents.end()) continue;
      const auto rhythm = core::parse_rhythm_document(*found->second);
      if (rhythm)
        std::ranges::move(advice_on_queue(pool.name, queue, *rhythm), std::back_inserter(out));
    }
  return out;
}

std::string advice_text(const QueueAdvice& one) {
  return fmt::format("pool {} queue {}: {} = \"{}\", but {}", one.pool.str(), one.queue.str(),
                     one.advice.setting, exact_duration(one.advice.value), one.advice.text);
}

Json advice_json(const std::vector<QueueAdvice>& advice) {
  Json out = Json::array();
  for (const auto& one : advice)
    out.push_back(Json{{"pool", one.pool.str()},
                       {"queue", one.queue.str()},
                       {"setting", one.advice.setting},
                       {"value_ms", one.advice.value.count()},
                       {"learned_ms", one.advice.learned.count()},
                       {"text", advice_text(one)},
                       {"fix", one.advice.fix}});
  return out;
}

}  // namespace jobflip::view
