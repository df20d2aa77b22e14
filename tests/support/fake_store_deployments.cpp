#include "support/fake_store_deployments.hpp"

#include <algorithm>

namespace jobflip::test {

using core::AuditKind;
using core::Deployment;
using core::DeploymentAnswer;
using core::DeploymentMark;
using core::DeploymentState;
using core::Incident;

namespace {

std::string which(const Deployment& one) {
  return "deployment " + std::to_string(one.id) + " of version " + one.version;
}

DeploymentAnswer refused(const std::string& rule, const std::string& sentence,
                         std::int64_t deployment = 0) {
  return {false, false, rule, sentence, deployment};
}

DeploymentAnswer accepted(bool changed, const Deployment& one, const std::string& sentence) {
  return {true, changed, "", which(one) + sentence, one.id, one.flip_back};
}

/// As readers see it: one that nobody ended in time has expired.
Deployment seen(Deployment one, WallTime now) {
  const auto over = one.started_at + core::kLongestDeployment;
  if (one.state != DeploymentState::running || now < over) return one;
  one.state = DeploymentState::expired;
  one.ended_at = over;
  return one;
}

}  // namespace

Deployment* FakeDeployments::newest(const PoolName& pool) {
  auto& all = database_.rows.deployments;
  for (auto one = all.rbegin(); one != all.rend(); ++one)
    if (one->second.pool == pool) return &one->second;
  return nullptr;
}

void FakeDeployments::record(const Deployment& one, AuditKind kind, const std::string& login,
                             const std::string& actor, const std::string& reason,
                             std::optional<FlipId> flip) {
  database_.append_audit(one.pool.str(), kind, login,
                         {.flip = flip,
                          .actor = actor,
                          .reason = reason.empty() ? "version " + one.version : reason,
                          .payload = {{"version", one.version}}});
}

void FakeDeployments::expire(const PoolName& pool, const std::string& login, bool now) {
  Deployment* one = newest(pool);
  if (one == nullptr || one->state != DeploymentState::running) return;
  const auto over = one->started_at + core::kLongestDeployment;
  if (!now && database_.now < over) return;
  one->state = DeploymentState::expired;
  one->ended_at = std::min(over, database_.now);
  one->ended_by = login;
  record(*one, AuditKind::deployment_expired, login, login, "nobody ended it", one->flip);
}

bool FakeDeployments::was_in_vain(FlipId flip) const {
  const auto state = database_.rows.flips.at(flip).view.state;
  return state == core::FlipState::failed || state == core::FlipState::aborted;
}

Result<DeploymentAnswer> FakeDeployments::mark(const std::string& login, const DeploymentMark& mark,
                                               const core::OperatorContext& by) {
  using What = DeploymentMark::What;
  if (auto error = database_.begin(true)) return *error;
  if (mark.what == What::start || !mark.version.empty())
    if (const auto why = core::why_not_a_version(mark.version); !why.empty())
      return Error{ErrorCode::usage, "version " + why, "give a version such as 4.2.1"};
  if (!database_.rows.pools.contains(mark.pool) || mark.pool.str() == core::kSupervisorPool)
    return Error{ErrorCode::not_found, "no pool " + mark.pool.str(), ""};
  expire(mark.pool, login, false);
  const std::string actor = by.claimed_name.empty() ? login : by.claimed_name;
  if (mark.what == What::start) return start(login, mark, actor, by.reason);
  DeploymentAnswer answer = end(login, mark, actor, by.reason);
  if (!answer.accepted || mark.what == What::done) return answer;
  Deployment& one = *newest(mark.pool);
  const bool flipped = one.flip_back && !was_in_vain(*one.flip_back);
  if (!flipped) answer.flip_back.reset();
  if (mark.flip_back && !flipped) flip_back(one, mark, login, by, answer);
  const bool flips = answer.flip_back && !flipped;
  if (answer.changed || flips) classify(one, login, actor, by.reason);
  if (answer.changed)
    record(one, AuditKind::deployment_rolled_back, login, actor, by.reason, answer.flip_back);
  else if (flips)
    record(one, AuditKind::deployment_flip, login, actor, by.reason, one.flip_back);
  return answer;
}

DeploymentAnswer FakeDeployments::start(const std::string& login, const DeploymentMark& mark,
                                        const std::string& actor, const std::string& reason) {
  auto& all = database_.rows.deployments;
  if (const Deployment* one = newest(mark.pool);
      one != nullptr && one->state == DeploymentState::running) {
    if (one->version != mark.version || database_.rows.deployment_logins.at(one->id) != login)
      return refused("deployment", which(*one) + " is running", one->id);
    return accepted(false, *one, " is already running");
  }
  const std::int64_t id = all.empty() ? 1 : all.rbegin()->first + 1;
  database_.rows.deployment_logins[id] = login;
  Deployment& one = all[id];
  one.id = id;
  one.pool = mark.pool;
  one.version = mark.version;
  one.started_at = database_.now;
  one.started_by = actor;
  one.reason = reason;
  record(one, AuditKind::deployment_started, login, actor, reason, {});
  return accepted(true, one, " is running");
}

DeploymentAnswer FakeDeployments::end(const std::string& login, const DeploymentMark& mark,
                                      const std::string& actor, const std::string& reason) {
  using enum DeploymentState;
  const bool is_done = mark.what == DeploymentMark::What::done;
  const DeploymentState wanted = is_done ? done : rolled_back;
  Deployment* one = newest(mark.pool);
  if (one == nullptr) return refused("deployment", "there was none");
  if (!mark.version.empty() && mark.version != one->version)
    return refused("version", "the last was " + which(*one), one->id);
  if (one->state == wanted) return accepted(false, *one, " already is");
  if (one->state != running && (is_done || mark.version.empty()))
    return refused("deployment", "none is running; the last was " + which(*one), one->id);
  one->state = wanted;
  one->ended_at = database_.now;
  one->ended_by = actor;
  if (!reason.empty()) one->reason = reason;
  if (is_done) record(*one, AuditKind::deployment_done, login, actor, reason, one->flip);
  return accepted(true, *one, " has ended");
}

void FakeDeployments::flip_back(Deployment& one, const DeploymentMark& mark,
                                const std::string& login, const core::OperatorContext& by,
                                DeploymentAnswer& answer) {
  const auto found = one.flip ? database_.rows.flips.find(*one.flip) : database_.rows.flips.end();
  const bool ended = found != database_.rows.flips.end() && found->second.view.ended_at;
  if (found == database_.rows.flips.end() || found->second.view.from.empty() ||
      (ended && !found->second.view.taken_at)) {
    answer.flip_sentence = "nothing to flip back";
    return;
  }
  const core::FlipView& view = found->second.view;
  const FakeOwner& owner = database_.rows.owners.at(one.pool);
  if (ended && owner.state == core::OwnerState::held && owner.holder == view.from) {
    answer.flip_sentence = "the old node already holds the pool";
    return;
  }
  core::FlipRequest request;
  request.request = mark.request;
  request.pool = one.pool;
  request.from = view.to;
  request.to = view.from;
  request.by.claimed_name = by.claimed_name;
  request.reason = by.reason;
  request.evidence = mark.evidence;
  request.stalled = mark.stalled;
  const auto flip = database_.request_flip(login, request);
  if (!flip->accepted) {
    answer.flip_rule = flip->rule;
    answer.flip_sentence = flip->sentence;
    return;
  }
  one.flip_back = answer.flip_back = flip->flip;
  for (const auto& [id, incident] : database_.rows.incidents)
    if (std::ranges::count(incident.flips, flip->flip) > 0)
      database_.rows.matched.insert({id, one.id});
}

bool FakeDeployments::is_cause(const Deployment& one, const Incident& incident) const {
  const auto& window = database_.rows.pools.at(one.pool).deploy_window;
  if (incident.kind == core::IncidentClass::deployment || !incident.kind_by.empty()) return false;
  if (incident.cause == core::IncidentCause::person && incident.kind != core::IncidentClass::other)
    return false;
  if (incident.closed_at && *incident.closed_at <= database_.now - window) return false;
  const auto is_own = [&](FlipId flip) { return flip == one.flip || flip == one.flip_back; };
  const bool cured = std::ranges::any_of(incident.flips, [&](FlipId flip) {
    return !is_own(flip) && database_.rows.flips.at(flip).view.state == core::FlipState::verified;
  });
  const bool only_planned =
      incident.closed_at && incident.cause == core::IncidentCause::flip &&
      std::ranges::all_of(incident.flips, [&](FlipId flip) { return flip == one.flip; });
  return !cured && !only_planned;
}

void FakeDeployments::classify(const Deployment& one, const std::string& login,
                               const std::string& actor, const std::string& reason) {
  for (auto& [id, incident] : database_.rows.incidents) {
    if (!database_.rows.matched.contains({id, one.id}) || !is_cause(one, incident)) continue;
    incident.kind = core::IncidentClass::deployment;
    database_.append_audit(one.pool.str(), AuditKind::incident_changed, login,
                           {.actor = actor,
                            .reason = reason,
                            .payload = {{"what", "class"}, {"value", "deployment"}}});
  }
}

void FakeDeployments::match(const Incident& incident) {
  const auto since = incident.opened_at - database_.rows.pools.at(incident.pool).deploy_window;
  for (const auto& [id, row] : database_.rows.deployments) {
    const Deployment one = seen(row, database_.now);
    if (one.pool != incident.pool) continue;
    const bool ended = one.ended_at && one.state != DeploymentState::expired;
    if (one.state == DeploymentState::running || one.started_at >= since ||
        (ended && *one.ended_at >= since))
      database_.rows.matched.insert({incident.id, id});
  }
}

std::vector<Deployment> FakeDeployments::of(IncidentId incident) const {
  std::vector<Deployment> found;
  for (const auto& [id, row] : database_.rows.deployments)
    if (database_.rows.matched.contains({incident, id})) found.push_back(seen(row, database_.now));
  std::ranges::reverse(found);
  return found;
}

Result<std::vector<Deployment>> FakeDeployments::find(const core::DeploymentQuery& query) const {
  if (auto error = database_.begin(false)) return *error;
  std::vector<Deployment> found;
  for (const auto& [id, row] : database_.rows.deployments) {
    const Deployment& one = row;
    if ((query.pool.empty() || one.pool == query.pool) &&
        (!query.since || one.started_at >= *query.since) &&
        (!query.until || one.started_at < *query.until))
      found.push_back(seen(one, database_.now));
  }
  std::ranges::reverse(found);
  if (found.size() > static_cast<std::size_t>(query.limit))
    found.resize(static_cast<std::size_t>(query.limit));
  return found;
}

std::optional<core::RunningDeployment> FakeDeployments::running(const FakeRows& rows, WallTime now,
                                                                const core::PoolSettings& pool) {
  for (const auto& [id, row] : rows.deployments) {
    const Deployment one = seen(row, now);
    if (one.pool != pool.name || one.state != DeploymentState::running) continue;
    core::RunningDeployment view;
    view.id = id;
    view.version = one.version;
    view.started_by = one.started_by;
    view.age = std::chrono::duration_cast<Millis>(now - one.started_at);
    if (view.age < pool.deploy_grace) view.hold_left = pool.deploy_grace - view.age;
    view.flip = one.flip;
    return view;
  }
  return std::nullopt;
}

std::optional<core::FlipAnswer> FakeDeployments::refusal_of(
    const core::FlipRequest& request) const {
  if (request.deployment == 0 || request.refuse_only) return std::nullopt;
  const auto row = database_.rows.deployments.find(request.deployment);
  const auto refuse = [](const std::string& why) {
    return core::FlipAnswer{false, {}, "deployment", why};
  };
  if (row == database_.rows.deployments.end() || row->second.pool != request.pool)
    return refuse("there is no such deployment");
  const Deployment one = seen(row->second, database_.now);
  if (one.state != DeploymentState::running) return refuse("it is not running");
  if (!one.flip) return std::nullopt;
  if (was_in_vain(*one.flip)) return std::nullopt;
  return refuse("it has its planned flip already");
}

Result<core::FlipAnswer> FakeDeployments::request_flip(const std::string& login,
                                                       const core::FlipRequest& request) {
  const bool repeated = database_.rows.requests.contains(request.request);
  if (const auto refused = refusal_of(request); refused && !repeated) return *refused;
  const auto answer = database_.request_flip(login, request);
  if (!answer || !answer->accepted || repeated || request.deployment == 0) return answer;
  Deployment& one = database_.rows.deployments.at(request.deployment);
  one.flip = answer->flip;
  record(one, AuditKind::deployment_flip, login,
         request.by.claimed_name.empty() ? login : request.by.claimed_name, request.reason,
         one.flip);
  return answer;
}

void FakeDeployments::expire_removed(const std::string& login) {
  for (const auto& [id, one] : database_.rows.deployments)
    if (!database_.rows.pools.contains(one.pool)) expire(one.pool, login, true);
}

}  // namespace jobflip::test
