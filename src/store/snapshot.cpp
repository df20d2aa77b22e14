#include "store/snapshot.hpp"

#include <algorithm>

#include "jobflip/core/readiness.hpp"
#include "jobflip/core/sample_document.hpp"
#include "jobflip/core/settings_document.hpp"
#include "store/names.hpp"
#include "store/snapshot_parts.hpp"
#include "store/wire.hpp"

namespace jobflip::store {
namespace {

struct PoolRow {
  core::PoolView view;
  bool of_supervisors{false};
};

Result<PoolRow> read_pool(pg::Cells& in) {
  PoolRow row;
  auto& pool = row.view;
  in.text();  // the name is in the settings too
  row.of_supervisors = in.text() == "supervisors";
  auto settings = core::parse_pool_document(in.text());
  if (!settings) return settings.error();
  pool.settings = std::move(*settings);
  pool.owner.epoch = in.id<Epoch>();
  pool.owner.state = in.word(parse_owner_state);
  pool.owner.holder = in.name<NodeName>();
  pool.owner.beat_age = in.maybe_millis();
  pool.owner.taken_at = in.maybe_time();
  const auto paused_until = in.maybe_time();
  const auto pause_left = still_left(in.maybe_millis());
  auto pause_reason = in.text();
  auto pause_actor = in.text();
  if (paused_until && pause_left)
    pool.pause = core::PauseView{*paused_until, *pause_left, std::move(pause_reason),
                                 std::move(pause_actor)};
  const auto cooldown_left = still_left(in.maybe_millis());
  pool.cooldown_level = static_cast<int>(in.number());
  const auto cooldown_flip = FlipId{in.maybe_number().value_or(0)};
  if (cooldown_left)
    pool.cooldown = core::CooldownView{*cooldown_left, pool.cooldown_level, cooldown_flip};
  pool.frozen_for = still_left(in.maybe_millis());
  if (in.failed()) return unreadable("snapshot");
  return row;
}

core::CandidateView read_candidate(pg::Cells& in) {
  core::CandidateView candidate;
  candidate.node = in.name<NodeName>();
  candidate.priority = static_cast<int>(in.number());
  candidate.beat_age = in.maybe_millis();
  candidate.ready = in.flag();
  candidate.not_ready_reason = in.text();
  candidate.drained = in.flag();
  candidate.drain_reason = in.text();
  candidate.program = in.text();
  candidate.crashes = static_cast<int>(in.number());
  candidate.crash_reason = in.text();
  return candidate;
}

Result<core::QueueView> read_queue(pg::Cells& in) {
  core::QueueView queue;
  queue.queue = in.name<QueueName>();
  queue.verdict = in.text();
  queue.reason = in.text();
  queue.verdict_age = in.millis();
  queue.sample_age = in.millis();
  const auto sample = in.text();
  if (!sample.empty()) {
    auto parsed = core::parse_sample_document(sample, queue.queue);
    if (!parsed) return parsed.error();
    queue.sample = std::move(*parsed);
  }
  return queue;
}

void read_candidates(core::Snapshot& snapshot, const pg::Rows& rows) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    auto* pool = find_pool(snapshot, in.name<PoolName>());
    auto candidate = read_candidate(in);
    if (in.failed()) {
      add_damage(snapshot, "candidate", cell_of(rows, i, 1), cell_of(rows, i, 0));
      continue;
    }
    if (candidate.beat_age && *candidate.beat_age >= kLengthMax)
      snapshot.damaged.push_back("node " + candidate.node.str() +
                                 ": its last beat is of a time that no clock has said");
    if (pool != nullptr) pool->candidates.push_back(std::move(candidate));
  }
}

/// A row that says nothing of use is none.
void read_crashes(core::Snapshot& snapshot, const pg::Rows& rows) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    auto* pool = find_pool(snapshot, in.name<PoolName>());
    const auto node = in.name<NodeName>();
    const auto within = in.millis();
    if (in.failed() || pool == nullptr) continue;
    for (auto& candidate : pool->candidates)
      if (candidate.node == node && candidate.crashes > 0) candidate.crashed_within = within;
  }
}

void read_queues(core::Snapshot& snapshot, const pg::Rows& rows) {
  for (int i = 0; i < rows.size(); ++i) {
    auto in = rows.row(i);
    auto* pool = find_pool(snapshot, in.name<PoolName>());
    auto queue = read_queue(in);
    if (!queue || in.failed())
      add_damage(snapshot, "queue", cell_of(rows, i, 1), cell_of(rows, i, 0));
    else if (pool != nullptr)
      pool->queues.push_back(std::move(*queue));
  }
}

}  // namespace

