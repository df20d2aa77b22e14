// What the model shows to readers: the snapshot, the history, a timeline, the audit.

#include <algorithm>

#include "jobflip/core/readiness.hpp"
#include "support/fake_store_deployments.hpp"

namespace jobflip::test {
namespace {

/// Empty for an event that is not a line of the history.
std::optional<core::HistoryKind> history_kind_of(const core::AuditEvent& event) {
  const auto kind = core::parse_audit_kind(event.kind);
  if (kind == core::AuditKind::takeover && !event.flip) return core::HistoryKind::takeover;
  if (kind == core::AuditKind::hold) return core::HistoryKind::hold;
  if (kind == core::AuditKind::lease_taken && !event.flip) return core::HistoryKind::take;
  return std::nullopt;
}

std::optional<core::OpenIncident> open_incident_of(const FakeRows& rows, const PoolName& pool,
                                                   WallTime now) {
  for (const auto& [id, incident] : rows.incidents)
    if (incident.pool == pool && !incident.closed_at)
      return core::OpenIncident{id, incident.kind, incident.cause,
                                std::chrono::duration_cast<Millis>(now - incident.opened_at),
                                reached(incident, core::IncidentStage::onset).has_value()};
  return std::nullopt;
}

bool is_within(const core::EventFilter& filter, WallTime at) {
  return (!filter.since || at >= *filter.since) && (!filter.until || at < *filter.until);
}

bool has_actor(const core::EventFilter& filter, const std::string& actor,
               const std::string& login) {
  return filter.actor.empty() || filter.actor == actor || filter.actor == login;
}

bool fits(const core::EventFilter& filter, const core::AuditEvent& event) {
  return is_within(filter, event.at) && (filter.node.empty() || event.node == filter.node) &&
         has_actor(filter, event.actor.value_or(""), event.session_user) &&
         (filter.kind.empty() || event.kind == filter.kind) &&
         (!filter.flip || event.flip == filter.flip->value);
}

bool fits(const core::EventFilter& filter, const core::HistoryEntry& entry) {
  return is_within(filter, entry.at) &&
         (filter.node.empty() || filter.node == entry.from || filter.node == entry.to) &&
         has_actor(filter, entry.actor, entry.login) &&
         (filter.kind.empty() || filter.kind == core::name_of(entry.kind)) &&
         (!filter.flip || filter.flip == entry.flip);
}

}  // namespace

core::FlipView FakeDatabase::view_of(const FakeFlip& flip) const {
  core::FlipView view = flip.view;
  view.overdue = !core::has_ended(view.state) && now >= flip.deadline;
  view.age = since(view.requested_at);
  view.state_age = since(flip.entered_at);
  for (const auto& [id, incident] : rows.incidents)
    if (std::ranges::count(incident.flips, view.id) > 0) view.incident = id;
  return view;
}

core::PoolView FakeDatabase::view_of(const core::PoolSettings& pool) const {
  core::PoolView view;
  view.settings = pool;
  const FakeOwner& owner = rows.owners.at(pool.name);
  view.owner.epoch = owner.epoch;
  view.owner.state = owner.state;
  view.owner.holder = owner.holder;
  if (const auto renewed = last_renewed(pool.name)) view.owner.beat_age = since(*renewed);
  if (owner.epoch.value > 0) view.owner.taken_at = owner.taken_at;
  for (const core::Candidate& candidate : pool.candidates) {
    core::CandidateView one;
    one.node = candidate.node;
    one.priority = candidate.priority;
    if (const auto beat = rows.beats.find(candidate.node); beat != rows.beats.end()) {
      one.beat_age = since(beat->second.beat_at);
      one.ready = beat->second.ready.contains(pool.name);
      if (!one.ready) one.not_ready_reason = beat->second.not_ready_reason;
      for (const core::CrashReport& loop : beat->second.crashing) {
        if (loop.pool != pool.name) continue;
        one.crashes = loop.ends;
        one.crash_reason = loop.reason;
        one.crashed_within = loop.within;
      }
    }
    if (const auto drain = rows.drains.find(candidate.node); drain != rows.drains.end()) {
      one.drained = true;
      one.drain_reason = drain->second.reason;
    }
    view.candidates.push_back(one);
  }
  if (const FakeFlip* flip = open_flip(pool.name)) view.open_flip = view_of(*flip);
  view.incident = open_incident_of(rows, pool.name, now);
  if (const auto pause = rows.pauses.find(pool.name);
      pause != rows.pauses.end() && now < pause->second.until)
    view.pause =
        core::PauseView{.until = pause->second.until,
                        .left = std::chrono::duration_cast<Millis>(pause->second.until - now),
                        .reason = pause->second.reason,
                        .actor = pause->second.actor};
  const auto cooldown = rows.cooldowns.find(pool.name);
  if (cooldown != rows.cooldowns.end()) view.cooldown_level = cooldown->second.level;
  if (cooldown != rows.cooldowns.end() && now < cooldown->second.until)
    view.cooldown =
        core::CooldownView{.left = std::chrono::duration_cast<Millis>(cooldown->second.until - now),
                           .level = cooldown->second.level,
                           .flip = cooldown->second.flip};
  view.restart = spent_restart(pool);
  if (is_frozen(pool))
    view.frozen_for =
        marker_since_ ? pool.timings.freeze - since(*marker_since_) : pool.timings.freeze;
  for (const core::QueueSettings& queue : pool.queues)
    if (const auto row = rows.queues.find({pool.name, queue.name}); row != rows.queues.end())
      view.queues.push_back({.queue = queue.name,
                             .verdict = row->second.verdict.verdict,
                             .reason = row->second.verdict.reason,
                             .verdict_age = since(row->second.since),
                             .sample_age = since(row->second.published_at),
                             .sample = row->second.verdict.sample});
  return view;
}

Result<core::Snapshot> FakeDatabase::snapshot() {
  if (auto error = begin(false)) return *error;
  core::Snapshot snapshot;
  snapshot.store_time = now;
  snapshot.budget = {rows.budget, budget_used()};
  snapshot.set_back = set_back_;
  for (const auto& [name, pool] : rows.pools) {
    if (name.str() == core::kSupervisorPool)
      snapshot.supervisors = view_of(pool);
    else
      snapshot.pools.push_back(view_of(pool));
  }
  for (auto& pool : snapshot.pools)
    pool.deployment = FakeDeployments::running(rows, now, pool.settings);
  for (auto& pool : snapshot.pools)
    for (auto flip = rows.flips.rbegin(); flip != rows.flips.rend() && !pool.last_flip; ++flip)
      if (flip->second.view.pool == pool.settings.name) pool.last_flip = view_of(flip->second);
  return snapshot;
}

Result<std::vector<core::HistoryEntry>> FakeDatabase::history(const core::HistoryQuery& query) {
  if (auto error = begin(false)) return *error;
  const auto& pool = query.pool;
  std::vector<core::HistoryEntry> entries;
  for (const auto& [id, flip] : rows.flips) {
    const core::FlipView& view = flip.view;
    if (!pool.empty() && view.pool != pool) continue;
    core::HistoryEntry entry;
    entry.at = view.requested_at;
    entry.pool = view.pool;
    entry.kind = view.takeover ? core::HistoryKind::takeover : core::HistoryKind::flip;
    entry.flip = id;
    entry.from = view.from.str();
    entry.to = view.to.str();
    entry.outcome = core::name_of(view.state);
    if (view.started_at)
      entry.to_active = std::chrono::duration_cast<Millis>(*view.started_at - view.requested_at);
    if (view.ended_at)
      entry.to_end = std::chrono::duration_cast<Millis>(*view.ended_at - view.requested_at);
    entry.actor = view.actor;
    entry.reason = view.reason;
    entries.push_back(entry);
  }
  for (const auto& [chain, events] : rows.audit)
    for (const core::AuditEvent& event : events) {
      const auto kind = history_kind_of(event);
      if (!kind || (!pool.empty() && chain != pool.str())) continue;
      const bool take = *kind != core::HistoryKind::hold;
      core::HistoryEntry entry;
      entry.at = event.at;
      entry.pool = PoolName::of(chain);
      entry.kind = *kind;
      entry.outcome = take ? "taken" : event.reason.substr(0, event.reason.find(':'));
      if (take) entry.to = event.node.value_or("");
      entry.actor = event.actor.value_or("");
      entry.login = event.session_user;
      entry.reason = event.reason;
      entries.push_back(entry);
    }
  std::erase_if(entries, [&](const auto& entry) { return !fits(query.filter, entry); });
  std::ranges::stable_sort(entries, [](const auto& a, const auto& b) { return a.at > b.at; });
  if (entries.size() > static_cast<std::size_t>(query.limit))
    entries.resize(static_cast<std::size_t>(query.limit));
  return entries;
}

Result<core::FlipTimeline> FakeDatabase::timeline(FlipId flip) {
  if (auto error = begin(false)) return *error;
  const auto found = rows.flips.find(flip);
  if (found == rows.flips.end())
    return Error{ErrorCode::not_found, "no flip " + std::to_string(flip.value), ""};
  core::FlipTimeline timeline{view_of(found->second), found->second.evidence, found->second.steps,
                              found->second.black_boxes, found->second.left_behind};
  for (const auto& box : timeline.black_boxes)
    timeline.steps.push_back({box.kept_at, std::string{name_of(core::AuditKind::black_box)},
                              box.node.str(), "the black box"});
  return timeline;
}

Result<std::vector<core::AuditEvent>> FakeDatabase::audit(const core::AuditQuery& query) {
  if (auto error = begin(false)) return *error;
  std::vector<core::AuditEvent> found;
  for (const auto& [chain, events] : rows.audit)
    for (const core::AuditEvent& event : events)
      if ((query.chain.empty() || (chain == query.chain && event.seq > query.after_seq)) &&
          fits(query.filter, event))
        found.push_back(event);
  if (query.newest_first) std::ranges::reverse(found);
  if (found.size() > static_cast<std::size_t>(query.limit))
    found.resize(static_cast<std::size_t>(query.limit));
  return found;
}

Result<std::vector<core::ChainHead>> FakeDatabase::audit_heads() {
  if (auto error = begin(false)) return *error;
  std::vector<core::ChainHead> heads;
  for (const auto& [chain, events] : rows.audit)
    if (!events.empty()) heads.push_back({chain, events.back().seq, events.back().hash});
  return heads;
}

}  // namespace jobflip::test
