// Each invariant of a supervisor is violated once, by one wrong field in an otherwise correct
// step.
#include <functional>
#include <set>

#include "jobflip/core/invariants.hpp"
#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

struct Broken {
  std::string_view sentence;
  std::function<void(SupervisorStep&, Instant)> spoil;
  bool of_pool{false};
};

const PoolName kPool = PoolName::of("mail");

PoolWatch& mail(SupervisorStep& step) {
  return step.next.pools.at(kPool);
}

FlipRequest request_of(const SupervisorState& state) {
  FlipRequest request;
  request.pool = kPool;
  request.to = NodeName::of("job2");
  request.expected_epoch = Epoch{42};
  request.by = Requester{state.self, *state.epoch, ""};
  return request;
}

HoldRecord hold_of(const SupervisorState& state) {
  return {state.self, *state.epoch, kPool, "pause", "paused", "{}"};
}

FlipOutcome judgement_of(const SupervisorState& state) {
  return {state.self, *state.epoch, FlipId{17}, FlipEvent::completed, "a job completed"};
}

const std::vector<Broken> kBroken{
    {"a supervisor leads only while its lease runs",
     [](SupervisorStep& s, Instant now) { s.next.trusted_until = now; }},
    {"a supervisor that does not lead watches nothing and wants nothing",
     [](SupervisorStep& s, Instant) { s.next.epoch.reset(); }},
    {"a call belongs to the epoch that sent it, or to none",
     [](SupervisorStep& s, Instant) {
       s.next.call = StoreCall::publish;
       s.next.call_epoch = Epoch{6};
     }},
    {"the watched pools are those of the last snapshot",
     [](SupervisorStep& s, Instant) { s.next.pools.clear(); }},
    {"a pool has one wanted flip at most, of this epoch, with a target and an expected epoch",
     [](SupervisorStep& s, Instant) { s.next.wanted.assign(2, request_of(s.next)); }},
    {"a pool has one wanted flip at most, of this epoch, with a target and an expected epoch",
     [](SupervisorStep& s, Instant) {
       s.next.wanted = {request_of(s.next)};
       s.next.wanted.front().expected_epoch.reset();
     }},
    {"a pool has one hold at most, of this epoch",
     [](SupervisorStep& s, Instant) { s.next.holds.assign(2, hold_of(s.next)); }},
    {"a pool has one hold at most, of this epoch",
     [](SupervisorStep& s, Instant) {
       s.next.holds = {hold_of(s.next)};
       s.next.holds.front().supervisor_epoch = Epoch{6};
     }},
    {"a flip has one outcome at most, of this epoch",
     [](SupervisorStep& s, Instant) { s.next.outcomes.assign(2, judgement_of(s.next)); }},
    {"what is said of an incident is of this epoch",
     [](SupervisorStep& s, Instant) {
       IncidentReport report;
       report.supervisor = s.next.self;
       report.supervisor_epoch = Epoch{6};
       s.next.incidents = {{report, std::nullopt}};
     }},
    {"a store that answers has no last error",
     [](SupervisorStep& s, Instant) { s.next.last_error = "no answer"; }},
    {"a watch has the settings of its pool",
     [](SupervisorStep& s, Instant) { mail(s).settings.name = PoolName::of("paper"); }, true},
    {"without a watched flip, nothing is known about one",
     [](SupervisorStep& s, Instant) { mail(s).judged = true; }, true},
    {"the flip whose cure is watched is the open one, and its old workers are gone",
     [](SupervisorStep& s, Instant) {
       mail(s).flip = FlipId{17};
       mail(s).judging = FlipId{16};
       mail(s).workers_gone = true;
     },
     true},
    {"a pool is stalled only while a flip may help one of its queues",
     [](SupervisorStep& s, Instant now) { mail(s).stalled_since = now; }, true},
    {"few samples of a queue are kept, under its own name",
     [](SupervisorStep& s, Instant) { mail(s).queues.begin()->second.recent.resize(31); }, true},
    {"only a leading supervisor acts",
     [](SupervisorStep& s, Instant now) {
       s.next = first_supervisor_state(s.next.self, s.next.run, now);
       s.actions = {ReadSnapshot{}};
     }},
    {"a step sends at most one call, which is then in flight",
     [](SupervisorStep& s, Instant) {
       s.next.call = StoreCall::snapshot;
       s.actions = {ReadSnapshot{}, ReadHeads{}};
     }},
    {"a step sends at most one call, which is then in flight",
     [](SupervisorStep& s, Instant) {
       s.next.call = StoreCall::none;
       s.next.call_epoch.reset();
       s.actions = {ReadSnapshot{}};
     }},
};

TEST(SupervisorInvariants, EachIsNoticedByTheOneFieldThatBreaksIt) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  std::set<std::string_view> broken;
  for (const Broken& one : kBroken) {
    SCOPED_TRACE(one.sentence);
    SupervisorStep step;
    step.next = world.state;
    ASSERT_EQ(check_invariants(step, world.now), "");
    one.spoil(step, world.now);
    EXPECT_EQ(check_invariants(step, world.now),
              (one.of_pool ? "mail: " : "") + std::string{one.sentence});
    broken.insert(one.sentence);
  }
  for (const std::string_view sentence : supervisor_invariants())
    EXPECT_TRUE(broken.contains(sentence)) << "never broken: " << sentence;
}

}  // namespace
}  // namespace jobflip::core
