#pragma once
/// The tables of the model of the store (fake_store.hpp).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "jobflip/core/deployment_calls.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/incident_calls.hpp"
#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/lease_calls.hpp"
#include "jobflip/core/snapshot.hpp"
#include "support/fake_services.hpp"

namespace jobflip::test {

/// One row for each node. `renewals_beat` and `renewals_since` record when the set of renewals
/// last changed.
struct FakeBeat {
  Uuid instance;
  BeatNumber beat;
  WallTime beat_at;
  std::int64_t life{0};  // of the server, at that beat
  std::vector<core::LeaseRenewal> renewals;
  BeatNumber renewals_beat;
  WallTime renewals_since;
  std::set<PoolName> ready;
  std::string not_ready_reason;
  std::vector<core::CrashReport> crashing;
  std::optional<WallTime> crashes_recorded_at;
};

struct FakeOwner {
  Epoch epoch;
  core::OwnerState state{core::OwnerState::released};
  NodeName holder;
  WallTime taken_at;
  Uuid take_attempt;
  Uuid release_attempt;
  Uuid instance;
  std::int64_t life{1};
};

struct FakeFlip {
  core::FlipView view;
  bool stalled{false};
  Uuid request;
  std::string evidence;
  WallTime entered_at;
  WallTime deadline;  // of the current step
  std::vector<core::TimelineStep> steps;
  std::vector<core::BlackBoxRecord> black_boxes;
  core::LeftBehind left_behind;
};

struct FakeHold {
  std::string actor;
  std::string reason;
  WallTime until;
};

struct FakeCooldown {
  WallTime until;
  int level{0};
  FlipId flip;
};

struct FakeQueue {
  core::QueueVerdict verdict;
  WallTime since;
  WallTime published_at;
};

/// The timings of a pool before they were changed. They still count, for as long as they used to
/// last.
struct FakeTimingsChange {
  WallTime at;
  Millis takeover_after{};
  Millis freeze{};
};

/// How many refusals, or holds, of a login were recorded in the current minute.
struct FakeRefusals {
  WallTime since;
  int recorded{0};
};

struct FakeRows {
  std::map<NodeName, std::string> logins;  // of nodes and of supervisors
  std::set<NodeName> nodes;
  core::BudgetSettings budget;
  core::KeepingSettings keeping;
  std::map<PoolName, core::PoolSettings> pools;  // including those of the supervisors
  std::map<PoolName, FakeTimingsChange> timings_changes;
  std::map<NodeName, FakeBeat> beats;
  std::map<PoolName, FakeOwner> owners;  // never erased: epochs never restart
  std::map<FlipId, FakeFlip> flips;
  std::map<IncidentId, core::Incident> incidents;
  std::map<std::int64_t, core::Deployment> deployments;
  std::map<std::int64_t, std::string> deployment_logins;  // that started them
  std::set<std::pair<IncidentId, std::int64_t>> matched;  // incidents with deployments
  std::map<Uuid, core::FlipAnswer> requests;
  std::map<PoolName, FakeHold> pauses;
  std::map<NodeName, FakeHold> drains;
  std::map<PoolName, FakeCooldown> cooldowns;
  std::map<std::pair<PoolName, QueueName>, FakeQueue> queues;
  std::map<std::string, std::vector<core::AuditEvent>> audit;
  std::map<std::pair<PoolName, QueueName>, std::vector<core::KeptSample>> samples;
  std::map<std::pair<PoolName, QueueName>, std::string> learned;
  Epoch epoch_base;  // every new epoch is above it
  std::map<std::pair<std::string, std::string>, FakeRefusals> refusals;  // by login and kind
  FakeServiceRows services;
};

/// What a test sets of the model, and counts.
struct FakeControls {
  enum class Fault { none, refuses, read_only };

  // What a test can do to the store.
  WallTime now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  Fault fault{Fault::none};
  FakeRows rows;
  /// How often each was made, and how often each was answered.
  std::map<std::pair<core::FlipState, core::FlipEvent>, std::int64_t> transitions;
  std::map<std::pair<core::TakeOutcome, std::string>, std::int64_t> takes;
  bool beats_begin_drains{true};  // off: as if the pool's row were locked; agents report the drain
  bool keep_audit_text{true};     // off: only the counts grow, for long simulations
  void advance(Millis length) { now += length; }
};

struct FakeAuditFields {  // of one audit event, apart from its chain and kind
  std::string node{};
  std::optional<FlipId> flip{};
  std::optional<Epoch> epoch{};
  std::string actor{};
  std::string reason{};
  std::map<std::string, std::string> payload{};
};
struct FakeTakeConditions {  // `how` as in the store's jobflip.check_take_conditions
  core::TakeOutcome outcome{};
  std::string how{}, sentence{};
};

}  // namespace jobflip::test
