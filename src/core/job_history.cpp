#include "jobflip/core/job_history.hpp"

#include <algorithm>
#include <set>

#include "jobflip/core/detector.hpp"

namespace jobflip::core {
namespace {

constexpr std::int64_t kMostReadings = 300'000;

struct Job {
  Millis due;
  Millis started;
  Millis ended;
};

Instant instant_of(Millis at) {
  return Instant{std::chrono::hours{24 * 3650}} + at;
}

Millis time_between(WallTime from, WallTime to) {
  const WallTime near = std::clamp<WallTime>(to, from - kLengthMax, from + kLengthMax);
  return std::chrono::duration_cast<Millis>(near - from);
}

/// Counted from `from`, in the order due, started, ended.
std::vector<Job> in_order(std::span<const FinishedJob> jobs, WallTime from) {
  std::vector<Job> out;
  out.reserve(jobs.size());
  for (const FinishedJob& job : jobs) {
    const Millis ended = time_between(from, job.ended);
    const Millis started = std::min(time_between(from, job.started.value_or(job.ended)), ended);
    out.push_back({std::min(time_between(from, job.due), started), started, ended});
  }
  return out;
}

/// The table of jobs as it was at a time that only goes on.
class Table {
 public:
  explicit Table(std::vector<Job> jobs) : by_due_(jobs), by_start_(jobs), by_end_(std::move(jobs)) {
    std::ranges::sort(by_due_, {}, &Job::due);
    std::ranges::sort(by_start_, {}, &Job::started);
    std::ranges::sort(by_end_, {}, &Job::ended);
  }

  QueueSample at(Millis now, const QueueName& queue) {
    for (; due_ < by_due_.size() && by_due_[due_].due <= now; ++due_)
      waiting_.insert(by_due_[due_].due);
    for (; started_ < by_start_.size() && by_start_[started_].started <= now; ++started_) {
      waiting_.erase(waiting_.find(by_start_[started_].due));
      running_.insert(by_start_[started_].started);
    }
    for (; ended_ < by_end_.size() && by_end_[ended_].ended <= now; ++ended_)
      running_.erase(running_.find(by_end_[ended_].started));
    QueueSample seen;
    seen.queue = queue;
    seen.runnable = static_cast<std::int64_t>(waiting_.size());
    if (!waiting_.empty()) seen.oldest_runnable = now - *waiting_.begin();
    seen.running = static_cast<std::int64_t>(running_.size());
    if (!running_.empty()) seen.oldest_running = now - *running_.begin();
    seen.done = static_cast<std::int64_t>(ended_);
    seen.marker = static_cast<std::int64_t>(started_);
    return seen;
  }
  Millis last_end() const { return by_end_.back().ended; }

 private:
  std::vector<Job> by_due_, by_start_, by_end_;
  std::size_t due_{0}, started_{0}, ended_{0};
  std::multiset<Millis> waiting_, running_;
};

LengthCounts merged(const LengthCounts& one, const LengthCounts& other) {
  LengthCounts out = one;
  for (std::size_t i = 0; i < LengthCounts::kBuckets; ++i)
    if (other.weights()[i] > one.weights()[i])
      out.set_weight(i, static_cast<double>(other.weights()[i]));
  return out;
}

}  // namespace

QueueSettings without_limits(QueueSettings settings) {
  settings.stall_after.reset();
  settings.job_timeout.reset();
  settings.age_target.reset();
  return settings;
}

HistoryLesson learn_from_jobs(const QueueSettings& queue, std::span<const FinishedJob> all,
                              WallTime until, std::span<const Outage> outages) {
  HistoryLesson out;
  std::vector<FinishedJob> jobs{all.begin(), all.end()};
  out.left_out = std::erase_if(jobs, [&](const FinishedJob& job) {
    return std::ranges::any_of(outages, [&](const Outage& outage) {
      return std::min(job.due, job.ended) < outage.until && job.ended >= outage.from;
    });
  });
  out.jobs = jobs.size();
  if (jobs.empty()) return out;
  const WallTime from = std::ranges::min(jobs, {}, &FinishedJob::ended).ended;
  out.span = std::max(Millis{}, time_between(from, until));
  out.has_starts =
      std::ranges::all_of(jobs, [](const auto& job) { return job.started.has_value(); });
  QueueSettings settings = without_limits(queue);
  settings.done_kind = DoneKind::queue;
  Table table{in_order(jobs, from)};
  const Millis end = std::min(out.span, table.last_end() + settings.sample_every);
  settings.sample_every = std::max({Millis{100}, settings.sample_every, end / kMostReadings});
  DetectorState state = first_detector_state(settings, {}, instant_of(Millis{}));
  for (Millis at{}; at <= end; at += settings.sample_every) {
    const auto is_now = [&](const Outage& outage) {
      return from + at >= outage.from && from + at < outage.until;
    };
    if (std::ranges::any_of(outages, is_now)) continue;
    state =
        detect(settings, std::move(state), table.at(at, settings.name), instant_of(at), from + at)
            .next;
  }
  out.rhythm = state.rhythm;
  if (!out.has_starts) {
    out.rhythm.run_times = {};
    out.rhythm.most_running = 0;
    update_limits(out.rhythm);
  }
  return out;
}

Rhythm merged(const Rhythm& one, const Rhythm& other) {
  Rhythm out = one.watched < other.watched ? other : one;
  for (LengthCounts Rhythm::*counts :
       {&Rhythm::quiet_gaps, &Rhythm::run_times, &Rhythm::success_gaps, &Rhythm::due_ages,
        &Rhythm::idle_gaps})
    out.*counts = merged(one.*counts, other.*counts);
  for (std::size_t i = 0; i < kHoursOfWeek; ++i)
    out.idle_minutes[i] = std::max(one.idle_minutes[i], other.idle_minutes[i]);
  for (Millis Rhythm::*length : {&Rhythm::watched, &Rhythm::moving, &Rhythm::backlogged})
    out.*length = std::max(one.*length, other.*length);
  for (int Rhythm::*number :
       {&Rhythm::served, &Rhythm::jobs, &Rhythm::most_drained, &Rhythm::most_running,
        &Rhythm::vain_waits, &Rhythm::vain_hangs, &Rhythm::taught})
    out.*number = std::max(one.*number, other.*number);
  const Rhythm& waited = one.wait < other.wait ? other : one;
  out.wait = waited.wait;
  out.wait_age = waited.wait_age;
  update_limits(out);
  return out;
}

}  // namespace jobflip::core
