// Each invariant of an agent is violated once, by one wrong field in an otherwise correct step.
#include <functional>
#include <set>

#include "jobflip/core/invariants.hpp"
#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

struct Broken {
  std::string_view sentence;
  std::function<void(AgentHarness&)> reach;        // a state in which the invariant applies
  std::function<void(AgentStep&, Instant)> spoil;  // changes one field
  bool of_pool{true};
};

PoolLease& mail(AgentStep& step) {
  return step.next.pools.at(kMail);
}

void hold(AgentHarness& agent) {
  agent.become_holder();
}

void hold_and_beat(AgentHarness& agent) {
  agent.become_holder();
  while (!agent.call<BeatRequest>()) agent.beat_or_wait();
}

void stop(AgentHarness& agent) {
  agent.become_holder();
  agent.feed(ShutdownAsked{});
}

void take(AgentHarness& agent) {
  agent.released(0);
  for (int i = 0; i < 3 && !agent.call<TakeRequest>(); ++i) agent.beat();
  ASSERT_NE(agent.call<TakeRequest>(), nullptr);
}

void start(AgentHarness& agent) {
  take(agent);
  agent.answer(TakeReply{TakeOutcome::taken, Epoch{100}, ""});
  ASSERT_EQ(agent.lease().phase, LeasePhase::starting);
}

void release(AgentHarness& agent) {
  stop(agent);
  agent.workers(WorkerPhase::empty);
  while (!agent.call<ReleaseRequest>()) agent.beat_or_wait();
}

