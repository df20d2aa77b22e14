#include "sim/checker.hpp"

#include "sim/guard.hpp"
#include "sim/supervisor.hpp"

namespace jobflip::sim {

void Checker::after_event() {
  const Guard* running = nullptr;
  for (const Guard* guard : guards_) {
    if (!guard->workers_run() || guard->host_was_away()) continue;
    if (guard->local() > guard->deadline())
      world_.violate("S2: workers of " + const_cast<Guard*>(guard)->host().name.str() +
                     " run after their deadline");
    if (guard->deadline() > const_cast<Guard*>(guard)->host().right_until)
      world_.violate("S2: the deadline of " + const_cast<Guard*>(guard)->host().name.str() +
                     " is later than what the store gave it");
    if (running != nullptr)
      world_.violate("S1: workers run on " + const_cast<Guard*>(running)->host().name.str() +
                     " (epoch " + std::to_string(running->epoch().value) + ") and on " +
                     const_cast<Guard*>(guard)->host().name.str() + " (epoch " +
                     std::to_string(guard->epoch().value) + ")");
    running = guard;
  }
  const Supervisor* leading = nullptr;
  for (const Supervisor* supervisor : supervisors_) {
    if (!supervisor->leads()) continue;
    if (leading != nullptr)
      world_.violate("S1: two supervisors lead, " + leading->name().str() + " and " +
                     supervisor->name().str());
    leading = supervisor;
  }
}

void Checker::after_statement() {
  check_owner(world_.plan.pool.name);
  check_owner(PoolName::of(core::kSupervisorPool));
  check_flips();
}

void Checker::check_owner(const PoolName& pool) {
  const auto& owner = world_.database.rows.owners.at(pool);
  if (owner.state != core::OwnerState::held || last_owner_[pool] == owner.epoch) return;
  last_owner_[pool] = owner.epoch;
  const auto [known, is_new] = holder_of_.try_emplace({pool, owner.epoch}, owner.holder);
  if (!is_new && known->second != owner.holder)
    world_.violate("epoch " + std::to_string(owner.epoch.value) + " of " + pool.str() +
                   " was held by " + known->second.str() + " and is now " + owner.holder.str() +
                   "'s");
  if (is_new)
    world_.say("store: ", pool.str(), " is held by ", owner.holder.str(), " under epoch ",
               std::to_string(owner.epoch.value));
}

void Checker::check_flips() {
  int open = 0;
  int looked_at = 0;
  const auto& flips = world_.database.rows.flips;
  for (auto flip = flips.rbegin(); flip != flips.rend() && looked_at < 4; ++flip, ++looked_at)
    if (!core::has_ended(flip->second.view.state)) ++open;
  if (open > 1) world_.violate("two open flips of one pool");
}

void Checker::workers_started(Guard& guard) {
  const Epoch epoch = guard.epoch();
  const NodeName& node = guard.host().name;
  const NodeName& first = started_on_.try_emplace(epoch, node).first->second;
  if (first != node || epoch < highest_started_)
    world_.violate("workers start on " + node.str() + " under epoch " +
                   std::to_string(epoch.value) + " of " + first.str() + ", after epoch " +
                   std::to_string(highest_started_.value));
  highest_started_ = epoch;
}

void Checker::right_was_given(Host& host, Instant sent) {
  host.right_until = std::max(host.right_until, sent + world_.plan.pool.timings.lease);
}

void Checker::take_was_accepted(Host& host, const Uuid& attempt) {
  right_was_given(host, first_sent_.at(attempt));
}

void Checker::history_was_lost() {
  highest_started_ = {};
  highest_committed_ = {};
}

void Checker::committed(const Guard& guard, Epoch epoch) {
  if (epoch < highest_committed_)
    world_.violate("S3: a transaction of epoch " + std::to_string(epoch.value) + " of " +
                   const_cast<Guard&>(guard).host().name.str() +
                   " was let through after one of epoch " +
                   std::to_string(highest_committed_.value));
  highest_committed_ = std::max(highest_committed_, epoch);
}

}  // namespace jobflip::sim
