// What every statement of the model uses: the session, the marker, the audit, ages.

#include "support/fake_store.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "jobflip/base/check.hpp"

namespace jobflip::test {

using core::AuditKind;
using core::OwnerState;

/// The first statement after lost history writes a new marker. The freeze starts then.
std::optional<Error> FakeDatabase::begin(bool changes) {
  if (fault == Fault::refuses)
    return Error{ErrorCode::store_unreachable, "the store refuses connections", ""};
  if (changes && fault == Fault::read_only)
    return Error{ErrorCode::store_read_only, "the store takes no writes", ""};
  if (!marker_ && changes) {
    marker_ = Uuid{"incarnation-" + std::to_string(++incarnations_)};
    marker_since_ = now;
    known_life_ = lost_in_ = life_;
    set_back_.clear();
    begin_epochs({});
    append_audit("jobflip", AuditKind::store_event, "jobflip",
                 {.reason = "the store lost history"});
  }
  if (changes && known_life_ != life_) {
    known_life_ = life_;
    begin_epochs({});
  }
  return std::nullopt;
}

void FakeDatabase::lose_commits(FakeRows older) {
  rows = std::move(older);
  marker_.reset();
  ++life_;  // a standby has its own start time
}

void FakeDatabase::set_back(FakeRows older) {
  rows = std::move(older);
  restart();
}

/// Above every epoch that is on record or was seen, with room for takes that are not, and above
/// the clock.
void FakeDatabase::begin_epochs(Epoch seen) {
  Epoch highest = std::max(rows.epoch_base, seen);
  for (const auto& [pool, owner] : rows.owners) highest = std::max(highest, owner.epoch);
  gaps_ = gaps_ * 6364136223846793005u + 1442695040888963407u;
  const std::int64_t clock = std::chrono::duration_cast<Micros>(now.time_since_epoch()).count();
  rows.epoch_base.value =
      std::max(highest.value + 500'000, clock) + static_cast<std::int64_t>(gaps_ >> 45U);
}

/// If a node has seen more than is on record, the rows are older than that.
void FakeDatabase::find_set_back(const core::BeatRequest& request, const FakeBeat& row) {
  Epoch lost;
  for (const core::SeenEpoch& one : request.seen) {
    const auto pool = rows.pools.find(one.pool);
    if (pool == rows.pools.end() || one.epoch <= rows.owners.at(one.pool).epoch) continue;
    if (std::ranges::count(pool->second.candidates, request.node, &core::Candidate::node) > 0)
      lost = std::max(lost, one.epoch);
  }
  const bool has_pools = std::ranges::any_of(rows.pools, [&](const auto& one) {
    return std::ranges::count(one.second.candidates, request.node, &core::Candidate::node) > 0;
  });
  const bool claims_beat = request.seen_beat > row.beat && has_pools;
  if (lost.value == 0 && !claims_beat && !has_lost_head(request)) return;
  if (lost_in_ != life_) {
    marker_ = Uuid{"incarnation-" + std::to_string(++incarnations_)};
    marker_since_ = now;
    lost_in_ = life_;
    set_back_ = "node " + request.node.str() + " says it has seen more";
    begin_epochs(lost);
    append_audit("jobflip", AuditKind::store_event, request.node.str(),
                 {.node = request.node.str(),
                  .reason = "a claim that the store was set back: " + set_back_});
  } else if (lost > rows.epoch_base) {
    begin_epochs(lost);
    if (may_record(request.node.str(), "epoch_claim", 10))
      append_audit("jobflip.refusals", AuditKind::store_event, request.node.str(),
                   {.node = request.node.str(), .reason = "lost history: epochs go on above that"});
  }
}

/// Only supervisors report heads of audit chains.
bool FakeDatabase::has_lost_head(const core::BeatRequest& request) const {
  const auto pool = rows.pools.find(PoolName::of(core::kSupervisorPool));
  if (pool == rows.pools.end() ||
      std::ranges::count(pool->second.candidates, request.node, &core::Candidate::node) == 0)
    return false;
  return std::ranges::any_of(request.heads, [&](const core::ChainHead& head) {
    const auto chain = rows.audit.find(head.chain);
    if (chain == rows.audit.end() || chain->second.empty()) return true;
    if (head.seq > chain->second.back().seq) return true;
    const auto event = std::ranges::find(chain->second, head.seq, &core::AuditEvent::seq);
    return event != chain->second.end() && event->hash != head.hash;
  });
}

std::optional<Error> FakeDatabase::check_login(const std::string& login,
                                               const NodeName& node) const {
  const auto found = rows.logins.find(node);
  if (found != rows.logins.end() && found->second == login) return std::nullopt;
  return Error{ErrorCode::store_denied, "login " + login + " is not that of " + node.str(), ""};
}

void FakeDatabase::append_audit(const std::string& chain, core::AuditKind kind,
                                const std::string& login, AuditFields what) {
  auto& events = rows.audit[chain];
  if (!keep_audit_text && events.size() >= 50) events.erase(events.begin(), events.begin() + 25);
  core::AuditEvent event;
  event.chain = chain;
  event.seq = events.empty() ? 1 : events.back().seq + 1;
  event.at = now;
  event.kind = core::name_of(kind);
  if (!what.node.empty()) event.node = what.node;
  if (what.flip) event.flip = what.flip->value;
  if (what.epoch) event.epoch = what.epoch->value;
  event.session_user = login;
  if (!what.actor.empty()) event.actor = what.actor;
  event.reason = std::move(what.reason);
  for (const auto& [key, value] : what.payload)
    event.payload += (event.payload.empty() ? "{\"" : ", \"") + key + "\": \"" + value + "\"";
  event.payload += event.payload.empty() ? "{}" : "}";
  if (!events.empty()) event.previous_hash = events.back().hash;
  event.hash = hash_of(event);
  events.push_back(std::move(event));
}

/// The first `most` events in a minute are recorded separately.
bool FakeDatabase::may_record(const std::string& login, const std::string& kind, int most) {
  auto& count = rows.refusals[{login, kind}];
  if (count.recorded == 0 || now < count.since || now > count.since + std::chrono::minutes{1})
    count = {now, 0};
  if (count.recorded >= most) return false;
  ++count.recorded;
  return true;
}

Millis FakeDatabase::since(WallTime then) const {
  return std::max(Millis{0}, std::chrono::duration_cast<Millis>(now - then));
}

std::string FakeDatabase::hash_of(const core::AuditEvent& event) {
  std::uint64_t sum = 14695981039346656037u;  // FNV-1a
  const auto add = [&sum](const std::string& field) {
    for (const char c : field) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
    sum = (sum ^ 0xFFu) * 1099511628211u;
  };
  for (const std::int64_t number : {event.seq, event.flip.value_or(-1), event.epoch.value_or(-1),
                                    static_cast<std::int64_t>(event.at.time_since_epoch().count())})
    sum = (sum ^ static_cast<std::uint64_t>(number)) * 1099511628211u;
  for (const std::string* field :
       {&event.previous_hash, &event.chain, &event.kind, &event.session_user, &event.reason})
    add(*field);
  add(event.node.value_or(""));
  add(event.actor.value_or(""));
  std::string hash(sizeof sum, '\0');
  for (char& byte : hash) {
    byte = static_cast<char>(sum & 0xFFu);
    sum >>= 8;
  }
  return hash;
}

bool FakeDatabase::is_frozen(const core::PoolSettings& pool) const {
  if (!marker_) return true;
  Millis freeze = pool.timings.freeze;
  const auto change = rows.timings_changes.find(pool.name);
  if (change != rows.timings_changes.end() && now < change->second.at + change->second.freeze)
    freeze = std::max(freeze, change->second.freeze);
  return marker_since_ && now < *marker_since_ + freeze;
}

Millis FakeDatabase::takeover_after(const core::PoolSettings& pool) const {
  const auto change = rows.timings_changes.find(pool.name);
  if (change == rows.timings_changes.end() ||
      now >= change->second.at + change->second.takeover_after)
    return pool.timings.takeover_after;
  return std::max(pool.timings.takeover_after, change->second.takeover_after);
}

bool FakeDatabase::is_paused(const core::PoolSettings& pool) const {
  const auto pause = rows.pauses.find(pool.name);
  return pool.mode == core::PoolMode::observe ||
         (pause != rows.pauses.end() && now < pause->second.until);
}

bool FakeDatabase::is_fresh(const NodeName& node, const core::LeaseTimings& timings) const {
  const auto beat = rows.beats.find(node);
  return beat != rows.beats.end() && now - beat->second.beat_at <= core::beat_fresh_within(timings);
}

bool FakeDatabase::is_live_candidate(const core::PoolSettings& pool, const NodeName& node) const {
  return is_fresh(node, pool.timings) && rows.beats.at(node).ready.contains(pool.name) &&
         !rows.drains.contains(node);
}

/// True if the holder's own row says that it still uses the lease.
bool FakeDatabase::renewals(const PoolName& pool) const {
  const FakeOwner& owner = rows.owners.at(pool);
  const auto beat = rows.beats.find(owner.holder);
  return beat != rows.beats.end() &&
         std::ranges::count(beat->second.renewals, core::LeaseRenewal{pool, owner.epoch}) > 0;
}

BeatNumber FakeDatabase::lease_beat(const PoolName& pool) const {
  const auto beat = rows.beats.find(rows.owners.at(pool).holder);
  if (beat == rows.beats.end()) return {};
  return renewals(pool) ? beat->second.beat : beat->second.renewals_beat;
}

std::optional<WallTime> FakeDatabase::last_renewed(const PoolName& pool) const {
  const FakeOwner& owner = rows.owners.at(pool);
  if (owner.state != OwnerState::held) return std::nullopt;
  const auto beat = rows.beats.find(owner.holder);
  if (beat == rows.beats.end()) return owner.taken_at;
  return std::max(owner.taken_at,
                  renewals(pool) ? beat->second.beat_at : beat->second.renewals_since);
}

bool FakeDatabase::fence(const PoolName& pool, Epoch epoch) const {
  const auto owner = rows.owners.find(pool);
  return owner != rows.owners.end() && owner->second.state == OwnerState::held &&
         owner->second.epoch == epoch;
}

FakeFlip* FakeDatabase::find_open(const PoolName& pool) {
  for (auto flip = rows.flips.rbegin(); flip != rows.flips.rend(); ++flip)
    if (flip->second.view.pool == pool && !core::has_ended(flip->second.view.state))
      return &flip->second;
  return nullptr;
}

const FakeFlip* FakeDatabase::open_flip(const PoolName& pool) const {
  return const_cast<FakeDatabase*>(this)->find_open(pool);
}

bool FakeDatabase::is_leader(const NodeName& supervisor, Epoch epoch) const {
  const auto owner = rows.owners.find(PoolName::of(core::kSupervisorPool));
  return owner != rows.owners.end() && owner->second.state == OwnerState::held &&
         owner->second.holder == supervisor && owner->second.epoch == epoch;
}

int FakeDatabase::budget_used() const {
  return static_cast<int>(std::ranges::count_if(rows.flips, [&](const auto& entry) {
    const core::FlipView& view = entry.second.view;
    const bool was_no_cure =
        is_restart(view) && view.ended_at && view.state != core::FlipState::verified;
    return view.automatic && now - view.requested_at < rows.budget.window && !was_no_cure;
  }));
}

}  // namespace jobflip::test