const std::vector<Broken> kBroken{
    {"a call is in flight exactly while its request is known", hold_and_beat,
     [](AgentStep& s, Instant) { s.next.call_sent.reset(); }, false},
    {"a release in flight is for a lease that its pool is releasing", release,
     [](AgentStep& s, Instant) { mail(s).epoch = Epoch{99}; }, false},
    {"a holder's next beat is due within one interval", hold,
     [](AgentStep& s, Instant now) { s.next.next_beat = now + 2001ms; }, false},
    {"a store that answers is not away", hold,
     [](AgentStep& s, Instant) { s.next.store_away = true; }, false},
    {"few black boxes wait, and none is empty or too large", hold,
     [](AgentStep& s, Instant) {
       s.next.black_box.resize(5, {{}, "{}"});
     },
     false},
    {"few black boxes wait, and none is empty or too large", hold,
     [](AgentStep& s, Instant) { s.next.black_box.resize(1); }, false},
    {"a take or a release is under way exactly while it has an attempt", hold,
     [](AgentStep& s, Instant) { mail(s).attempt = Uuid{"attempt"}; }},
    {"a take or a release is under way exactly while it has an attempt", take,
     [](AgentStep& s, Instant) { mail(s).attempt.reset(); }},
    {"a take that is sent again is this node's, for this pool, under the same attempt", take,
     [](AgentStep& s, Instant) { mail(s).take.attempt = Uuid{"another"}; }},
    {"a take that is sent again is this node's, for this pool, under the same attempt", take,
     [](AgentStep& s, Instant) { mail(s).take.node = kOther; }},
    {"a lease is released only when no worker is left", release,
     [](AgentStep& s, Instant) { mail(s).workers.phase = WorkerPhase::stopping; }},
    {"a holder has workers that ran under its epoch", hold,
     [](AgentStep& s, Instant) { mail(s).ran = false; }},
    {"a holder has workers that ran under its epoch", hold,
     [](AgentStep& s, Instant) { mail(s).workers.phase = WorkerPhase::empty; }},
    {"workers are being stopped only while some may be left", stop,
     [](AgentStep& s, Instant) { mail(s).workers.phase = WorkerPhase::empty; }},
    {"workers are being stopped for a cause", stop,
     [](AgentStep& s, Instant) { mail(s).stop_cause = StopCause::none; }},
    {"workers that should run have no cause to stop", hold,
     [](AgentStep& s, Instant) { mail(s).stop_cause = StopCause::lost; }},
    {"an agent that is stopping keeps no workers running", hold,
     [](AgentStep& s, Instant) { s.next.shutting_down = true; }},
    {"this node's epoch is never above the highest that it has seen", hold,
     [](AgentStep& s, Instant) { mail(s).seen = Epoch{1}; }},
    {"workers are kept past their lease only by a holder whose pool is set to keep", hold,
     [](AgentStep& s, Instant now) { mail(s).kept_since = now; }},
    {"a lease that waits for a lost take is one that this node holds or is releasing", take,
     [](AgentStep& s, Instant) { mail(s).unrenewed = true; }},
    {"a watch counts from its first poll", hold,
     [](AgentStep& s, Instant) { mail(s).watch.last_poll = mail(s).watch.since - 1ms; }},
    {"a report comes with settings", take,
     [](AgentStep& s, Instant) { mail(s).settings.name = PoolName{}; }},
    {"a step sends at most one call", hold_and_beat,
     [](AgentStep& s, Instant now) {
       s.next.call_sent = now;
       s.actions.assign(2, CallStore{std::get<BeatRequest>(s.next.call), now + 2s});
     },
     false},
    {"the call that is sent is the one in flight", hold_and_beat,
     [](AgentStep& s, Instant now) {
       s.next.call_sent = now;
       s.actions = {CallStore{ReleaseRequest{}, now + 2s}};
     },
     false},
    {"a beat renews only a lease that this node holds", hold_and_beat,
     [](AgentStep& s, Instant now) {
       s.next.call_sent = now;
       s.actions = {CallStore{std::get<BeatRequest>(s.next.call), now + 2s}};
       mail(s).deadline = now;
     },
     false},
    {"a lease that waits for a lost take is released only after a beat without its renewal",
     release,
     [](AgentStep& s, Instant now) {
       s.next.call_sent = now;
       s.actions = {CallStore{std::get<ReleaseRequest>(s.next.call), now + 2s}};
       mail(s).unrenewed = true;
     },
     false},
    {"workers are started only under this node's lease, before it runs out", start,
     [](AgentStep& s, Instant now) {
       mail(s).deadline = now;
       s.actions = {StartWorkers{kMail, mail(s).epoch, now}};
     },
     false},
    {"workers are started only under this node's lease, before it runs out", start,
     [](AgentStep& s, Instant) {
       s.actions = {StartWorkers{kMail, Epoch{99}, mail(s).deadline}};
     },
     false},
    {"a deadline is moved only for workers of this node's lease", release,
     [](AgentStep& s, Instant now) {
       s.actions = {ExtendDeadline{kMail, now + 1s}};
     },
     false},
    {"an agent finishes only when it holds nothing and waits for no reply", stop,
     [](AgentStep& s, Instant) { s.actions = {Finish{}}; }, false},
};

/// The harness's state as the step that led to it. Its actions are already done.
AgentStep step_of(const AgentHarness& agent) {
  AgentStep step;
  step.next = agent.state;
  return step;
}

TEST(AgentInvariants, EachIsNoticedByTheOneFieldThatBreaksIt) {
  std::set<std::string_view> broken;
  for (const Broken& one : kBroken) {
    SCOPED_TRACE(one.sentence);
    AgentHarness agent;
    one.reach(agent);
    AgentStep step = step_of(agent);
    ASSERT_EQ(check_invariants(step, agent.now), "");
    one.spoil(step, agent.now);
    EXPECT_EQ(check_invariants(step, agent.now),
              (one.of_pool ? "mail: " : "") + std::string{one.sentence});
    broken.insert(one.sentence);
  }
  for (const std::string_view sentence : agent_invariants())
    EXPECT_TRUE(broken.contains(sentence)) << "never broken: " << sentence;
}

}  // namespace
}  // namespace jobflip::core
