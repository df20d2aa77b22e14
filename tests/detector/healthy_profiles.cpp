// Queues that are well, or ill in a way that a flip does not cure.

#include "detector/profile.hpp"

namespace jobflip::detsim {
namespace {

using core::QueueState;

/// When troubles begin.
Millis noon(Random& random) {
  return 4h + random.between(-5min, 5min);
}

Profile sparse(Random&) {
  Profile p;
  p.queues[0] = {.arrivals = {.per_hour = 3}, .run_time = 5s};
  p.workers = 2;
  return p;
}

Profile steady(Random&) {
  Profile p;
  p.queues[0].arrivals.per_hour = 7200;
  return p;
}

Profile nearly_full(Random&) {
  Profile p;
  // the mean of such run times is 1.083 medians
  p.queues[0] = {.arrivals = {.per_hour = 7200}, .run_time = 4479ms};
  return p;
}

Profile deploys(Random& random) {
  Profile p = steady(random);
  for (Millis at = random.between(5min, 1h); at < p.length; at += 1h)
    p.troubles.push_back({.kind = TroubleKind::deploy, .from = at, .length = 90s});
  return p;
}

Profile hourly_batch(Random& random) {
  Profile p;
  p.queues[0].arrivals = {
      .batch_every = 1h, .first_batch = random.between(1min, 1h), .batch = 6000};
  return p;
}

Profile long_jobs(Random&) {
  Profile p;
  p.queues[0] = {.arrivals = {.per_hour = 19}, .run_time = 12min, .spread = 0.25};
  p.workers = 4;
  return p;
}

Profile quota_burst(Random& random) {
  Profile p;
  p.queues[0] = {
      .arrivals = {.batch_every = 4h, .first_batch = random.between(1min, 2h), .batch = 300},
      .run_time = 2s};
  p.workers = 1;
  p.quota_an_hour = 100;
  return p;
}

Profile quota_for_hours(Random& random) {
  Profile p = quota_burst(random);
  p.queues[0].arrivals = {.per_hour = 150};
  return p;
}

/// The quota is met for the first time after hours of light work.
Profile quota_met_late(Random& random) {
  Profile p = quota_burst(random);
  p.queues[0].arrivals = {.per_hour = 30, .first_batch = noon(random), .batch = 300};
  return p;
}

/// The provider begins to count after 4 hours: nothing tells it from workers that hang.
Profile quota_begins(Random& random) {
  Profile p = quota_for_hours(random);
  p.quota_from = noon(random);
  return p;
}

Profile six_minutes(Random&) {
  Profile p;
  p.queues[0].arrivals.per_hour = 300;
  p.claims_every = 6min;
  p.claims_at_once = 40;
  return p;
}

Profile two_queues(Random& random) {
  Profile p;
  p.workers = 4;
  p.queues = {{.arrivals = {.per_hour = 3600,
                            .batch_every = random.between(1h, 2h),
                            .first_batch = random.between(1min, 1h),
                            .batch = static_cast<int>(random.between(2000, 5000))}},
              {.arrivals = {.per_hour = 720}}};
  return p;
}

Profile prefetch(Random& random) {
  Profile p;
  p.workers = 4;
  p.prefetch = 20;
  const Millis run_time = random.between(1s, 60s);
  const double per_hour = 0.7 * 4 * 3.6e6 / static_cast<double>(run_time.count());
  p.queues[0] = {.arrivals = {.per_hour = per_hour}, .run_time = run_time};
  return p;
}

Profile retries(Random& random) {
  Profile p = steady(random);
  p.queues[0].arrivals.per_hour = static_cast<double>(random.between(60, 3600));
  p.failure_share = 0.2;
  return p;
}

Profile failing(Random& random, TroubleKind kind) {
  Profile p = steady(random);
  const Millis from = noon(random);
  p.troubles = {{.kind = kind, .from = from, .length = 1h}};
  p.has_own_done = true;
  p.expected = {{.verdicts = {QueueState::failing}, .note = "", .from = from, .within = 10min}};
  return p;
}

Profile refused(Random& random) {
  return failing(random, TroubleKind::refuses);
}

/// Half of the systems whose count is the whole table's can't tell it from other queues' work.
Profile refused_beside_others(Random& random) {
  Profile p = refused(random);
  p.has_own_done = false;
  p.expected.clear();
  return p;
}

Profile timing_out(Random& random) {
  return failing(random, TroubleKind::times_out);
}

Profile poisoned(Random& random) {
  Profile p = failing(random, TroubleKind::poisoned);
  p.workers = 1;
  p.queues[0].run_time = 300ms;
  p.back_off = 2s;
  p.longest_back_off = random.between(10s, 300s);
  p.expected[0].within = 20min;
  return p;
}

Profile paused(Random& random) {
  Profile p = steady(random);
  const Millis from = noon(random);
  p.troubles = {{.kind = TroubleKind::paused, .from = from, .length = 1h}};
  p.expected = {{.verdicts = {QueueState::paused}, .note = "", .from = from, .within = 30s}};
  return p;
}

Profile backup(Random& random) {
  Profile p = steady(random);
  p.troubles = {{.kind = TroubleKind::backup,
                 .from = noon(random),
                 .length = 10min,
                 .slower = random.chance(0.5) ? 20.0 : 600.0}};
  return p;
}

/// Jobs of a cron whose queue stores local times. In spring ages jump by an hour; in autumn
/// no job is due for an hour.
Profile clock_change(Random& random) {
  Profile p;
  p.workers = 2;
  p.clock_change = 4h;
  const bool spring = random.chance(0.5);
  p.queues[0] = {.arrivals = {.per_hour = 20,
                              .batch_every = 15min,
                              .first_batch = random.between(14min, 15min),
                              .batch = 10},
                 .run_time = random.between(5s, 30s)};
  if (spring)
    p.shifted_ages = 1h;
  else
    p.queues[0].arrivals.hole_from = p.clock_change, p.queues[0].arrivals.hole_to = 5h;
  return p;
}

Profile hiccups(Random& random) {
  Profile p = steady(random);
  p.hiccups = 0.2;
  return p;
}

}  // namespace

const std::vector<NamedProfile>& healthy_profiles() {
  static const std::vector<NamedProfile> all{
      {"sparse", "3 jobs an hour", sparse},
      {"steady", "2 jobs a second", steady},
      {"nearly-full", "2 jobs a second, workers 97 % busy", nearly_full},
      {"deploys", "no worker for 90 s each hour", deploys},
      {"hourly-batch", "6,000 jobs each hour", hourly_batch},
      {"long-jobs", "jobs of 12 minutes, workers 98 % busy", long_jobs},
      {"quota-burst", "100 an hour allowed, 300 at once every 4 h", quota_burst},
      {"quota-for-hours", "100 an hour allowed, 150 arrive", quota_for_hours, 0.05},
      {"quota-met-late", "100 an hour allowed, 30 arrive; 300 at once after 4 h", quota_met_late,
       0.1, 2},
      {"quota-begins", "150 arrive, and after 4 h 100 an hour are allowed", quota_begins, 1, 2},
      {"six-minutes", "workers take up to 40 jobs every 6 minutes", six_minutes},
      {"two-queues", "two queues, one goes first and has bursts", two_queues},
      {"prefetch", "workers take 21 jobs at once", prefetch},
      {"retries", "1 in 5 attempts fails and is repeated", retries},
      {"refused", "what the jobs need refuses for an hour", refused},
      {"refused-beside-others", "the same; some systems count only the whole table",
       refused_beside_others},
      {"timing-out", "what the jobs need times out after 30 s for an hour", timing_out},
      {"poisoned", "the first job of a strict FIFO fails for an hour", poisoned},
      {"paused", "paused for an hour", paused},
      {"backup", "10 minutes of a slow database", backup},
      {"clock-change", "a cron queue at the change of daylight saving", clock_change},
      {"hiccups", "1 in 5 readings fails", hiccups},
  };
  return all;
}

}  // namespace jobflip::detsim
