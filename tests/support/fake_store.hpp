#pragma once
/// A model of the store in plain C++: what PostgreSQL does for jobflip, written as maps and rules,
/// with a clock that the test controls and switches for everything that can go wrong with a store.
/// The contract suite runs against it and against the real store; the simulation uses it.
/// Every call below is one transaction that sees and leaves a consistent state. `FakeRows` can be
/// copied, so a promotion that lost commits restores an older copy.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/core/observed_stalls.hpp"
#include "jobflip/core/refusals.hpp"
#include "support/fake_rows.hpp"

namespace jobflip::test {

class FakeDatabase : public FakeControls {
 public:
  void lose_history() { marker_.reset(); }  // a crash: the rows stay, the marker is gone
  void lose_commits(FakeRows older);        // a promotion: an older copy, and no marker
  void restart() { ++life_; }               // a clean stop and start of the server
  void set_back(FakeRows older);            // the same, with an older copy of its files restored

  // One statement each; `login` is the session's.
  Result<core::BeatReply> beat(const std::string& login, const core::BeatRequest& request);
  Result<core::TakeReply> take(const std::string& login, const core::TakeRequest& request);
  Result<core::ReleaseOutcome> release(const std::string& login,
                                       const core::ReleaseRequest& request);
  Result<core::FlipStepOutcome> step_flip(const std::string& login,
                                          const core::FlipStepRequest& request);
  Result<core::BlackBoxReply> keep_black_box(const std::string& login,
                                             const core::KeepBlackBoxRequest& request);
  Result<core::FlipAnswer> request_flip(const std::string& login, const core::FlipRequest& request);
  Result<bool> publish(const std::string& login, const core::VerdictReport& report);
  Result<bool> record_hold(const std::string& login, const core::HoldRecord& hold);
  Result<bool> record_incident(const std::string& login, const core::IncidentReport& report);
  Result<bool> record_flip_outcome(const std::string& login, const core::FlipOutcome& step);
  Result<bool> keep_samples(const std::string& login, const core::SampleBatch& batch);
  Result<bool> keep_learned(const std::string& login, const core::LearnedBatch& batch);
  Result<std::vector<core::Learned>> learned();
  Result<std::vector<core::KeptSample>> samples(const core::SampleQuery& query);
  Result<std::vector<std::string>> apply(const std::string& login, const core::Fleet& fleet,
                                         const core::OperatorContext& by, bool dry_run);
  Result<core::OperatorAnswer> abort_flip(const std::string& login, FlipId flip,
                                          const core::OperatorContext& by);
  Result<core::OperatorAnswer> pause(const std::string& login, const PoolName& pool,
                                     std::optional<Millis> length, const core::OperatorContext& by);
  Result<core::OperatorAnswer> drain(const std::string& login, const NodeName& node, bool drained,
                                     const core::OperatorContext& by);
  Result<core::OperatorAnswer> acknowledge(const std::string& login, const PoolName& pool,
                                           const core::OperatorContext& by);
  Result<core::OperatorAnswer> learn(const std::string& login, const core::Learned& learned,
                                     const core::OperatorContext& by);
  Result<core::OperatorAnswer> open_incident(const std::string& login, const PoolName& pool,
                                             core::IncidentClass kind,
                                             const core::OperatorContext& by);
  Result<core::OperatorAnswer> change_incident(const std::string& login,
                                               const core::IncidentChange& change,
                                               const core::OperatorContext& by);
  Result<std::vector<core::Incident>> incidents(const core::IncidentQuery& query);
  Result<core::Incident> incident(IncidentId id);
  Result<std::vector<core::ObservedStalls>> observed_stalls();
  Result<core::Snapshot> snapshot();
  Result<std::vector<core::HistoryEntry>> history(const core::HistoryQuery& query);
  Result<core::FlipTimeline> timeline(FlipId flip);
  Result<std::vector<core::AuditEvent>> audit(const core::AuditQuery& query);
  Result<std::vector<core::ChainHead>> audit_heads();

  /// The first statement of a worker's transaction: false if the epoch is not the current one.
  bool fence(const PoolName& pool, Epoch epoch) const;
  BeatNumber lease_beat(const PoolName& pool) const;
  const std::optional<Uuid>& marker() const { return marker_; }
  const FakeFlip* open_flip(const PoolName& pool) const;
  /// The hash of an event chained to the one before, as short as a model needs it.
  static std::string hash_of(const core::AuditEvent& event);

