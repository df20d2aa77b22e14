#include "sim/ledger.hpp"

#include <algorithm>

#include "sim/checker.hpp"

namespace jobflip::sim {
namespace {

const std::string kAudit = "S4-audit";
const std::string kChain = "S4-chain";

auto count_of(const auto& events, std::initializer_list<std::string_view> kinds) {
  return std::ranges::count_if(events, [&](const core::AuditEvent* event) {
    return std::ranges::count(kinds, event->kind) > 0;
  });
}

}  // namespace

void Ledger::start_over() {
  const auto& rows = world_.database.rows;
  for (const auto& [pool, owner] : rows.owners) leases_[pool] = {owner.epoch, owner.state};
  open_.clear();
  for (const auto& [id, flip] : rows.flips)
    if (!core::has_ended(flip.view.state)) open_[id] = {flip.view.state, flip.steps.size()};
  highest_flip_ = rows.flips.empty() ? FlipId{} : rows.flips.rbegin()->first;
  heads_.clear();
  for (const auto& [chain, events] : rows.audit)
    if (!events.empty()) heads_[chain] = {events.back().seq, events.back().hash};
}

void Ledger::after_statement() {
  checker_.note_generation();
  for (const auto& [chain, unused] : world_.database.rows.audit) {
    const Events events = read_new(chain);
    if (chain == "jobflip") continue;
    const PoolName pool = PoolName::of(chain);
    check_lease(pool, events);
    if (pool == world_.plan.pool.name) check_flips(events);
  }
}

/// Compares each event since the last check with the one before it.
Ledger::Events Ledger::read_new(const std::string& chain) {
  const auto& all = world_.database.rows.audit.at(chain);
  Head& head = heads_[chain];
  Events events;
  auto first = all.end();
  while (first != all.begin() && std::prev(first)->seq > head.seq) --first;
  for (auto event = first; event != all.end(); ++event) {
    ++world_.coverage.checks[kChain];
    if (event->seq != head.seq + 1)
      world_.violate(kChain, chain + ": number " + std::to_string(event->seq) + " follows on " +
                                 std::to_string(head.seq));
    if (event->previous_hash != head.hash || event->hash != test::FakeDatabase::hash_of(*event))
      world_.violate(kChain, chain + ": the hash of event " + std::to_string(event->seq) +
                                 " does not follow from the one before");
    head = {event->seq, event->hash};
    events.push_back(&*event);
  }
  return events;
}

void Ledger::check_lease(const PoolName& pool, const Events& events) {
  const auto owner = world_.database.rows.owners.find(pool);
  if (owner == world_.database.rows.owners.end()) return;
  Lease& known = leases_[pool];
  const auto& now = owner->second;
  const bool taken = now.epoch != known.epoch;
  const bool given_up = !taken && now.state != known.state;
  if (taken || given_up) ++world_.coverage.checks[kAudit];
  if (count_of(events, {"lease_taken", "takeover"}) != (taken ? 1 : 0) ||
      count_of(events, {"lease_released"}) != (given_up ? 1 : 0))
    world_.violate(kAudit, pool.str() +
                               ": a change of the lease has not exactly one event, or an "
                               "event has no change");
  for (const core::AuditEvent* event : events)
    if ((event->kind == "lease_taken" || event->kind == "takeover") &&
        (event->epoch != now.epoch.value || event->node != now.holder.str()))
      world_.violate(kAudit, pool.str() + ": the event of a take names another lease");
  known = {now.epoch, now.state};
  if (taken) checker_.pool_is_held(pool, now.holder, now.epoch);
}

void Ledger::check_flips(const Events& events) {
  for (auto flip = open_.begin(); flip != open_.end();) {
    check_flip(flip->first, flip->second, events);
    flip = core::has_ended(flip->second.state) ? open_.erase(flip) : std::next(flip);
  }
  // a takeover ends a flip that it supersedes, and is one itself
  const auto& flips = world_.database.rows.flips;
  for (auto flip = flips.upper_bound(highest_flip_); flip != flips.end(); ++flip) {
    highest_flip_ = flip->first;
    const bool takeover = flip->second.view.takeover;
    const auto state = takeover ? core::FlipState::taken : core::FlipState::requested;
    open_[flip->first] = {state, 1};
    if (count_of(events, {takeover ? "takeover" : "flip_requested"}) != 1)
      world_.violate(kAudit, "a flip does not begin with exactly one event");
    if (!takeover) check_restart(flip->second);
    if (on_step_) on_step_(state);
  }
  if (open_.size() > 1) world_.violate("F-one-open", "two open flips of one pool");
}

/// A restart is what the pool asks for, and never the next move after one that is spent: the pool
/// is flipped then. What came before is read from the flips, not from what the store decides by.
void Ledger::check_restart(const test::FakeFlip& flip) {
  const test::FakeRows& rows = world_.database.rows;
  const core::PoolSettings& pool = rows.pools.at(flip.view.pool);
  auto before = std::make_reverse_iterator(rows.flips.find(flip.view.id));
  while (before != rows.flips.rend() && !before->second.view.automatic) ++before;
  const bool after_one = before != rows.flips.rend() && is_restart(before->second.view);
  const bool no_cure = after_one && (before->second.view.state == core::FlipState::ineffective ||
                                     before->second.view.state == core::FlipState::failed);
  if (!is_restart(flip.view)) {
    if (no_cure && flip.view.automatic) ++world_.coverage.flips_after_restarts;
    return;
  }
  ++world_.coverage.checks["F-restart"];
  if (!flip.view.automatic || pool.first != core::FirstMove::restart)
    world_.violate("F-restart", "a restart that nobody asked for");
  if (!after_one) return;
  const core::FlipView& last = before->second.view;
  const bool same_lease = last.epoch.value_or(last.from_epoch) == flip.view.from_epoch;
  if (world_.database.now < *last.ended_at + pool.cooldown || (no_cure && same_lease))
    world_.violate("F-restart", "a restart follows flip " + std::to_string(last.id.value));
}

void Ledger::check_flip(FlipId id, Flip& known, const Events& events) {
  const auto& flip = world_.database.rows.flips.at(id);
  const auto made = static_cast<std::int64_t>(flip.steps.size() - known.steps);
  const auto recorded = std::ranges::count_if(events, [&](const core::AuditEvent* event) {
    return event->flip == id.value && event->kind.starts_with("flip_") &&
           event->kind != "flip_requested" && event->kind != "flip_refused";
  });
  if (made > 0) ++world_.coverage.checks[kAudit];
  if (made != recorded || (made == 0 && flip.view.state != known.state))
    world_.violate(kAudit, "flip " + std::to_string(id.value) + ": " + std::to_string(made) +
                               " steps and " + std::to_string(recorded) + " events");
  const bool moved = flip.view.state != known.state;
  known = {flip.view.state, flip.steps.size()};
  if (moved && is_restart(flip.view) && core::has_ended(flip.view.state))
    ++world_.coverage.restarts[flip.view.state];
  if (moved && on_step_) on_step_(flip.view.state);
}

void Ledger::check_all_flips_ended() {
  ++world_.coverage.checks["L-flips"];
  for (const auto& [id, flip] : world_.database.rows.flips)
    if (!core::has_ended(flip.view.state))
      world_.violate("L-flips", "flip " + std::to_string(id.value) + " has not ended");
  for (const auto& [request, answer] : world_.database.rows.requests)
    if (answer.accepted && !world_.database.rows.flips.contains(answer.flip))
      world_.violate("L-flips", "a request was accepted and has no flip");
}

}  // namespace jobflip::sim
