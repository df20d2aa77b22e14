// Queues whose workers hang: fresh workers elsewhere, which is what a flip brings, cure them.

#include "detector/profile.hpp"

namespace jobflip::detsim {
namespace {

using core::QueueState;

constexpr Millis kForEver = 24h;

Profile healthy(std::string_view name, Random& random) {
  for (const NamedProfile& profile : healthy_profiles())
    if (profile.name == name) return profile.make(random);
  return {};
}

/// All workers hang; half of the time each takes one more job first.
Profile hung(std::string_view name, Random& random, Millis from, Millis within) {
  Profile p = healthy(name, random);
  p.troubles.push_back({.kind = TroubleKind::hangs,
                        .from = from,
                        .length = kForEver,
                        .takes_one = random.chance(0.5)});
  p.cured_by_flip = true;
  p.expected = {{.verdicts = {QueueState::stalled, QueueState::held},
                 .note = "",
                 .from = from,
                 .within = within}};
  return p;
}

Millis noon(Random& random) {
  return 4h + random.between(-5min, 5min);
}

Profile hang_steady(Random& random) {
  return hung("steady", random, noon(random), 200s);
}
Profile hang_steady_early(Random& random) {
  return hung("steady", random, 1h + random.between(Millis{}, 5min), 200s);
}
Profile hang_steady_set(Random& random) {
  Profile p = hung("steady", random, noon(random), 15s);
  p.troubles.back().takes_one = false;  // from then on nothing moves
  p.settings.stall_after = 10s;
  p.settings.sample_every = 2s;
  return p;
}
Profile hang_batch(Random& random) {
  return hung("hourly-batch", random, noon(random), 1h + 5min);
}
Profile hang_sparse(Random& random) {
  // 10 jobs must have been seen
  Profile p = hung("sparse", random, 2h + noon(random), 3h);
  p.length = 12h;
  return p;
}
Profile hang_long_jobs(Random& random) {
  return hung("long-jobs", random, noon(random), 2h);
}
Profile hang_two_queues(Random& random) {
  return hung("two-queues", random, noon(random), 10min);
}
Profile hang_prefetch(Random& random) {
  return hung("prefetch", random, noon(random), 2h);
}
Profile hang_hiccups(Random& random) {
  return hung("hiccups", random, noon(random), 5min);
}
Profile hang_retries(Random& random) {
  return hung("retries", random, noon(random), 10min);
}

Profile lost_listen(Random& random) {
  Profile p = healthy("steady", random);
  const Millis from = noon(random);
  p.troubles = {{.kind = TroubleKind::deaf, .from = from, .length = kForEver}};
  p.cured_by_flip = true;
  p.expected = {{.verdicts = {QueueState::stalled}, .note = "", .from = from, .within = 210s}};
  return p;
}

/// The price for not flipping a quota that is met for the first time: the rows are the same.
Profile lost_listen_in_burst(Random& random) {
  Profile p = lost_listen(random);
  const Millis burst = p.troubles[0].from - 60s;
  p.queues[0] = {.arrivals = {.per_hour = 30, .first_batch = burst, .batch = 300}, .run_time = 2s};
  p.workers = 1;
  p.expected[0].within = 2h + 10min;
  return p;
}

/// Each worker takes one more job and hangs in it; then no more jobs come.
Profile all_held(Random& random) {
  Profile p = healthy("steady", random);
  const Millis from = noon(random);
  p.troubles = {{.kind = TroubleKind::hangs,
                 .from = from,
                 .length = kForEver,
                 .takes_one = true,
                 .then_quiet = true}};
  p.cured_by_flip = true;
  p.expected = {{.verdicts = {QueueState::held}, .note = "", .from = from, .within = 15min}};
  return p;
}

/// The rest goes on: it is said, and not flipped.
Profile some_hang(Random& random, double share) {
  Profile p;
  p.workers = 20;
  p.queues[0].arrivals.per_hour = 3600;
  const Millis from = noon(random);
  p.troubles = {{.kind = TroubleKind::hangs,
                 .from = from,
                 .length = kForEver,
                 .share = share,
                 .takes_one = true}};
  p.expected = {{.verdicts = {}, .note = "may hang", .from = from, .within = 15min}};
  return p;
}

Profile tenth_hangs(Random& random) {
  return some_hang(random, 0.1);
}
Profile half_hangs(Random& random) {
  return some_hang(random, 0.5);
}
Profile most_hang(Random& random) {
  return some_hang(random, 0.9);
}

}  // namespace

const std::vector<NamedProfile>& faulty_profiles() {
  static const std::vector<NamedProfile> all{
      {"hang-steady", "all workers hang, 2 jobs a second", hang_steady},
      {"hang-steady-early", "the same, an hour after the start", hang_steady_early},
      {"hang-steady-set", "the same, stall_after = 10s, sample_every = 2s", hang_steady_set},
      {"hang-batch", "all workers hang, 6,000 jobs each hour", hang_batch},
      {"hang-sparse", "all workers hang, 3 jobs an hour", hang_sparse},
      {"hang-long-jobs", "all workers hang, jobs of 12 minutes", hang_long_jobs},
      {"hang-two-queues", "all workers of two queues hang", hang_two_queues},
      {"hang-prefetch", "all workers hang, with 21 jobs each", hang_prefetch},
      {"hang-hiccups", "all workers hang, 1 in 5 readings fails", hang_hiccups},
      {"hang-retries", "all workers hang, 1 in 5 attempts fails", hang_retries},
      {"lost-listen", "workers live and take nothing", lost_listen},
      {"lost-listen-in-burst", "the same, amid more jobs than ever before", lost_listen_in_burst},
      {"all-held", "every worker hangs in a job, and no job is due", all_held},
      {"tenth-hangs", "10 % of the workers hang, the rest goes on", tenth_hangs},
      {"half-hangs", "50 % of the workers hang, the rest goes on", half_hangs},
      {"most-hang", "90 % of the workers hang, the rest goes on", most_hang},
  };
  return all;
}

}  // namespace jobflip::detsim
