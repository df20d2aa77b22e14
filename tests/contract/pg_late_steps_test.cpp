// One rule for what a node may report about a flip: for generated flips and leases, step_flip in
// PostgreSQL must answer the same as core::judge_step. $JOBFLIP_SEED repeats a run.

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

#include "contract/generated.hpp"
#include "jobflip/core/flip_steps.hpp"

namespace jobflip::test {
namespace {

using core::FlipEvent;
using core::FlipState;
using core::FlipStepOutcome;

constexpr int kCases = 2000;
constexpr int kPerCall = 50;
constexpr Epoch kFrom{100};
constexpr Epoch kTo{116};

struct Case {
  FlipState state{};
  FlipEvent event{};
  NodeName node;  // the one that reports: job1 is the old node, job2 the new one, job3 a candidate
  Epoch epoch;    // the epoch in the report; 0: none
  bool said_before{};
  bool overdue{};
  NodeName holder;
  Epoch current;
  bool held{};
  bool renewed{};
  bool just_taken{};
  bool just_beaten{};
};

Case draw(std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const auto coin = [&] { return below(3) > 0; };  // true in most cases
  const auto& row = core::kFlipTable.at(random() % core::kFlipTable.size());
  Case one;
  one.state = row.from;
  constexpr std::array kSaid{FlipEvent::drain_begun, FlipEvent::started, FlipEvent::start_failed,
                             FlipEvent::overdue, FlipEvent::nobody_looked};
  one.event = coin() ? row.event : kSaid.at(random() % kSaid.size());
  if (below(3) == 0) {  // the case that the rule is about
    one.event = kSaid.at(random() % 3);
    one.state = one.event == FlipEvent::drain_begun ? FlipState::requested : FlipState::taken;
  }
  const bool of_old = one.event == FlipEvent::drain_begun;
  const std::array nodes{job1, job2, job3, stranger};
  one.node = coin() ? (of_old ? job1 : job2) : nodes.at(random() % nodes.size());
  one.epoch = (coin() == of_old) ? kFrom : kTo;
  one.said_before = !coin();
  one.overdue = below(2) == 0;
  one.holder = coin() ? one.node : job3;
  one.current = coin() ? one.epoch : Epoch{one.epoch.value + 7};
  one.held = coin();
  one.renewed = coin();
  one.just_taken = !coin();
  one.just_beaten = coin();
  if (below(8) == 0) one.epoch = {};
  return one;
}

std::string by_core(const Case& one) {
  core::FlipStepFacts facts;
  facts.state = one.state;
  facts.event = one.event;
  facts.is_from = one.node == job1;
  facts.is_to = one.node == job2;
  facts.is_candidate = one.node != stranger;
  facts.said_before = one.said_before;
  facts.is_overdue = one.overdue;
  facts.of_its_holding = one.epoch == (one.event == FlipEvent::drain_begun ? kFrom : kTo);
  facts.lease_lives = one.held && one.holder == one.node && one.current == one.epoch &&
                      (one.just_taken || (one.renewed && one.just_beaten));
  return std::string{core::name_of(core::judge_step(facts))};
}

std::string script_of(const Case& one) {
  const auto quoted = [](std::string_view text) { return "'" + std::string{text} + "'"; };
  const auto ago = [](bool just) {
    return std::string{"clock_timestamp() - interval "} + (just ? "'0.1 s'" : "'20 s'");
  };
  const auto event = quoted(core::name_of(one.event));
  const auto lease = "mail:" + std::to_string(one.current.value);
  return "begin; update jobflip_data.pool set open_flip = 5, settings = settings || "
         "'{\"lease_ms\": 10000, \"takeover_after_ms\": 13000, \"freeze_ms\": 15000}' where name "
         "= 'mail'; update jobflip_data.pool_owner set state "
         "= " +
         quoted(one.held ? "held" : "released") + ", holder = " + quoted(one.holder.str()) +
         ", epoch = " + std::to_string(one.current.value) + ", taken_at = " + ago(one.just_taken) +
         " where pool = 'mail'; update jobflip_data.node_beat set renewals = array[" +
         quoted(one.renewed ? lease : "mail:7") +
         "], renewals_since = clock_timestamp(), "
         "beat_at = " +
         ago(one.just_beaten) + " where node = " + quoted(one.holder.str()) +
         "; insert into jobflip_data.flip (id, request, pool, state, from_node, to_node, "
         "automatic, "
         "host_is_off, stalled, drain_timeout_ms, login, actor, reason, evidence, from_epoch, "
         "epoch, "
         "requested_at, state_since, deadline, last_sentence) values (5, gen_random_uuid(), "
         "'mail', " +
         quoted(core::name_of(one.state)) +
         ", 'job1', 'job2', false, false, false, 321, 'ops1', "
         "'ann', 'r', '{}', 100, 116, clock_timestamp(), clock_timestamp(), clock_timestamp() + "
         "interval " +
         (one.overdue ? "'-1 s'" : "'1 h'") + ", ''); " +
         (one.said_before ? "insert into jobflip_data.flip_step values (5, 1, clock_timestamp(), " +
                                event + ", 'x', 'x', 'x', 'x'); "
                          : std::string{}) +
         "set local session authorization " + one.node.str() + "; select 'row', " +
         "jobflip.step_flip(" + quoted(one.node.str()) + ", 5, " + event + ", '', " +
         (one.epoch == Epoch{} ? "null" : std::to_string(one.epoch.value)) + "); rollback;\n";
}

TEST(PgLateSteps, CoreAndPostgreSQLAgreeOnGeneratedFlipsAndLeases) {
  Generated generated;
  PgStore store;
  ASSERT_TRUE(store.oper().apply(small_fleet(), {"ann", "a test"}, false).has_value());
  std::map<std::string, int> met;
  generated.run(store, kCases, kPerCall, draw, script_of,
                [&](const Case& one, const std::string& answer, int) {
                  const std::string wanted = by_core(one);
                  ++met[wanted];
                  EXPECT_EQ(answer, wanted)
                      << core::name_of(one.state) << " " << core::name_of(one.event) << " by "
                      << one.node.str() << " of " << one.epoch.value << "; held " << one.held
                      << " by " << one.holder.str() << " under " << one.current.value
                      << ", renewed " << one.renewed << ", taken now " << one.just_taken
                      << ", beaten now " << one.just_beaten;
                });
  for (const std::string outcome : {"done", "not_there", "not_yours", "late"})
    EXPECT_GT(met[outcome], kCases / 25) << outcome;
}

}  // namespace
}  // namespace jobflip::test
