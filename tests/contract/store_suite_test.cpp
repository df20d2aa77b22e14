// Helpers of the contract suite's cases.

#include "contract/store_suite.hpp"

#include <algorithm>

namespace jobflip::test {

using core::FlipState;

core::LeaseTimings short_timings() {
  core::LeaseTimings timings;
  timings.beat_every = Millis{100};
  timings.call_deadline = Millis{200};
  timings.graceful_stop = Millis{50};
  timings.kill_to_empty = Millis{50};
  timings.guard_margin = Millis{50};
  timings.lease = Millis{650};
  timings.takeover_after = Millis{800};
  timings.freeze = Millis{900};
  return timings;
}

core::PoolSettings pool_settings(const PoolName& name) {
  core::PoolSettings pool;
  pool.name = name;
  pool.timings = short_timings();
  pool.drain_timeout = Millis{200};
  pool.stalled_drain_timeout = Millis{100};
  pool.start_timeout = Millis{600};
  pool.verify_timeout = Millis{700};
  pool.hold_down = Millis{100};
  pool.cooldown = Millis{60'000};
  pool.cooldown_max = Millis{180'000};
  pool.candidates = {{job1, 10}, {job2, 20}, {job3, 30}};
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = "app";
  queue.query = "select 1";
  pool.queues = {queue};
  return pool;
}

core::Fleet small_fleet() {
  core::Fleet fleet;
  for (const NodeName& name : {job1, job2, job3, stranger})
    fleet.nodes.push_back({name, name.str()});
  for (const NodeName& name : {sup1, sup2}) fleet.supervisors.push_back({name, name.str()});
  fleet.supervisor_timings = short_timings();
  fleet.budget = {2, Millis{3'600'000}};
  fleet.pools = {pool_settings(mail), pool_settings(paper)};
  return fleet;
}

void StoreContract::SetUp() {
  ASSERT_TRUE(core::check_timings(short_timings()).empty());
  store_ = GetParam().make();
  const auto applied = oper().apply(small_fleet(), person("first fleet"), false);
  ASSERT_TRUE(applied.has_value()) << applied.error().text;
  for (int i = 0; i < 40 && report(job1).frozen; ++i) pass(Millis{50});
  ASSERT_FALSE(report(job1).frozen);
}

Uuid StoreContract::fresh() {
  char text[37];
  std::snprintf(text, sizeof text, "00000000-0000-4000-8000-%012d", ++uuids_);
  return Uuid{text};
}

core::OperatorContext StoreContract::person(const std::string& reason) {
  return {"alice", reason};
}

core::BeatRequest StoreContract::beat_of(const NodeName& name,
                                         std::vector<core::LeaseRenewal> renewals) const {
  core::BeatRequest request;
  request.node = name;
  std::string last(12, '0');
  last.replace(0, 1, name.str() == "job2" ? "2" : "1");
  request.instance = Uuid{"10000000-0000-4000-8000-" + last};
  request.renewals = std::move(renewals);
  request.ready = {mail, paper, supervisors};
  return request;
}

core::BeatReply StoreContract::beat(const NodeName& name,
                                    std::vector<core::LeaseRenewal> renewals) {
  const auto reply = agent(name).beat(beat_of(name, std::move(renewals)));
  if (!reply) {
    ADD_FAILURE() << "beat of " << name.str() << ": " << reply.error().text;
    return {};
  }
  return *reply;
}

core::PoolReport StoreContract::report(const NodeName& name, const PoolName& pool,
                                       std::vector<core::LeaseRenewal> renewals) {
  const auto reply = beat(name, std::move(renewals));
  const auto found = std::ranges::find(reply.pools, pool, &core::PoolReport::pool);
  if (found == reply.pools.end()) {
    ADD_FAILURE() << "no report of " << pool.str() << " for " << name.str();
    return {};
  }
  return *found;
}

core::PoolView StoreContract::view(const PoolName& pool) {
  const auto snapshot = reader().snapshot();
  if (!snapshot) {
    ADD_FAILURE() << snapshot.error().text;
    return {};
  }
  for (const core::PoolView& one : snapshot->pools)
    if (one.settings.name == pool) return one;
  if (pool == supervisors && snapshot->supervisors) return *snapshot->supervisors;
  ADD_FAILURE() << "no view of " << pool.str();
  return {};
}

core::TakeRequest StoreContract::take_of(const NodeName& name, const PoolName& pool) {
  const auto reply = beat(name);
  core::TakeRequest request;
  request.node = name;
  request.pool = pool;
  request.attempt = fresh();
  request.instance = beat_of(name).instance;
  request.incarnation = reply.incarnation;
  request.life = reply.life;
  for (const core::PoolReport& one : reply.pools)
    if (one.pool == pool) {
      request.epoch = one.epoch;
      request.lease_beat = one.lease_beat;
    }
  request.stood_still = timings.takeover_after;
  request.polls = 3;
  request.reason = "a test";
  return request;
}

core::TakeReply StoreContract::take(const core::TakeRequest& request) {
  const auto reply = agent(request.node).take(request);
  if (!reply) {
    ADD_FAILURE() << "take: " << reply.error().text;
    return {};
  }
  return *reply;
}

Epoch StoreContract::hold(const NodeName& name, const PoolName& pool) {
  const auto reply = take(take_of(name, pool));
  EXPECT_EQ(reply.outcome, core::TakeOutcome::taken) << reply.sentence;
  beat(name, {{pool, reply.epoch}});
  return reply.epoch;
}

core::ReleaseRequest StoreContract::release_of(const NodeName& name, Epoch epoch,
                                               const PoolName& pool) {
  return {name, pool, epoch, fresh(), "a test"};
}

core::ReleaseOutcome StoreContract::release(const NodeName& name, Epoch epoch,
                                            const PoolName& pool) {
  const auto outcome = agent(name).release(release_of(name, epoch, pool));
  if (!outcome) {
    ADD_FAILURE() << "release: " << outcome.error().text;
    return core::ReleaseOutcome::blocked;
  }
  return *outcome;
}

core::FlipStepOutcome StoreContract::step(const NodeName& name, FlipId flip,
                                          core::FlipEvent event) {
  const bool of_old = event == core::FlipEvent::drain_begun;
  const auto shown = flip_view(flip);
  const Epoch epoch = of_old ? shown.from_epoch : shown.epoch.value_or(Epoch{});
  return step(name, flip, event, epoch);
}

core::FlipStepOutcome StoreContract::step(const NodeName& name, FlipId flip, core::FlipEvent event,
                                          Epoch epoch) {
  const auto outcome = agent(name).step_flip({name, flip, event, "", epoch});
  if (!outcome) {
    ADD_FAILURE() << "step: " << outcome.error().text;
    return core::FlipStepOutcome::not_yours;
  }
  return *outcome;
}

core::FlipRequest StoreContract::flip_to(const NodeName& to, const PoolName& pool) {
  core::FlipRequest request;
  request.request = fresh();
  request.pool = pool;
  request.to = to;
  request.by.claimed_name = "alice";
  request.reason = "a test";
  request.evidence = "{}";
  return request;
}

core::FlipRequest StoreContract::automatic_flip_to(const NodeName& to, Epoch leader,
                                                   const PoolName& pool) {
  core::FlipRequest request = flip_to(to, pool);
  request.by = {sup1, leader, ""};
  request.stalled = true;
  return request;
}

core::FlipAnswer StoreContract::ask(const core::FlipRequest& request) {
  const auto answer = oper().request_flip(request);
  if (!answer) {
    ADD_FAILURE() << "request_flip: " << answer.error().text;
    return {};
  }
  return *answer;
}

core::FlipAnswer StoreContract::ask_automatic(const core::FlipRequest& request) {
  const auto answer = supervisor(request.by.supervisor).request_flip(request);
  if (!answer) {
    ADD_FAILURE() << "request_flip: " << answer.error().text;
    return {};
  }
  return *answer;
}

FlipId StoreContract::flip(const NodeName& to) {
  beat(to);
  const auto answer = ask(flip_to(to));
  EXPECT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
  return answer.flip;
}

FlipId StoreContract::flip_by_stall(const NodeName& to) {
  beat(to);
  auto request = flip_to(to);
  request.stalled = true;
  const auto answer = ask(request);
  EXPECT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
  return answer.flip;
}

core::FlipView StoreContract::flip_view(FlipId flip) {
  const auto timeline = reader().timeline(flip);
  if (!timeline) {
    ADD_FAILURE() << "timeline: " << timeline.error().text;
    return {};
  }
  return timeline->flip;
}

bool StoreContract::judge(Epoch leader, FlipId flip, core::FlipEvent event) {
  const auto led = supervisor(sup1).record_flip_outcome({sup1, leader, flip, event, "a test"});
  EXPECT_TRUE(led.has_value()) << led.error().text;
  return led.has_value() && *led;
}

Epoch StoreContract::carry_out(FlipId flip, Epoch held, FlipState until) {
  const auto took = [&] {
    const auto reply = take(take_of(job2));
    EXPECT_EQ(reply.outcome, core::TakeOutcome::taken) << reply.sentence;
    beat(job2, {{mail, reply.epoch}});
    return reply.epoch;
  };
  if (until == FlipState::requested) return held;
  EXPECT_EQ(step(job1, flip, core::FlipEvent::drain_begun), core::FlipStepOutcome::done);
  if (until == FlipState::draining) return held;
  EXPECT_EQ(release(job1, held), core::ReleaseOutcome::released);
  if (until == FlipState::released) return held;
  const Epoch epoch = took();
  if (until == FlipState::taken) return epoch;
  EXPECT_EQ(step(job2, flip, core::FlipEvent::started), core::FlipStepOutcome::done);
  return epoch;
}

std::int64_t StoreContract::events_of(const std::string& chain) {
  const auto heads = reader().audit_heads();
  EXPECT_TRUE(heads.has_value());
  for (const core::ChainHead& head : *heads)
    if (head.chain == chain) return head.seq;
  return 0;
}

}  // namespace jobflip::test
