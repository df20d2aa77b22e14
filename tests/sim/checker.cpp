#include "sim/checker.hpp"

#include <algorithm>

#include "sim/guard.hpp"
#include "sim/supervisor.hpp"

namespace jobflip::sim {
namespace {

std::string text_of(Epoch epoch) {
  return "epoch " + std::to_string(epoch.value);
}

}  // namespace

void Checker::after_event() {
  check_workers();
  check_supervisors();
}

void Checker::check_workers() {
  Guard* running = nullptr;
  int all = 0;
  bool away = false;
  bool kept = false;
  bool escaped = false;
  for (Guard* guard : guards_) {
    if (guard->escapee_runs()) {
      ++all;
      escaped = true;
    }
    if (!guard->workers_run()) continue;
    ++all;
    if (guard->host_was_away()) {
      away = true;
      continue;
    }
    check_times(*guard);
    // Kept workers: the fence excludes, not the lease.
    if (guard->local() > guard->host().right_until) {
      kept = true;
      continue;
    }
    const std::string& node = guard->host().name.str();
    if (running != nullptr)
      world_.violate("S1-overlap", "workers run on " + running->host().name.str() + " (" +
                                       text_of(running->epoch()) + ") and on " + node + " (" +
                                       text_of(guard->epoch()) + ")");
    running = guard;
  }
  note_beside(away && all > 1, beside_since_, world_.coverage.beside_a_pause);
  note_beside(kept && all > 1, kept_beside_since_, world_.coverage.beside_kept);
  note_beside(escaped && all > 1, escaped_beside_since_, world_.coverage.beside_an_escape);
}

void Checker::check_times(Guard& guard) {
  const std::string& node = guard.host().name.str();
  if (guard.local() > guard.deadline())
    world_.violate("S2-deadline", "workers of " + node + " run after their deadline");
  if (world_.plan.keeps() ? guard.local() <= guard.host().right_until
                          : guard.deadline() <= guard.host().right_until)
    return;
  if (!world_.plan.keeps())
    return world_.violate("S2-right",
                          "the deadline of " + node + " is later than what the store gave it");
  // An agent that could end these workers has not told them to end.
  const Millis slack = world_.plan.pool.timings.kill_to_empty;
  if (guard.is_told_to_end() || guard.local() <= guard.host().right_until + slack) return;
  if (guard.agent_let_go())
    world_.violate("S2-keep", "workers of " + node +
                                  " are kept past their right by an agent that must end them");
}

void Checker::note_beside(bool is_so, std::optional<Nanos>& since, Coverage::Beside& beside) {
  if (!is_so) return since.reset();
  if (!since) {
    since = world_.time.now;
    ++beside.times;
  }
  beside.longest = std::max(beside.longest, world_.time.now - *since);
}

void Checker::deadline_was_moved(const Host& host, Instant deadline, bool may_keep) {
  if (!world_.plan.keeps() || deadline <= host.right_until) return;
  // A deadline in the past keeps no workers.
  if (deadline <= host.clock.local(world_.time.now)) return;
  count("S2-keep");
  world_.count(Fault::keep_pool);
  if (!may_keep)
    world_.violate("S2-keep", "the deadline of " + host.name.str() +
                                  " is moved past its right, and its workers must end");
}

void Checker::check_supervisors() {
  const Supervisor* leading = nullptr;
  for (const Supervisor* supervisor : supervisors_) {
    if (!supervisor->leads()) continue;
    if (leading != nullptr)
      world_.violate("S1-leaders",
                     leading->name().str() + " and " + supervisor->name().str() + " lead");
    leading = supervisor;
  }
}

void Checker::pool_is_held(const PoolName& pool, const NodeName& node, Epoch epoch) {
  count("S3-epoch");
  const auto [known, is_new] = holder_of_.try_emplace({pool, epoch}, node);
  if (!is_new)
    world_.violate("S3-epoch", text_of(epoch) + " of " + pool.str() + " was given to " +
                                   known->second.str() + " before, and now to " + node.str());
  given_after_.try_emplace(epoch, losses_);
  check_rise(pool, node, epoch);
  world_.say("store: ", pool.str(), " is held by ", node.str(), " under ", text_of(epoch));
}

/// All three safeguards have to fail at the same time.
bool Checker::must_rise(const Given& given) const {
  return !given.record_lost || given.reported || !clock_behind_ || clock_ > given.highest;
}

void Checker::check_rise(const PoolName& pool, const NodeName& node, Epoch epoch) {
  Given& given = given_[pool];
  if (epoch > given.highest) {
    count("S3-rise");
    given = {.highest = epoch, .base = base_};
    return;
  }
  if (must_rise(given))
    return world_.violate("S3-rise", text_of(epoch) + " of " + pool.str() + " is given to " +
                                         node.str() + " after " + text_of(given.highest));
  ++world_.coverage.epochs_below;
  // Epochs that were started or committed since the loss may be above it, too.
  highest_started_ = {};
  highest_committed_ = {};
}

void Checker::note_generation() {
  const Epoch base = world_.database.rows.epoch_base;
  if (base == base_) return;
  constexpr std::int64_t kAhead = 3'000'000;  // one generation a second keeps within this
  base_ = base;
  clock_.value = std::chrono::duration_cast<Micros>(world_.database.now.time_since_epoch()).count();
  if (world_.time.now + world_.store_clock_offset < world_.store_clock_highest ||
      base_.value > clock_.value + kAhead)
    clock_behind_ = true;
}

void Checker::epochs_were_reported(const NodeName& node, const std::vector<core::SeenEpoch>& seen) {
  for (const core::SeenEpoch& one : seen) {
    const auto pool = world_.database.rows.pools.find(one.pool);
    const bool believed =
        pool != world_.database.rows.pools.end() &&
        std::ranges::count(pool->second.candidates, node, &core::Candidate::node) > 0;
    Given& given = given_[one.pool];
    if (believed && one.epoch >= given.highest) given.reported = true;
  }
}

/// Workers that die at each start are restarted after longer and longer waits.
void Checker::count_start(const Guard& guard) {
  constexpr Nanos kWithin{std::chrono::seconds{10}};
  constexpr std::size_t kMost = 20;
  count("L-restarts");
  auto& starts = starts_[&guard];
  starts.push_back(world_.time.now);
  while (starts.front() < world_.time.now - kWithin) starts.pop_front();
  if (starts.size() > kMost)
    world_.violate("L-restarts", std::to_string(starts.size()) + " starts within 10 s");
}

void Checker::workers_started(Guard& guard) {
  count_start(guard);
  count("S1-start");
  if (guard.local() > guard.host().right_until)
    world_.violate("S2-right", "workers start on " + guard.host().name.str() + " past its right");
  const Epoch epoch = guard.epoch();
  const NodeName& node = guard.host().name;
  const NodeName& first = started_on_.try_emplace(epoch, node).first->second;
  if (first != node || epoch < highest_started_)
    world_.violate("S1-start", "workers start on " + node.str() + " under " + text_of(epoch) +
                                   " of " + first.str() + ", after " + text_of(highest_started_));
  highest_started_ = epoch;
}

void Checker::workers_released(const NodeName& node, Epoch epoch) {
  count("S1-release");
  for (Guard* guard : guards_)
    if (guard->host().name == node && guard->has_process_of(epoch))
      world_.violate("S1-release",
                     node.str() + " released " + text_of(epoch) + " and has workers left");
}

void Checker::right_was_given(Host& host, Instant sent, Millis lease) {
  count("S2-right");
  host.right_until = std::max(host.right_until, sent + lease);
}

void Checker::renewal_was_sent(Host& host, Epoch epoch, Instant sent, Millis lease) {
  const double slowest = 1.0 - world_.plan.pool.timings.clock_rate_bound;
  const Nanos longest{
      static_cast<std::int64_t>(static_cast<double>(Nanos{lease}.count()) / slowest)};
  const bool ran_out = sent > host.right_until;
  const auto given = given_after_.find(epoch);
  const bool after_all = given != given_after_.end() && given->second == losses_;
  if (ran_out && !after_all && world_.time.now < lost_at_ + longest) {
    ++world_.coverage.renewals_put_off;
    return;
  }
  right_was_given(host, sent, lease);
}

void Checker::take_was_accepted(Host& host, const Uuid& attempt, Millis lease) {
  right_was_given(host, first_sent_.at(attempt), lease);
}

void Checker::history_was_lost(bool set_back) {
  ++losses_;
  lost_at_ = world_.time.now;
  highest_started_ = {};
  highest_committed_ = {};
  base_ = world_.database.rows.epoch_base;
  older_files_ = older_files_ || set_back;
  for (auto& [pool, given] : given_) {
    given.reported = false;
    if (base_ >= given.base) {
      given.record_lost = false;
    } else if (older_files_) {
      given.record_lost = true;
    }
  }
}

void Checker::committed(const NodeName& node, Epoch epoch) {
  count("S3-commit");
  const bool current = world_.database.fence(world_.plan.pool.name, epoch);
  if (!current || epoch < highest_committed_)
    world_.violate("S3-commit", "a fenced transaction of " + text_of(epoch) + " of " + node.str() +
                                    " was let through, after one of " +
                                    text_of(highest_committed_) +
                                    (current ? "" : "; the epoch is not the current one"));
  highest_committed_ = std::max(highest_committed_, epoch);
}

}  // namespace jobflip::sim
