#pragma once
/// What every store must do, regardless of who keeps the rows. The same cases run on the model in
/// memory and on a real PostgreSQL (fake_store_suite_test.cpp, pg_store_suite_test.cpp). The cases
/// are TEST_Ps over a StoreFixture, in store_suite_*_test.cpp.
/// A fixture is a fresh, installed store without a fleet. Each node and supervisor has a login of
/// its own name ("job1", "sup1"); the fixture chooses the operator's login.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "jobflip/ports/agent_store.hpp"
#include "jobflip/ports/operator_store.hpp"
#include "jobflip/ports/reader_store.hpp"
#include "jobflip/ports/sample_store.hpp"
#include "jobflip/ports/service_store.hpp"
#include "jobflip/ports/supervisor_store.hpp"

namespace jobflip::test {

class StoreFixture {
 public:
  virtual ~StoreFixture() = default;
  /// The session of a node, or of a supervisor in its election: one for each name.
  virtual ports::AgentStore& agent(const NodeName& name) = 0;
  virtual ports::SupervisorStore& supervisor(const NodeName& name) = 0;
  virtual ports::SampleStore& samples(const NodeName& name) = 0;
  virtual ports::ServiceStore& services(const NodeName& name) = 0;
  virtual ports::OperatorStore& oper() = 0;
  virtual ports::ReaderStore& reader() = 0;
  /// The effect of a crash: the incarnation marker is gone, the durable rows stay.
  virtual void lose_history() = 0;
  /// The effect of promoting a standby that lags: leases are as they were at keep_rows().
  virtual void keep_rows() = 0;
  virtual void lose_commits_since() = 0;
  /// Advances the store's clock: a real wait on a real store, a step on the model.
  virtual void pass(Millis length) = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreFixture>()> make;
};
inline void PrintTo(const StoreKind& kind, std::ostream* out) {
  *out << kind.name;
}

inline const NodeName job1 = NodeName::of("job1");
inline const NodeName job2 = NodeName::of("job2");
inline const NodeName job3 = NodeName::of("job3");
inline const NodeName stranger = NodeName::of("stranger");
inline const NodeName sup1 = NodeName::of("sup1");
inline const NodeName sup2 = NodeName::of("sup2");
inline const PoolName mail = PoolName::of("mail");
inline const PoolName paper = PoolName::of("paper");
inline const PoolName supervisors = PoolName::of(core::kSupervisorPool);

/// Short timings that still pass check_timings().
core::LeaseTimings short_timings();
core::PoolSettings pool_settings(const PoolName& name);
/// Nodes job1, job2, job3, and "stranger", which is not a candidate; pools mail and paper; sup1,
/// sup2.
core::Fleet small_fleet();

class StoreContract : public ::testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override;  // small_fleet() is applied, and all pools are free

  ports::AgentStore& agent(const NodeName& name) { return store_->agent(name); }
  ports::SupervisorStore& supervisor(const NodeName& name) { return store_->supervisor(name); }
  ports::SampleStore& samples(const NodeName& name) { return store_->samples(name); }
  ports::ServiceStore& services(const NodeName& name) { return store_->services(name); }
  ports::OperatorStore& oper() { return store_->oper(); }
  ports::ReaderStore& reader() { return store_->reader(); }
  void lose_history() { store_->lose_history(); }
  void keep_rows() { store_->keep_rows(); }
  void lose_commits_since() { store_->lose_commits_since(); }
  void pass(Millis length) { store_->pass(length); }
  const core::LeaseTimings timings = short_timings();

  Uuid fresh();
  static core::OperatorContext person(const std::string& reason = "a test");
  core::BeatRequest beat_of(const NodeName& name,
                            std::vector<core::LeaseRenewal> renewals = {}) const;
  /// A beat that is ready for every pool. The reply must not be an error.
  core::BeatReply beat(const NodeName& name, std::vector<core::LeaseRenewal> renewals = {});
  core::PoolReport report(const NodeName& name, const PoolName& pool = mail,
                          std::vector<core::LeaseRenewal> renewals = {});
  core::PoolView view(const PoolName& pool = mail);
  /// A take based on the node's own beat, with a valid watch unless changed.
  core::TakeRequest take_of(const NodeName& name, const PoolName& pool = mail);
  core::TakeReply take(const core::TakeRequest& request);
  /// Releases the pool and lets the node take it; the node renews it from then on.
  Epoch hold(const NodeName& name, const PoolName& pool = mail);
  core::ReleaseRequest release_of(const NodeName& name, Epoch epoch, const PoolName& pool = mail);
  core::ReleaseOutcome release(const NodeName& name, Epoch epoch, const PoolName& pool = mail);
  /// A report under the flip's epoch for the lease that the event is about.
  core::FlipStepOutcome step(const NodeName& name, FlipId flip, core::FlipEvent event);
  core::FlipStepOutcome step(const NodeName& name, FlipId flip, core::FlipEvent event, Epoch epoch);
  /// Mail is in mode observe, one flip of it was held, and then it is flipped by hand.
  core::ObservedStalls observed_after_a_flip(const std::string& evidence);
  core::FlipRequest flip_to(const NodeName& to, const PoolName& pool = mail);
  core::FlipRequest automatic_flip_to(const NodeName& to, Epoch leader,
                                      const PoolName& pool = mail);
  core::FlipAnswer ask(const core::FlipRequest& request);
  core::FlipAnswer ask_automatic(const core::FlipRequest& request);
  /// An operator's flip that is accepted; the candidates have sent beats just before.
  FlipId flip(const NodeName& to);
  FlipId flip_by_stall(const NodeName& to);
  core::FlipView flip_view(FlipId flip);
  core::FlipState state_of(FlipId flip) { return flip_view(flip).state; }
  /// The leader records the outcome. Returns whether it still leads.
  bool judge(Epoch leader, FlipId flip, core::FlipEvent event);
  /// job1 releases `held` for the flip to job2, which takes the lease and reports the steps up to
  /// `until`.
  Epoch carry_out(FlipId flip, Epoch held, core::FlipState until);
  Epoch elect(const NodeName& name = sup1) { return hold(name, supervisors); }
  std::int64_t events_of(const std::string& chain = "mail");

 private:
  std::unique_ptr<StoreFixture> store_;
  int uuids_{0};
};

}  // namespace jobflip::test
