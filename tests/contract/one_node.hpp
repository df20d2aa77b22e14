#pragma once
/// The calls of one node on its own connection, with valid values for everything that the rules
/// require of a watch. For tests that break the store under them.

#include <algorithm>
#include <chrono>
#include <map>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {

inline store::StoreSettings settings_for(const std::string& conninfo,
                                         Millis call_deadline = Millis{5000}) {
  return {conninfo, call_deadline, "test"};
}

class OneNode {
 public:
  OneNode(const NodeName& name, store::StoreSettings settings)
      : name_{name}, store_{store::open_agent_store(std::move(settings))} {}

  const Uuid& instance() const { return instance_; }
  /// The crash loops that its beats report from now on.
  void report_crashes(std::vector<core::CrashReport> crashing) { crashing_ = std::move(crashing); }

  /// Reports what it remembers, as an agent does.
  Result<core::BeatReply> beat(std::vector<core::LeaseRenewal> renewals = {}) {
    core::BeatRequest request;
    request.node = name_;
    request.instance = instance_;
    request.renewals = std::move(renewals);
    request.ready = {mail, paper};
    request.seen_beat = beat_;
    request.crashing = crashing_;
    request.heads = heads_;
    for (const auto& [pool, epoch] : seen_) request.seen.push_back({pool, epoch});
    auto reply = store_->beat(request);
    if (!reply) return reply;
    beat_ = reply->beat;
    if (life_ != reply->life) in_touch_since_ = std::chrono::steady_clock::now();
    life_ = reply->life;
    for (const auto& one : reply->pools)
      if (one.epoch.value > 0) seen_[one.pool] = std::max(seen_[one.pool], one.epoch);
    return reply;
  }

  /// Sends beats until one works: after a crash the first calls find their connection broken.
  core::PoolReport report(const PoolName& pool = mail,
                          std::vector<core::LeaseRenewal> renewals = {}) {
    Result<core::BeatReply> reply = Error{};
    eventually([&] {
      reply = beat(renewals);
      return reply.has_value();
    });
    if (!reply) {
      ADD_FAILURE() << name_.str() << ": " << reply.error().text;
      return {};
    }
    incarnation_ = reply->incarnation;
    const auto found = std::ranges::find(reply->pools, pool, &core::PoolReport::pool);
    if (found != reply->pools.end()) return *found;
    ADD_FAILURE() << name_.str() << " gets no report of " << pool.str();
    return {};
  }

  core::TakeRequest take_of(const PoolName& pool = mail, Millis stood_still = Millis{0}) {
    const auto seen = report(pool);
    const auto in_touch = std::chrono::steady_clock::now() - in_touch_since_;
    return {.node = name_,
            .pool = pool,
            .attempt = random_uuid(),
            .incarnation = incarnation_,
            .epoch = seen.epoch,
            .lease_beat = seen.lease_beat,
            .stood_still = stood_still,
            .polls = 9,
            .reason = "a test",
            .instance = instance_,
            .life = life_,
            .in_touch = std::chrono::duration_cast<Millis>(in_touch)};
  }
  Result<core::TakeReply> ask(const core::TakeRequest& request) { return store_->take(request); }
  core::TakeReply take(const PoolName& pool = mail, Millis stood_still = Millis{0}) {
    const auto reply = ask(take_of(pool, stood_still));
    if (reply) return *reply;
    ADD_FAILURE() << name_.str() << ": " << reply.error().text;
    return {};
  }
  Result<core::ReleaseOutcome> release(Epoch epoch, const PoolName& pool = mail) {
    return store_->release({name_, pool, epoch, random_uuid(), "a test"});
  }
  core::FlipStepOutcome step_flip(FlipId flip, core::FlipEvent event, Epoch epoch) {
    return store_->step_flip({name_, flip, event, "a test", epoch}).value();
  }
  Uuid incarnation() const { return incarnation_; }
  void remember(const PoolName& pool, Epoch epoch) { seen_[pool] = epoch; }
  /// Heads of audit chains, as a supervisor has read them.
  void remember(std::vector<core::ChainHead> heads) { heads_ = std::move(heads); }
  /// Like an agent that restarts: the same instance, with an empty memory.
  void forget() {
    seen_.clear();
    beat_ = {};
    life_ = 0;
  }

 private:
  NodeName name_;
  std::vector<core::CrashReport> crashing_;
  std::vector<core::ChainHead> heads_;
  Uuid instance_{random_uuid()};
  std::unique_ptr<ports::AgentStore> store_;
  Uuid incarnation_;
  std::map<PoolName, Epoch> seen_;
  BeatNumber beat_;
  core::ServerLife life_{0};
  std::chrono::steady_clock::time_point in_touch_since_;
};

}  // namespace jobflip::test