 private:
  friend class FakeDeployments;  // fake_store_deployments.hpp
  friend class FakeServices;
  using AuditFields = FakeAuditFields;
  using TakeConditions = FakeTakeConditions;
  std::optional<Error> begin(bool changes);
  void begin_epochs(Epoch seen);
  void find_set_back(const core::BeatRequest& request, const FakeBeat& row);
  bool has_lost_head(const core::BeatRequest& request) const;
  std::optional<Error> check_login(const std::string& login, const NodeName& node) const;
  void append_audit(const std::string& chain, core::AuditKind kind, const std::string& login,
                    AuditFields fields);
  bool may_record(const std::string& login, const std::string& kind, int most);
  bool is_frozen(const core::PoolSettings& pool) const;
  bool is_paused(const core::PoolSettings& pool) const;
  bool is_fresh(const NodeName& node, const core::LeaseTimings& timings) const;
  bool is_live_candidate(const core::PoolSettings& pool, const NodeName& node) const;
  bool renewals(const PoolName& pool) const;
  std::optional<WallTime> last_renewed(const PoolName& pool) const;
  void take_in_crashes(const std::string& login, const core::BeatRequest& request, FakeBeat& row);
  void begin_drain(const PoolName& pool, const std::string& login,
                   const core::BeatRequest& request);
  core::PoolReport report_for(const core::PoolSettings& pool,
                              const core::BeatRequest& request) const;
  TakeConditions check_take_conditions(const core::TakeRequest& request) const;
  TakeConditions judge_free(const core::PoolSettings& pool, const core::TakeRequest& request) const;
  bool is_settled(const core::PoolSettings& pool, const core::TakeRequest& request) const;
  TakeConditions judge_held(const core::PoolSettings& pool, const core::TakeRequest& request) const;
  Millis takeover_after(const core::PoolSettings& pool) const;
  FakeFlip* find_open(const PoolName& pool);
  bool move_flip(FakeFlip& flip, core::FlipEvent event, const std::string& login,
                 const NodeName& node, const std::string& sentence);
  std::optional<FlipId> flip_follows_take(const core::TakeRequest& request,
                                          const std::string& login, Epoch epoch, bool was_held);
  void end_flip(FakeFlip& flip);
  FlipId record_takeover(const core::TakeRequest& request, const std::string& login,
                         const FakeOwner& before, Epoch epoch);
  core::Incident* find_open_incident(const PoolName& pool);
  core::Incident& open_incident(const PoolName& pool, core::IncidentClass kind,
                                core::IncidentCause cause, const std::string& login,
                                const std::string& actor, const std::string& sentence);
  void close_incident(core::Incident& incident, const std::string& login, const std::string& actor,
                      const std::string& reason);
  void join_incident(const FakeFlip& flip, const std::string& login);
  void reach_stage_of(const FakeFlip& flip);
  void worsen_incident(const PoolName& pool);
  Millis step_length(const FakeFlip& flip) const;
  bool is_leader(const NodeName& supervisor, Epoch epoch) const;
  bool has_queue(const PoolName& pool, const QueueName& queue) const;
  void forget_learned();  // about queues that are not there
  core::FlipFacts facts_of(const core::FlipRequest& request) const;
  core::FlipStepFacts facts_of(const FakeFlip& flip, const core::FlipStepRequest& request) const;
  core::LeftBehind running_jobs(const PoolName& pool) const;
  core::FlipView view_of(const FakeFlip& flip) const;
  core::PoolView view_of(const core::PoolSettings& pool) const;
  int budget_used() const;
  std::optional<core::RestartView> spent_restart(const core::PoolSettings& pool) const;
  Millis since(WallTime then) const;
  std::optional<Uuid> marker_{Uuid{"incarnation-1"}};
  std::optional<WallTime> marker_since_;  // empty: the first marker, which lost nothing
  int incarnations_{1};
  core::ServerLife life_{1}, known_life_{0};  // now, and the one in the marker
  core::ServerLife lost_in_{0};               // the one in which lost history was detected
  std::string set_back_;                      // what revealed it
  std::uint64_t gaps_{1};  // in the epochs; no rows, so a promotion can't undo them
  std::int64_t next_flip_{1};
};

}  // namespace jobflip::test
