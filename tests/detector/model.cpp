#include "detector/model.hpp"

#include <algorithm>
#include <cmath>

namespace jobflip::detsim {
namespace {

constexpr Millis kWindow = 5min;
constexpr Millis kRefusalTakes = 50ms;
constexpr Millis kTimeoutTakes = 30s;
constexpr Millis kPoisonTakes = 2s;

}  // namespace

Model::Model(const Profile& profile, Random random)
    : profile_(profile),
      random_(random),
      queues_(profile.queues.size()),
      workers_(static_cast<std::size_t>(profile.workers)) {
  for (std::size_t q = 0; q < queues_.size(); ++q) {
    const Arrivals& arrivals = profile.queues[q].arrivals;
    if (arrivals.per_hour > 0) plan(Millis{1}, What::arrival, q);
    if (arrivals.batch > 0) plan(arrivals.first_batch, What::batch, q);
  }
  for (std::size_t i = 0; i < profile.troubles.size(); ++i) {
    plan(profile.troubles[i].from, What::trouble, i);
    plan(profile.troubles[i].from + profile.troubles[i].length, What::trouble, i, 1);
  }
  if (profile.claims_every > 0ms) plan(profile.claims_every, What::round);
  quota_left_ = profile.quota_an_hour;
  if (profile.quota_an_hour > 0) plan(random_.between(1min, 59min), What::hour);
}

void Model::plan(Millis at, What what, std::size_t place, std::uint64_t tag) {
  events_.push({at, ++planned_, what, place, tag});
}

void Model::run_until(Millis now) {
  while (!events_.empty() && events_.top().at <= now) {
    const Event event = events_.top();
    events_.pop();
    now_ = event.at;
    happen(event);
    serve();
  }
  now_ = now;
}

void Model::happen(const Event& event) {
  switch (event.what) {
    case What::arrival: {
      arrive(event.place, 1);
      const double mean = 3.6e6 / profile_.queues[event.place].arrivals.per_hour;
      return plan(now_ + random_.exponential(Millis{std::llround(mean)}), What::arrival,
                  event.place);
    }
    case What::batch: {
      const Arrivals& arrivals = profile_.queues[event.place].arrivals;
      arrive(event.place, arrivals.batch);
      if (arrivals.batch_every > 0ms) plan(now_ + arrivals.batch_every, What::batch, event.place);
      return;
    }
    case What::ended:
      if (workers_[event.place].attempt == event.tag) end_attempt(event.place);
      return;
    case What::retry: {
      auto& deferred = queues_[event.place].deferred;
      const auto job = deferred.find(event.tag);
      if (job == deferred.end()) return;
      Job again = job->second;
      deferred.erase(job);
      again.due = now_;
      return make_due(event.place, again);
    }
    case What::round:
      round_left_ = profile_.claims_at_once;
      return plan(now_ + profile_.claims_every, What::round);
    case What::hour:
      quota_left_ = profile_.quota_an_hour;
      return plan(now_ + 1h, What::hour);
    case What::trouble:
      if (event.tag == 0) return begin_trouble(profile_.troubles[event.place]);
      return end_trouble(profile_.troubles[event.place]);
    case What::unblocked:
      return;
    case What::given_back: {
      auto orphans = std::move(queues_[event.place].orphans);
      queues_[event.place].orphans.clear();
      for (const Job& job : orphans) make_due(event.place, job);
      return;
    }
  }
}

void Model::arrive(std::size_t queue, int count) {
  const Arrivals& arrivals = profile_.queues[queue].arrivals;
  if (now_ >= arrivals.hole_from && now_ < arrivals.hole_to) return;
  if (arrivals_left_) {
    count = std::min(count, *arrivals_left_);
    *arrivals_left_ -= count;
  }
  for (int i = 0; i < count; ++i)
    queues_[queue].due.push_back({.id = ++ids_, .due = now_, .claimed = {}, .failed_at = {}});
}

void Model::make_due(std::size_t queue, Job job) {
  auto& due = queues_[queue].due;
  const auto later = [](Millis at, const Job& other) { return at < other.due; };
  due.insert(std::upper_bound(due.begin(), due.end(), job.due, later), job);
}

void Model::begin_trouble(const Trouble& trouble) {
  if (trouble.kind == TroubleKind::poisoned) {
    auto& due = queues_.front().due;
    if (due.empty()) arrive(0, 1);
    due.front().poison = true;
    return;
  }
  if (trouble.kind != TroubleKind::hangs) return;
  int free = 0;
  auto left = std::llround(std::ceil(trouble.share * profile_.workers));
  for (Worker& worker : workers_) {
    if (left-- <= 0) break;
    free += worker.busy ? 0 : 1;
    if (worker.busy || !trouble.takes_one)
      worker.hung = true;
    else
      worker.will_hang = true;
  }
  if (trouble.then_quiet) arrivals_left_ = free;
}

/// What is left of the attempts goes at the usual pace again, after some seconds.
void Model::end_trouble(const Trouble& trouble) {
  if (trouble.kind != TroubleKind::backup) return;
  for (std::size_t w = 0; w < workers_.size(); ++w)
    if (workers_[w].busy)
      plan(now_ + random_.between(Millis{}, 20s), What::ended, w, ++workers_[w].attempt);
}

const Trouble* Model::trouble(TroubleKind kind) const {
  for (const Trouble& trouble : profile_.troubles) {
    const bool now = now_ >= trouble.from && now_ < trouble.from + trouble.length;
    if (trouble.kind == kind && now && !(cured_ && &trouble == &profile_.troubles.back()))
      return &trouble;
  }
  return nullptr;
}

bool Model::has_quota() const {
  return profile_.quota_an_hour > 0 && now_ >= profile_.quota_from;
}

bool Model::may_claim() const {
  if (trouble(TroubleKind::deploy) || trouble(TroubleKind::paused) || trouble(TroubleKind::deaf))
    return false;
  if (has_quota() && quota_left_ == 0) return false;
  if (profile_.claims_every > 0ms && round_left_ == 0) return false;
  return now_ >= blocked_until_;
}

void Model::serve() {
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = workers_[w];
    if (worker.busy || worker.hung) continue;
    if (worker.fetched.empty() && (!may_claim() || !take_jobs(worker))) continue;
    begin_attempt(w);
  }
}

