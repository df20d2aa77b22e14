#pragma once
/// One node's calls, on a connection of its own, with what the rules want of a watch filled in: for
/// tests that break the store under them.

#include <algorithm>

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

  Result<core::BeatReply> beat(std::vector<core::Vouch> vouches = {}, Epoch seen = {}) {
    core::BeatRequest request{name_, instance_, std::move(vouches), {mail, paper}, "", {}, seen};
    return store_->beat(request);
  }

  /// Beats until that works: after a crash the first calls find their connection broken.
  core::PoolReport report(const PoolName& pool = mail, std::vector<core::Vouch> vouches = {},
                          Epoch seen = {}) {
    Result<core::BeatReply> reply = Error{};
    eventually([&] {
      reply = beat(vouches, seen);
      return reply.has_value();
    });
    if (!reply) {
      ADD_FAILURE() << name_.str() << ": " << reply.error().text;
      return {};
    }
    incarnation_ = reply->incarnation;
    const auto found = std::ranges::find(reply->pools, pool, &core::PoolReport::pool);
    if (found != reply->pools.end()) return *found;
    ADD_FAILURE() << name_.str() << " is told nothing of " << pool.str();
    return {};
  }

  core::TakeRequest take_of(const PoolName& pool = mail, Millis stood_still = Millis{0}) {
    const auto seen = report(pool);
    return {name_,       pool, random_uuid(), incarnation_, seen.epoch, seen.lease_beat,
            stood_still, 9,    false,         {},           "a test"};
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
  core::FlipStepOutcome step_flip(FlipId flip, core::FlipEvent event) {
    return store_->step_flip({name_, flip, event, "a test"}).value();
  }
  Uuid incarnation() const { return incarnation_; }

 private:
  NodeName name_;
  Uuid instance_{random_uuid()};
  std::unique_ptr<ports::AgentStore> store_;
  Uuid incarnation_;
};

}  // namespace jobflip::test
