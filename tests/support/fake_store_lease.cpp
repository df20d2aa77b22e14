// The lease protocol of the model: beat, take, release.

#include <algorithm>

#include "support/fake_store.hpp"

namespace jobflip::test {

using core::AuditKind;
using core::FlipState;
using core::OwnerState;
using core::TakeOutcome;
using core::TakeReply;

namespace {

/// True if the flip still waits for its target to take the lease.
bool waits_for_take(FlipState state) {
  return state == FlipState::requested || state == FlipState::draining ||
         state == FlipState::released || state == FlipState::expired;
}

}  // namespace

core::PoolReport FakeDatabase::report_for(const core::PoolSettings& pool,
                                          const core::BeatRequest& request) const {
  const FakeOwner& owner = rows.owners.at(pool.name);
  core::PoolReport report;
  report.pool = pool.name;
  report.version = pool.version;
  const bool known = std::ranges::any_of(request.known, [&](const core::KnownPool& one) {
    return one.pool == pool.name && one.version == pool.version;
  });
  if (!known) report.settings = pool;
  report.epoch = owner.epoch;
  report.state = owner.state;
  report.holder = owner.holder;
  report.lease_beat = lease_beat(pool.name);
  report.paused = is_paused(pool);
  report.frozen = is_frozen(pool);
  report.drained = rows.drains.contains(request.node);
  report.own = owner.holder == request.node && owner.instance == request.instance;
  report.settled = owner.life == life_;
  const auto self = std::ranges::find(pool.candidates, request.node, &core::Candidate::node);
  for (const core::Candidate& other : pool.candidates)
    if (std::pair{other.priority, other.node} < std::pair{self->priority, self->node} &&
        is_live_candidate(pool, other.node))
      ++report.rank;
  if (const FakeFlip* flip = open_flip(pool.name)) {
    const core::FlipView& view = flip->view;
    const bool unreleased = view.state == FlipState::requested || view.state == FlipState::draining;
    report.flip = core::FlipDirective{
        .id = view.id,
        .state = view.state,
        .from = view.from,
        .to = is_restart(view) && unreleased ? NodeName{} : view.to,
        .automatic = view.automatic,
        .host_is_off = view.host_is_off,
        .overdue = now >= flip->deadline,
        .drain_timeout = flip->stalled ? pool.stalled_drain_timeout : pool.drain_timeout,
        .stalled = flip->stalled};
    if (!view.automatic && view.to == request.node) report.paused = false;
  }
  return report;
}

Result<core::BeatReply> FakeDatabase::beat(const std::string& login,
                                           const core::BeatRequest& request) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, request.node)) return *error;
  Millis takeover_after{0};
  const auto is_candidate = [&](const core::PoolSettings& pool) {
    return std::ranges::count(pool.candidates, request.node, &core::Candidate::node) > 0;
  };
  for (const auto& [name, pool] : rows.pools)
    if (is_candidate(pool)) takeover_after = std::max(takeover_after, pool.timings.takeover_after);
  FakeBeat& row = rows.beats[request.node];
  if (row.beat.value > 0 && row.instance != request.instance && now < row.beat_at + takeover_after)
    return Error{ErrorCode::refused, "another agent sends beats as " + request.node.str(), ""};
  find_set_back(request, row);
  ++row.beat.value;
  row.life = life_;
  row.beat_at = std::max(row.beat_at, now);
  if (row.renewals != request.renewals || row.instance != request.instance) {
    row.renewals = request.renewals;
    row.renewals_beat = row.beat;
    row.renewals_since = row.beat_at;
  }
  row.instance = request.instance;
  row.ready = {request.ready.begin(), request.ready.end()};
  row.not_ready_reason = request.not_ready_reason;
  take_in_crashes(login, request, row);
  core::BeatReply reply{.incarnation = *marker_,
                        .beat = row.beat,
                        .pools = {},
                        .history_whole = !marker_since_,
                        .life = life_};
  for (const auto& [name, pool] : rows.pools) {
    if (!is_candidate(pool)) continue;
    begin_drain(pool.name, login, request);
    reply.pools.push_back(report_for(pool, request));
  }
  return reply;
}

/// Beginnings and ends are recorded at most once a minute. An event that is not recorded is not
/// remembered.
void FakeDatabase::take_in_crashes(const std::string& login, const core::BeatRequest& request,
                                   FakeBeat& row) {
  const auto reports_crash = [](const std::vector<core::CrashReport>& reports,
                                const PoolName& pool) {
    return std::ranges::count(reports, pool, &core::CrashReport::pool) > 0;
  };
  std::vector<PoolName> changed;
  for (const auto& [name, pool] : rows.pools)
    if (std::ranges::count(pool.candidates, request.node, &core::Candidate::node) > 0 &&
        reports_crash(row.crashing, name) != reports_crash(request.crashing, name))
      changed.push_back(name);
  if (!changed.empty()) {
    if (row.crashes_recorded_at && since(*row.crashes_recorded_at) < std::chrono::minutes{1})
      return;
    row.crashes_recorded_at = now;
  }
  for (const PoolName& pool : changed)
    append_audit(
        pool.str(),
        reports_crash(request.crashing, pool) ? AuditKind::crash_loop : AuditKind::crash_loop_over,
        login, {.node = request.node.str()});
  row.crashing = request.crashing;
}