bool Model::take_jobs(Worker& worker) {
  for (std::size_t q = 0; q < queues_.size() && worker.fetched.empty(); ++q) {
    Queue& queue = queues_[q];
    worker.queue = q;
    while (!queue.due.empty() &&
           worker.fetched.size() <= static_cast<std::size_t>(profile_.prefetch)) {
      worker.fetched.push_back(queue.due.front());
      queue.due.pop_front();
      worker.fetched.back().claimed = now_;
      ++queue.counts.claims;
    }
  }
  if (has_quota()) quota_left_ = std::max(0, quota_left_ - static_cast<int>(worker.fetched.size()));
  round_left_ = std::max(0, round_left_ - static_cast<int>(worker.fetched.size()));
  return !worker.fetched.empty();
}

void Model::begin_attempt(std::size_t w) {
  Worker& worker = workers_[w];
  worker.busy = true;
  worker.job = worker.fetched.front();
  worker.fetched.pop_front();
  const std::uint64_t attempt = ++worker.attempt;
  if (worker.will_hang) {
    worker.hung = true;
    return;
  }
  const QueueShape& shape = profile_.queues[worker.queue];
  Millis takes = random_.spread_around(shape.run_time, shape.spread);
  worker.fails = random_.chance(profile_.failure_share);
  if (const Trouble* backup = trouble(TroubleKind::backup))
    takes = Millis{std::llround(backup->slower * static_cast<double>(takes.count()))};
  const bool refused = trouble(TroubleKind::refuses) != nullptr;
  const bool timed_out = trouble(TroubleKind::times_out) != nullptr;
  const bool poison = worker.job.poison && trouble(TroubleKind::poisoned) != nullptr;
  worker.fails = worker.fails || refused || timed_out || poison;
  if (refused) takes = kRefusalTakes;
  if (timed_out) takes = kTimeoutTakes;
  if (poison) takes = kPoisonTakes;
  plan(now_ + takes, What::ended, w, attempt);
}

