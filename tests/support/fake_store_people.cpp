// What operators change in the model: the fleet, pauses, drains, an abort, an acknowledgement.

#include <algorithm>

#include "support/fake_store_deployments.hpp"

namespace jobflip::test {

using core::AuditKind;
using core::OperatorAnswer;

namespace {

Error no_such(const std::string& what) {
  return Error{ErrorCode::not_found, "no " + what, ""};
}

bool same_but_version(core::PoolSettings a, const core::PoolSettings& b) {
  a.version = b.version;
  return a == b;
}

core::PoolSettings supervisors_pool(const core::Fleet& fleet) {
  core::PoolSettings pool;
  pool.name = PoolName::of(core::kSupervisorPool);
  pool.timings = fleet.supervisor_timings;
  int priority = 0;
  for (const core::NodeSettings& one : fleet.supervisors)
    pool.candidates.push_back({one.name, priority += 10});
  return pool;
}

std::vector<std::string> service_changes(const FakeServiceRows& rows,
                                         const std::vector<core::ServiceSettings>& wanted) {
  std::vector<std::string> lines;
  std::set<std::string> names;
  for (const auto& one : wanted) {
    names.insert(one.name.str());
    const auto before = rows.services.find(one.name.str());
    if (before == rows.services.end())
      lines.push_back("service " + one.name.str() + ": new");
    else if (before->second.settings != one)
      lines.push_back("service " + one.name.str() + ": changed");
  }
  for (const auto& [name, unused] : rows.services)
    if (!names.contains(name)) lines.push_back("service " + name + ": removed");
  return lines;
}

/// What of them changes.
std::vector<std::string> take_over_limits(FakeRows& rows, const core::Fleet& fleet) {
  std::vector<std::string> lines;
  if (!(fleet.budget == rows.budget))
    lines.push_back("budget: " + std::to_string(fleet.budget.flips) + " flips");
  if (!(fleet.keeping == rows.keeping))
    lines.push_back("samples_kept: " + short_duration(fleet.keeping.samples_kept));
  for (auto& line : service_changes(rows.services, fleet.services))
    lines.push_back(std::move(line));
  rows.budget = fleet.budget;
  rows.keeping = fleet.keeping;
  return lines;
}

}  // namespace

Result<std::vector<std::string>> FakeDatabase::apply(const std::string& login,
                                                     const core::Fleet& fleet,
                                                     const core::OperatorContext& by,
                                                     bool dry_run) {
  if (auto error = begin(!dry_run)) return *error;
  std::vector<std::string> changes;
  const auto change = [&](const std::string& chain, const std::string& line,
                          AuditKind kind = AuditKind::fleet_applied) {
    changes.push_back(line);
    if (!dry_run) append_audit(chain, kind, login, {.actor = by.claimed_name, .reason = line});
  };
  FakeRows next = rows;
  auto& logins = next.logins = {};
  next.nodes.clear();
  for (const auto* list : {&fleet.nodes, &fleet.supervisors})
    for (const core::NodeSettings& one : *list) {
      logins[one.name] = one.login.empty() ? one.name.str() : one.login;
      if (list == &fleet.nodes) next.nodes.insert(one.name);
      const auto before = rows.logins.find(one.name);
      if (before == rows.logins.end())
        change("jobflip", "node " + one.name.str() + ": new");
      else if (before->second != logins[one.name])
        change("jobflip", "node " + one.name.str() + ": login " + logins[one.name]);
    }
  for (const auto& [name, unused] : rows.logins)
    if (!logins.contains(name)) change("jobflip", "node " + name.str() + ": removed");
  for (const auto& line : take_over_limits(next, fleet)) change("jobflip", line);
  std::vector<core::PoolSettings> wanted = fleet.pools;
  if (!fleet.supervisors.empty()) wanted.push_back(supervisors_pool(fleet));
  for (core::PoolSettings& pool : wanted) {
    const auto before = rows.pools.find(pool.name);
    if (before != rows.pools.end() && same_but_version(pool, before->second)) continue;
    change(pool.name.str(),
           "pool " + pool.name.str() + (before == rows.pools.end() ? ": new" : ": changed"),
           AuditKind::settings_changed);
    pool.version.value = before == rows.pools.end() ? 1 : before->second.version.value + 1;
    if (before != rows.pools.end()) {
      const auto& was = before->second.timings;
      if (was.takeover_after != pool.timings.takeover_after || was.freeze != pool.timings.freeze) {
        FakeTimingsChange& last = next.timings_changes[pool.name];
        last = {now, takeover_after(before->second), std::max(was.freeze, last.freeze)};
      }
    }
    next.pools[pool.name] = pool;
    const auto [owner, is_new] = next.owners.try_emplace(pool.name);
    if (is_new) owner->second.life = life_;
  }
  for (const auto& [name, unused] : rows.pools) {
    if (std::ranges::count(wanted, name, &core::PoolSettings::name) > 0) continue;
    change(name.str(), "pool " + name.str() + ": removed", AuditKind::pool_removed);
    next.pools.erase(name);
  }
  if (dry_run) return changes;
  next.audit = std::move(rows.audit);
  rows = std::move(next);
  FakeDeployments{*this}.expire_removed(login);
  forget_learned();
  FakeServices{*this}.apply(login, by.claimed_name, fleet.services);
  return changes;
}

Result<OperatorAnswer> FakeDatabase::abort_flip(const std::string& login, FlipId flip,
                                                const core::OperatorContext& by) {
  if (auto error = begin(true)) return *error;
  const auto found = rows.flips.find(flip);
  if (found == rows.flips.end()) return no_such("flip " + std::to_string(flip.value));
  if (found->second.view.state == core::FlipState::aborted)
    return OperatorAnswer{true, false, "", "it was aborted before"};
  if (!move_flip(found->second, core::FlipEvent::abort, login, {}, by.reason)) {
    if (may_record(login, "abort_refused", 300))
      append_audit("jobflip.refusals", AuditKind::abort_refused, login,
                   {.flip = flip, .actor = by.claimed_name, .reason = by.reason});
    return OperatorAnswer{false, false, "flip-in-progress",
                          "a flip that is " + std::string{core::name_of(found->second.view.state)} +
                              " can't be aborted"};
  }
  return OperatorAnswer{true, true, "", found->second.view.last_sentence};
}

Result<OperatorAnswer> FakeDatabase::pause(const std::string& login, const PoolName& pool,
                                           std::optional<Millis> length,
                                           const core::OperatorContext& by) {
  if (auto error = begin(true)) return *error;
  if (!pool.empty() && !rows.pools.contains(pool)) return no_such("pool " + pool.str());
  bool changed = false;
  for (const auto& [name, unused] : rows.pools) {
    if (name.str() == core::kSupervisorPool || (!pool.empty() && name != pool)) continue;
    const auto before = rows.pauses.find(name);
    const bool paused = before != rows.pauses.end() && now < before->second.until;
    if (!length && !paused) continue;
    if (length)
      rows.pauses[name] = {by.claimed_name, by.reason, now + *length};
    else
      rows.pauses.erase(name);
    append_audit(name.str(), length ? AuditKind::paused : AuditKind::resumed, login,
                 {.actor = by.claimed_name, .reason = by.reason});
    changed = true;
  }
  return OperatorAnswer{true, changed, "", changed ? "" : "already in that state"};
}

Result<OperatorAnswer> FakeDatabase::drain(const std::string& login, const NodeName& node,
                                           bool drained, const core::OperatorContext& by) {
  if (auto error = begin(true)) return *error;
  if (!rows.nodes.contains(node)) return no_such("node " + node.str());
  if (rows.drains.contains(node) == drained)
    return OperatorAnswer{true, false, "", "already in that state"};
  if (drained)
    rows.drains[node] = {by.claimed_name, by.reason, {}};
  else
    rows.drains.erase(node);
  append_audit("jobflip", drained ? AuditKind::drained : AuditKind::undrained, login,
               {.node = node.str(), .actor = by.claimed_name, .reason = by.reason});
  return OperatorAnswer{true, true, "", ""};
}

Result<OperatorAnswer> FakeDatabase::acknowledge(const std::string& login, const PoolName& pool,
                                                 const core::OperatorContext& by) {
  if (auto error = begin(true)) return *error;
  if (!rows.pools.contains(pool)) return no_such("pool " + pool.str());
  const auto cooldown = rows.cooldowns.find(pool);
  if (cooldown == rows.cooldowns.end())
    return OperatorAnswer{true, false, "", "there is no cooldown"};
  rows.cooldowns.erase(cooldown);
  append_audit(pool.str(), AuditKind::acknowledged, login,
               {.actor = by.claimed_name, .reason = by.reason});
  return OperatorAnswer{true, true, "", ""};
}

}  // namespace jobflip::test