/// The beat by which a holder learns of a flip begins its drain.
void FakeDatabase::begin_drain(const PoolName& pool, const std::string& login,
                               const core::BeatRequest& request) {
  FakeFlip* flip = find_open(pool);
  const FakeOwner& owner = rows.owners.at(pool);
  const bool renewed =
      owner.state == OwnerState::held && owner.holder == request.node &&
      std::ranges::count(request.renewals, core::LeaseRenewal{pool, owner.epoch}) > 0;
  if (!beats_begin_drains || !flip || !renewed || flip->view.from != request.node ||
      now >= flip->deadline || flip->view.state != FlipState::requested)
    return;
  move_flip(*flip, core::FlipEvent::drain_begun, login, request.node, "");
}

/// For a lease that its holder did not release.
FakeDatabase::TakeConditions FakeDatabase::judge_held(const core::PoolSettings& pool,
                                                      const core::TakeRequest& request) const {
  const FakeOwner& owner = rows.owners.at(pool.name);
  const bool own = owner.holder == request.node;
  if (request.confirmed_empty && own && owner.instance == request.instance &&
      is_settled(pool, request))
    return {TakeOutcome::taken, "own", "the same agent held it"};
  const FakeFlip* flip = open_flip(pool.name);
  const bool flip_is_ours =
      flip && waits_for_take(flip->view.state) && flip->view.to == request.node;
  if (flip_is_ours && flip->view.host_is_off && flip->view.from == owner.holder)
    return {TakeOutcome::taken, "host_is_off", "a person stated that its host is powered off"};
  if (is_paused(pool) && !own && !(flip_is_ours && !flip->view.automatic))
    return {TakeOutcome::paused, "", "pause or observe mode stops takeovers"};
  const Millis wanted = takeover_after(pool);
  if (request.polls >= 3 && request.stood_still >= wanted &&
      now >= *last_renewed(pool.name) + wanted)
    return {TakeOutcome::taken, own ? "own" : "expired", "the holder no longer renews"};
  if (request.polls >= 3 && request.stood_still >= 3 * wanted)
    return {TakeOutcome::taken, "clock_fault", "the clock of the store is ignored"};
  return {TakeOutcome::not_expired, "", "the lease may still run"};
}

FakeDatabase::TakeConditions FakeDatabase::check_take_conditions(
    const core::TakeRequest& request) const {
  const auto found = rows.pools.find(request.pool);
  if (found == rows.pools.end() ||
      std::ranges::count(found->second.candidates, request.node, &core::Candidate::node) == 0)
    return {TakeOutcome::not_candidate, "", request.node.str() + " is not a candidate"};
  const core::PoolSettings& pool = found->second;
  const FakeOwner& owner = rows.owners.at(pool.name);
  const bool held = owner.state == OwnerState::held;
  if (held && owner.holder == request.node && owner.take_attempt == request.attempt)
    return {TakeOutcome::taken, "again", "this attempt has already taken it"};
  if (is_frozen(pool)) return {TakeOutcome::frozen, "", "the store lost history"};
  if (request.incarnation != *marker_ || request.life != life_ || request.epoch != owner.epoch ||
      (held && request.lease_beat != lease_beat(pool.name)))
    return {TakeOutcome::moved, "", "the lease is not the one that was watched"};
  if (rows.drains.contains(request.node))
    return {TakeOutcome::drained, "", request.node.str() + " is drained"};
  return held ? judge_held(pool, request) : judge_free(pool, request);
}

/// True if the row was written in this life of the server, or if the taker has been in touch for
/// so long that any holder with a later row would have renewed it.
bool FakeDatabase::is_settled(const core::PoolSettings& pool,
                              const core::TakeRequest& request) const {
  return rows.owners.at(pool.name).life == life_ || request.in_touch >= takeover_after(pool);
}

FakeDatabase::TakeConditions FakeDatabase::judge_free(const core::PoolSettings& pool,
                                                      const core::TakeRequest& request) const {
  const FakeFlip* flip = open_flip(pool.name);
  if (flip && waits_for_take(flip->view.state) && flip->view.to != request.node &&
      now < flip->deadline)
    return {TakeOutcome::reserved, "", "a flip names " + flip->view.to.str()};
  if (!is_settled(pool, request))
    return {TakeOutcome::not_expired, "", "the server was started since it was released"};
  return {TakeOutcome::taken, "released", "nobody holds it"};
}