void Model::end_attempt(std::size_t w) {
  Worker& worker = workers_[w];
  if (worker.hung || !worker.busy) return;
  worker.busy = false;
  if (worker.fails) return fail(worker.queue, worker.job);
  Queue& queue = queues_[worker.queue];
  ++queue.counts.done;
  queue.counts.last_done = now_;
  queue.done_at.push_back(now_);
  while (queue.done_at.front() + kWindow < now_) queue.done_at.pop_front();
}

void Model::fail(std::size_t q, Job job) {
  Queue& queue = queues_[q];
  ++queue.counts.failed_attempts;
  ++job.attempts;
  job.failed_at = now_;
  const double wait = std::min(
      static_cast<double>(profile_.back_off.count()) * std::exp2(std::min(job.attempts, 20) - 1),
      static_cast<double>(profile_.longest_back_off.count()));
  const Millis back_off{std::llround((0.75 + 0.5 * random_.unit()) * wait)};
  if (job.poison && trouble(TroubleKind::poisoned)) {
    queue.due.push_front(job);
    blocked_until_ = now_ + back_off;
    return plan(blocked_until_, What::unblocked);
  }
  if (job.attempts >= profile_.most_attempts) {
    ++queue.counts.given_up;
    return;
  }
  queue.deferred[job.id] = job;
  plan(now_ + back_off, What::retry, q, job.id);
}

void Model::flip(Millis given_back_after, bool cures) {
  cured_ = cures;
  arrivals_left_.reset();
  for (Worker& worker : workers_) {
    auto& orphans = queues_[worker.queue].orphans;
    if (worker.busy) orphans.push_back(worker.job);
    orphans.insert(orphans.end(), worker.fetched.begin(), worker.fetched.end());
    const std::uint64_t attempt = worker.attempt + 1;
    worker = Worker{};
    worker.attempt = attempt;
  }
  for (std::size_t q = 0; q < queues_.size(); ++q)
    plan(now_ + given_back_after, What::given_back, q);
  serve();
}

Row Model::row_of(std::size_t q) const {
  const Queue& queue = queues_[q];
  Row row = queue.counts;
  row.due = static_cast<std::int64_t>(queue.due.size());
  row.most_running = profile_.workers;
  if (!queue.due.empty()) {
    row.oldest_due = now_ - queue.due.front().due;
    row.head = queue.due.front().id;
    if (profile_.clock_change >= 0ms && now_ >= profile_.clock_change &&
        queue.due.front().due < profile_.clock_change)
      row.oldest_due += profile_.shifted_ages;
  }
  const auto runs = [&](const Job& job) {
    ++row.running;
    row.oldest_running = std::max(row.oldest_running, now_ - job.claimed);
  };
  for (const Worker& worker : workers_) {
    if (worker.queue != q) continue;
    if (worker.busy) runs(worker.job);
    for (const Job& job : worker.fetched) runs(job);
  }
  for (const Job& job : queue.orphans) runs(job);
  row.deferred = static_cast<std::int64_t>(queue.deferred.size());
  for (const auto& [id, job] : queue.deferred)
    row.oldest_deferred = std::max(row.oldest_deferred, now_ - job.failed_at);
  row.done_in_window =
      std::ranges::count_if(queue.done_at, [&](Millis at) { return at + kWindow >= now_; });
  row.paused = trouble(TroubleKind::paused) != nullptr;
  return row;
}

}  // namespace jobflip::detsim
