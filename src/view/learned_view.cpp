#include "jobflip/view/learned_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "jobflip/base/exact_duration.hpp"
#include "jobflip/core/detector.hpp"
#include "jobflip/core/job_history.hpp"

namespace jobflip::view {
namespace {

constexpr double kNearlyAll = 0.99;

/// The limits, with their floors, if none was set.
core::Windows learned_windows(const core::QueueSettings& queue, const core::Rhythm& r) {
  return core::windows_of(core::without_limits(queue), r);
}

std::string knowledge_text(const core::Rhythm& r) {
  if (!r.is_known())
    return fmt::format(
        "little is known yet: {} of the {} of movement that are needed were seen, "
        "and the queue was emptied {} of the {} times that would do, too",
        short_duration(r.moving), short_duration(core::kMovingToKnow), r.served,
        core::kServedToKnow);
  return fmt::format(
      "enough is known: {} of movement were watched, and all due jobs were done {} "
      "time{}",
      short_duration(r.moving), r.served, r.served == 1 ? "" : "s");
}

/// A setting wins over what was learned. `counts`: the limit that follows from it.
std::string set_text(const char* key, const std::optional<Millis>& set, Millis counts) {
  if (!set) return "";
  const std::string out =
      fmt::format("; {} = \"{}\" is set, and counts", key, exact_duration(*set));
  return counts == *set ? out : out + " as " + short_duration(counts);
}

std::string quiet_text(const core::QueueSettings& queue, const core::Rhythm& r) {
  const std::string seen =
      r.quiet_gaps.total() > 0
          ? "while jobs are due and none runs, nothing moves for up to about " +
                short_duration(r.quiet_gaps.longest())
          : "none was seen";
  return fmt::format("quiet gaps: {}: a stall after {}{}", seen,
                     short_duration(learned_windows(queue, r).stall),
                     set_text("stall_after", queue.stall_after, core::windows_of(queue, r).stall));
}

/// Empty if no job was ever seen running: what is known then is the time between two readings.
std::string runs_text(const core::QueueSettings& queue, const core::Rhythm& r) {
  if (!r.limits.run)
    return fmt::format("run times: {:.0f} of {} jobs that are needed were seen",
                       static_cast<double>(r.run_times.total()), core::kRunsToKnow);
  if (r.most_running == 0) return "";
  core::QueueSettings unset = queue;
  unset.job_timeout.reset();
  return fmt::format(
      "jobs run for up to about {} (99 % for up to about {}): one that runs for more than {} may "
      "hang{}",
      short_duration(r.run_times.longest()), short_duration(r.run_times.quantile(kNearlyAll)),
      short_duration(core::windows_of(unset, r).run),
      set_text("job_timeout", queue.job_timeout, core::windows_of(queue, r).run));
}

std::string ages_text(const core::QueueSettings& queue, const core::Rhythm& r) {
  return fmt::format(
      "in 95 % of the backlogs, the oldest due job gets up to about {} old: LAGGING above {}{}",
      short_duration(core::usual_age(r)), short_duration(learned_windows(queue, r).age),
      set_text("age_target", queue.age_target, core::windows_of(queue, r).age));
}

}  // namespace

std::vector<std::string> learned_sentences(const core::QueueSettings& queue,
                                           const core::Rhythm& r) {
  std::vector<std::string> out{knowledge_text(r), quiet_text(queue, r)};
  if (r.limits.wait)
    out.push_back(fmt::format(
        "workers that run nothing wait for up to {} on purpose: a stall of these after {}{}",
        short_duration(r.wait),
        short_duration(std::max(learned_windows(queue, r).stall, *r.limits.wait)),
        queue.stall_after ? ", if stall_after were not set" : ""));
  if (auto runs = runs_text(queue, r); !runs.empty()) out.push_back(std::move(runs));
  if (r.due_ages.total() > 0) out.push_back(ages_text(queue, r));
  if (r.idle_gaps.total() > 0)
    out.push_back(fmt::format(
        "there is no work for up to about {}{}", short_duration(r.idle_gaps.longest()),
        r.limits.silence ? ", regularly: SILENT after " + short_duration(*r.limits.silence)
                         : std::string{}));
  return out;
}

Json learned_json(const core::QueueSettings& queue, const core::Rhythm& r) {
  const auto learned = learned_windows(queue, r);
  const auto counts = core::windows_of(queue, r);
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
              {"limits", Json{{"stall_ms", learned.stall.count()},
                              {"wait_ms", ms_json(r.limits.wait)},
                              {"run_ms", r.limits.run ? Json(learned.run.count()) : Json{}},
                              {"age_ms", learned.age.count()},
                              {"silence_ms", ms_json(r.limits.silence)}}},
              {"in_force", Json{{"stall_ms", counts.stall.count()},
                                {"run_ms", counts.run.count()},
                                {"age_ms", counts.age.count()}}}};
}

std::optional<core::Rhythm> rhythm_of(const std::vector<core::Learned>& learned,
                                      const PoolName& pool, const QueueName& queue) {
  const auto found = std::ranges::find_if(
      learned, [&](const auto& one) { return one.pool == pool && one.queue == queue; });
  if (found == learned.end()) return std::nullopt;
  const auto rhythm = core::parse_rhythm_document(found->document);
  return rhythm ? std::optional{*rhythm} : std::nullopt;
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