Result<TakeReply> FakeDatabase::take(const std::string& login, const core::TakeRequest& request) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, request.node)) return *error;
  const TakeConditions judged = check_take_conditions(request);
  ++takes[{judged.outcome, judged.how}];
  if (judged.outcome != TakeOutcome::taken) return TakeReply{judged.outcome, {}, judged.sentence};
  FakeOwner& owner = rows.owners.at(request.pool);
  if (judged.how == "again") {
    const FakeFlip* flip = open_flip(request.pool);
    const bool carried =
        flip && flip->view.to == request.node && flip->view.state == FlipState::taken;
    return TakeReply{TakeOutcome::taken, owner.epoch, judged.sentence,
                     carried ? std::optional{flip->view.id} : std::nullopt};
  }
  const bool was_held = owner.state == OwnerState::held;
  const FakeOwner before = owner;
  gaps_ = gaps_ * 6364136223846793005u + 1442695040888963407u;
  owner.epoch.value =
      std::max(owner.epoch, rows.epoch_base).value + 1 + static_cast<std::int64_t>(gaps_ >> 60U);
  owner.state = OwnerState::held;
  owner.holder = request.node;
  owner.taken_at = now;
  owner.take_attempt = request.attempt;
  owner.instance = request.instance;
  owner.life = life_;
  const bool by_force =
      judged.how == "expired" || judged.how == "clock_fault" || judged.how == "host_is_off";
  const FakeFlip* of = open_flip(request.pool);
  const bool follows = of != nullptr && of->view.to == request.node;
  if (by_force && !follows && before.holder != request.node) {
    flip_follows_take(request, login, owner.epoch, was_held);
    const bool may_be_flip =
        request.pool.str() != core::kSupervisorPool && open_flip(request.pool) == nullptr;
    const auto flip = may_be_flip ? std::optional{FlipId{next_flip_}} : std::nullopt;
    append_audit(
        request.pool.str(), AuditKind::takeover, login,
        {.node = request.node.str(), .flip = flip, .epoch = owner.epoch, .reason = request.reason});
    if (flip) record_takeover(request, login, before, owner.epoch);
    return TakeReply{TakeOutcome::taken, owner.epoch, judged.sentence, flip};
  }
  append_audit(request.pool.str(), AuditKind::lease_taken, login,
               {.node = request.node.str(),
                .flip = of != nullptr ? std::optional{of->view.id} : std::nullopt,
                .epoch = owner.epoch,
                .reason = request.reason});
  return TakeReply{TakeOutcome::taken, owner.epoch, judged.sentence,
                   flip_follows_take(request, login, owner.epoch, was_held)};
}

std::optional<FlipId> FakeDatabase::flip_follows_take(const core::TakeRequest& request,
                                                      const std::string& login, Epoch epoch,
                                                      bool was_held) {
  FakeFlip* flip = find_open(request.pool);
  if (flip == nullptr) return std::nullopt;
  const FlipState state = flip->view.state;
  if (flip->view.to == request.node) {
    if (was_held && (state == FlipState::requested || state == FlipState::draining))
      move_flip(*flip, core::FlipEvent::lease_expired, login, request.node, "");
    flip->view.epoch = epoch;
    if (move_flip(*flip, core::FlipEvent::taken, login, request.node, "")) return flip->view.id;
  }
  move_flip(*flip, core::FlipEvent::superseded, login, request.node, "");
  return std::nullopt;
}

Result<core::ReleaseOutcome> FakeDatabase::release(const std::string& login,
                                                   const core::ReleaseRequest& request) {
  if (auto error = begin(true)) return *error;
  if (auto error = check_login(login, request.node)) return *error;
  const auto found = rows.owners.find(request.pool);
  if (found == rows.owners.end()) return core::ReleaseOutcome::not_holder;
  FakeOwner& owner = found->second;
  if (owner.holder != request.node || owner.epoch != request.epoch ||
      owner.instance != rows.beats.at(request.node).instance)
    return core::ReleaseOutcome::not_holder;
  if (owner.state == OwnerState::released)
    return owner.release_attempt == request.attempt ? core::ReleaseOutcome::released
                                                    : core::ReleaseOutcome::not_holder;
  if (renewals(request.pool) && rows.beats.at(request.node).life == life_) owner.life = life_;
  owner.state = OwnerState::released;
  owner.release_attempt = request.attempt;
  append_audit(request.pool.str(), AuditKind::lease_released, login,
               {.node = request.node.str(), .epoch = owner.epoch, .reason = request.reason});
  if (FakeFlip* flip = find_open(request.pool); flip && flip->view.from_epoch == request.epoch &&
                                                request.workers != core::WorkersEnd::unknown)
    flip->left_behind.workers = request.workers;
  if (FakeFlip* flip = find_open(request.pool); flip && flip->view.from == request.node)
    move_flip(*flip, core::FlipEvent::released, login, request.node, request.reason);
  return core::ReleaseOutcome::released;
}

}  // namespace jobflip::test
