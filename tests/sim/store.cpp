#include "sim/store.hpp"

#include <algorithm>
#include <utility>

namespace jobflip::sim {

using core::TakeOutcome;

Result<core::BeatReply> Store::ask(const std::string& login, const core::BeatRequest& request) {
  core::BeatRequest mutated = request;
  if (world_.mutant == Mutant::set_back_unnoticed) {
    mutated.seen.clear();
    mutated.seen_beat = {};
  }
  auto reply = run([&](FakeDatabase& database) { return database.beat(login, mutated); });
  if (reply) checker_.epochs_were_reported(request.node, request.seen);
  if (reply)
    for (core::PoolReport& report : reply->pools) spoil(report, request.node);
  return reply;
}

/// A pool's report, as a mutant changes it.
void Store::spoil(core::PoolReport& report, const NodeName& node) const {
  if (world_.mutant == Mutant::own_without_watch)
    report.own = report.settled = report.holder == node;
  if (world_.mutant == Mutant::kept_is_renewed_at_once && report.state == core::OwnerState::held)
    report.settled = true;
  if (world_.mutant == Mutant::freeze_held_only && report.state == core::OwnerState::released)
    report.settled = true;
}

Result<core::FlipStepOutcome> Store::ask(const std::string& login,
                                         const core::FlipStepRequest& request) {
  return run([&](FakeDatabase& database) { return database.step_flip(login, request); });
}

Result<core::BlackBoxReply> Store::ask(const std::string& login,
                                       const core::KeepBlackBoxRequest& request) {
  const auto kept =
      run([&](FakeDatabase& database) { return database.keep_black_box(login, request); });
  if (kept) ++world_.coverage.captures[*kept];
  return kept;
}

Result<core::ReleaseOutcome> Store::ask(const std::string& login,
                                        const core::ReleaseRequest& request) {
  const bool ours = request.pool == world_.plan.pool.name;
  if (ours && row_is_kept()) {
    ++world_.coverage.releases[core::ReleaseOutcome::blocked];
    return core::ReleaseOutcome::blocked;
  }
  const auto outcome =
      run([&](FakeDatabase& database) { return database.release(login, request); });
  if (!outcome || !ours) return outcome;
  ++world_.coverage.releases[*outcome];
  if (*outcome != core::ReleaseOutcome::released) return outcome;
  end_fenced();
  checker_.workers_released(request.node, request.epoch);
  return outcome;
}

Result<core::TakeReply> Store::ask(const std::string& login, core::TakeRequest request) {
  auto& rows = world_.database.rows;
  if (world_.mutant == Mutant::take_without_cas) {
    request.epoch = rows.owners.at(request.pool).epoch;
    request.lease_beat = world_.database.lease_beat(request.pool);
    if (const auto marker = world_.database.marker()) request.incarnation = *marker;
  }
  if (world_.mutant == Mutant::own_without_watch)
    rows.owners.at(request.pool).instance = request.instance;
  const bool ours = request.pool == world_.plan.pool.name;
  if (ours && row_is_kept()) {
    ++world_.database.takes[{TakeOutcome::blocked, ""}];
    return core::TakeReply{TakeOutcome::blocked, {}, "a transaction holds the ownership row"};
  }
  const Epoch before = rows.owners.at(request.pool).epoch;
  const auto reply = run([&](FakeDatabase&) { return take(login, request); });
  if (ours && reply && reply->outcome == TakeOutcome::taken && reply->epoch != before) end_fenced();
  return reply;
}

/// The model's own take, or a mutant's version of it.
Result<core::TakeReply> Store::take(const std::string& login, const core::TakeRequest& request) {
  auto& rows = world_.database.rows;
  const auto owner = rows.owners.find(request.pool);
  const Epoch before = owner->second.epoch;
  if (world_.mutant == Mutant::freeze_held_only &&
      owner->second.state == core::OwnerState::released) {
    auto& freeze = rows.pools.at(request.pool).timings.freeze;
    const Millis kept = std::exchange(freeze, Millis{0});
    core::TakeRequest in_touch = request;
    // The second safeguard: after a restart of the server the taker must wait, too.
    in_touch.in_touch = kept;
    auto reply = world_.database.take(login, in_touch);
    freeze = kept;
    return reply;
  }
  auto reply = world_.database.take(login, request);
  const bool is_new = reply && reply->outcome == TakeOutcome::taken && reply->epoch != before;
  if (is_new) spoil_audit(request.pool);
  if (world_.mutant != Mutant::epoch_plus_one || !is_new) return reply;
  reply->epoch = owner->second.epoch = Epoch{before.value + 1};
  auto& events = rows.audit.at(request.pool.str());
  auto event = std::ranges::find_if(events.rbegin(), events.rend(), [](const auto& one) {
                 return one.kind == "lease_taken" || one.kind == "takeover";
               }).base();
  std::prev(event)->epoch = before.value + 1;
  // An event that is not about a fault of the chain.
  for (--event; event != events.end(); ++event) {
    if (event != events.begin()) event->previous_hash = std::prev(event)->hash;
    event->hash = FakeDatabase::hash_of(*event);
  }
  return reply;
}

void Store::spoil_audit(const PoolName& pool) {
  auto& events = world_.database.rows.audit.at(pool.str());
  if (world_.mutant == Mutant::event_rewritten) events.back().reason += " and so on";
  const std::string& kind = events.back().kind;  // of the flip's step, if a flip goes on
  const bool is_take = kind == "lease_taken" || kind == "takeover";
  if (world_.mutant == Mutant::take_unaudited && is_take) events.pop_back();
}

std::shared_ptr<Fenced> Store::begin_fenced(const NodeName& node, Epoch epoch) {
  if (!world_.database.fence(world_.plan.pool.name, epoch)) return nullptr;
  fenced_.push_back(std::make_shared<Fenced>(Fenced{node, epoch, world_.store_lives, true}));
  return fenced_.back();
}

bool Store::commit(Fenced& transaction) {
  const bool alive = transaction.open && transaction.store_life == world_.store_lives;
  transaction.open = false;
  std::erase_if(fenced_, [](const auto& one) { return !one->open; });
  if (alive) checker_.committed(transaction.node, transaction.epoch);
  return alive;
}

/// A transaction that the store can't end keeps the ownership row.
bool Store::row_is_kept() {
  if (world_.mutant == Mutant::plain_select_fence) return false;
  return !fenced_.empty() && world_.happens(Fault::worker_holds_row);
}

/// A statement that changes the ownership row first waits for those that hold it FOR SHARE, and
/// then ends them.
void Store::end_fenced() {
  if (world_.mutant == Mutant::plain_select_fence) return;
  for (const auto& one : fenced_) one->open = false;
  fenced_.clear();
}

void Store::crash() {
  ++world_.store_lives;
  fenced_.clear();
  if (world_.mutant != Mutant::no_marker) world_.database.lose_history();
}

/// Only what the agents remember shows this: the marker is the same.
void Store::be_set_back(const FakeRows& older) {
  ++world_.store_lives;
  fenced_.clear();
  if (world_.mutant == Mutant::set_back_unnoticed) {
    world_.database.rows = older;
  } else {
    world_.database.set_back(older);
  }
  ledger_.start_over();
  checker_.history_was_lost(true);
}

void Store::be_replaced(const FakeRows& older) {
  ++world_.store_lives;
  fenced_.clear();
  if (world_.mutant == Mutant::no_marker) {
    world_.database.rows = older;
  } else {
    world_.database.lose_commits(older);
  }
  ledger_.start_over();
  checker_.history_was_lost(false);
}

}  // namespace jobflip::sim
