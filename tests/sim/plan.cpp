#include "sim/plan.hpp"

#include <algorithm>

#include "jobflip/base/check.hpp"

namespace jobflip::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

core::LeaseTimings draw_timings(Chance& chance) {
  core::LeaseTimings timings;  // the defaults
  if (chance.one_in(0.5)) {
    timings.beat_every = Millis{500};
    timings.call_deadline = Millis{600};
    timings.lease = Millis{3500};
    timings.graceful_stop = Millis{700};
    timings.kill_to_empty = Millis{300};
    timings.guard_margin = Millis{200};
    timings.takeover_after = Millis{4300};
    timings.freeze = Millis{4800};
  }
  JF_CHECK(core::check_timings(timings).empty());
  return timings;
}

core::PoolSettings draw_pool(Chance& chance) {
  core::PoolSettings pool;
  pool.name = PoolName::of("mail");
  pool.timings = draw_timings(chance);
  if (chance.one_in(0.3)) pool.when_workers_end = core::WhenWorkersEnd::hand_over;
  pool.drain_timeout = Millis{5000};
  pool.stalled_drain_timeout = Millis{1000};
  pool.start_timeout = Millis{6000};
  pool.verify_timeout = Millis{15'000};
  pool.hold_down = Millis{3000};
  pool.cooldown = Millis{10'000};
  pool.cooldown_max = Millis{40'000};
  for (int i = 1; i <= 3; ++i)
    pool.candidates.push_back({NodeName::of("job" + std::to_string(i)), 10 * i});
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = "app";
  queue.query = "select";
  queue.sample_every = Millis{1000};
  queue.stall_after = Millis{8000};
  queue.enter_after = 2;
  pool.queues.push_back(queue);
  return pool;
}

bool is_of_a_call(Fault fault) {
  using enum Fault;
  return fault == call_lost || fault == answer_lost || fault == call_late || fault == answer_late ||
         fault == call_twice || fault == start_failure || fault == worker_ignores_term ||
         fault == worker_slow_to_end || fault == worker_unkillable || fault == worker_holds_row ||
         fault == supervisor_dies_at_step || fault == start_unknown;
}

/// Only these kinds of fault, and often.
void keep_only(Plan& plan, const std::vector<Fault>& faults) {
  plan.chance.fill(0);
  plan.every.fill(Nanos{0});
  for (const Fault fault : faults) {
    const auto i = static_cast<std::size_t>(fault);
    if (is_of_a_call(fault)) {
      plan.chance[i] = 0.1;
    } else {
      plan.every[i] = seconds{12};
    }
  }
}

}  // namespace

Plan draw_plan(Chance& chance, const Recipe& recipe) {
  Plan plan;
  plan.faults_until = minutes{3};
  plan.must_be_well_by = plan.faults_until + minutes{6};
  plan.pool = draw_pool(chance);
  plan.supervisor_timings = draw_timings(chance);
  plan.budget = {1000, Millis{3'600'000}};
  plan.longest_late = chance.between(seconds{1}, seconds{20});
  plan.longest_step = chance.between(seconds{1}, minutes{3});
  plan.clock_rates = plan.pool.timings.clock_rate_bound * recipe.clock_rate_factor;
  for (std::size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    // In most worlds the lease excludes, not the fence.
    const bool on = chance.one_in(fault == Fault::keep_pool ? 0.1 : 0.4);
    const double often = chance.fraction();
    if (!on) continue;
    if (is_of_a_call(fault)) {
      plan.chance[i] = 0.3 * often * often;
    } else {
      plan.every[i] = seconds{8} + Nanos{static_cast<std::int64_t>(1.0e11 * often * often)};
    }
  }
  if (!recipe.only.empty()) keep_only(plan, recipe.only);
  if (plan.on(Fault::keep_pool)) {
    plan.pool.when_store_lost = core::WhenStoreLost::keep;
    plan.pool.workers_fence_every_claim = true;
  }
  // by the seed and not by chance: all other worlds stay as they were
  if (recipe.seed % 10 >= 7) plan.pool.first = core::FirstMove::restart;
  return plan;
}

std::optional<Fault> parse_fault(std::string_view name) {
  for (std::size_t i = 0; i < kFaults; ++i)
    if (kFaultNames[i] == name) return static_cast<Fault>(i);
  return std::nullopt;
}

}  // namespace jobflip::sim