FlipRow read_flip(pg::Cells& in) {
  FlipRow row;
  core::FlipView& flip = row.flip;
  flip.id = in.id<FlipId>();
  flip.pool = in.name<PoolName>();
  flip.state = in.word(core::parse_flip_state);
  flip.from = in.name<NodeName>();
  flip.to = in.name<NodeName>();
  flip.automatic = in.flag();
  flip.host_is_off = in.flag();
  flip.actor = in.text();
  flip.reason = in.text();
  flip.requested_at = in.time();
  for (auto* at :
       {&flip.drained_at, &flip.released_at, &flip.taken_at, &flip.started_at, &flip.ended_at})
    *at = in.maybe_time();
  flip.from_epoch = in.id<Epoch>();
  if (const auto epoch = in.maybe_number()) flip.epoch = Epoch{*epoch};
  flip.overdue = in.flag();
  flip.age = in.millis();
  flip.state_age = in.millis();
  flip.last_sentence = in.text();
  row.evidence = in.text();
  flip.takeover = in.flag();
  if (const auto incident = in.maybe_number()) flip.incident = IncidentId{*incident};
  return row;
}

/// Why the store takes no writes; '' if it does. A login that an administrator made read-only says
/// nothing about the store.
constexpr const char* kReadOnly =
    "select case"
    " when pg_catalog.pg_is_in_recovery() then 'it is a standby, or its server recovers'"
    " when pg_catalog.current_setting('default_transaction_read_only') = 'on'"
    " and (select s.source not in ('user', 'database user', 'client', 'session')"
    " from pg_catalog.pg_settings s where s.name = 'default_transaction_read_only')"
    " then 'default_transaction_read_only is on'"
    " else '' end;";

const std::string& snapshot_queries() {
  static const std::string kQueries =
      std::string{
          "begin isolation level repeatable read read only;"
          "select * from jobflip.snapshot_store();"} +
      kReadOnly +
      "select * from jobflip.snapshot_pools();"
      "select * from jobflip.snapshot_candidates();"
      "select * from jobflip.snapshot_queues();"
      "select * from jobflip.find_flips(null);"
      "select * from jobflip.snapshot_crashes();"
      "select * from jobflip.snapshot_restarts();"
      "select * from jobflip.snapshot_last_flips();"
      "select * from jobflip.snapshot_incidents();"
      "select * from jobflip.snapshot_deployments();"
      "commit";
  return kQueries;
}

Result<core::Snapshot> read_snapshot(pg::Connection& connection) {
  const auto answers = connection.batch("snapshot", snapshot_queries().c_str());
  if (!answers) {
    connection.close();  // whatever transaction an error left behind goes with it
    return answers.error();
  }
  if (answers->size() != 11 || (*answers)[0].size() != 1 || (*answers)[1].size() != 1)
    return unreadable("snapshot");
  core::Snapshot snapshot;
  auto store = (*answers)[0].row(0);
  snapshot.store_time = store.time();
  snapshot.budget.settings.flips = static_cast<int>(store.number());
  snapshot.budget.settings.window = store.millis();
  snapshot.budget.used = static_cast<int>(store.number());
  snapshot.copied = store.flag();
  snapshot.set_back = store.text();
  if (store.failed()) return unreadable("snapshot");
  snapshot.read_only = (*answers)[1].row(0).text();
  for (int i = 0; i < (*answers)[2].size(); ++i) {
    auto in = (*answers)[2].row(i);
    auto row = read_pool(in);
    if (!row)
      add_damage(snapshot, "pool", cell_of((*answers)[2], i, 0));
    else if (row->of_supervisors)
      snapshot.supervisors = std::move(row->view);
    else
      snapshot.pools.push_back(std::move(row->view));
  }
  read_candidates(snapshot, (*answers)[3]);
  read_queues(snapshot, (*answers)[4]);
  read_flips(snapshot, (*answers)[5], &core::PoolView::open_flip);
  read_crashes(snapshot, (*answers)[6]);
  read_restarts(snapshot, (*answers)[7]);
  read_flips(snapshot, (*answers)[8], &core::PoolView::last_flip);
  read_incidents(snapshot, (*answers)[9]);
  read_deployments(snapshot, (*answers)[10]);
  // a node is a candidate of many pools
  auto& damaged = snapshot.damaged;
  std::sort(damaged.begin(), damaged.end());
  damaged.erase(std::unique(damaged.begin(), damaged.end()), damaged.end());
  return snapshot;
}

}  // namespace jobflip::store
