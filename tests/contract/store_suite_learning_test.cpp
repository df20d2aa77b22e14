// What an operator has learned about a queue, and what mode observe held back.

#include "contract/store_suite.hpp"

namespace jobflip::test {

core::ObservedStalls StoreContract::observed_after_a_flip(const std::string& evidence) {
  auto fleet = small_fleet();
  fleet.pools[0].mode = core::PoolMode::observe;
  EXPECT_TRUE(oper().apply(fleet, person(), false).has_value());
  const Epoch leader = elect();
  EXPECT_TRUE(supervisor(sup1).record_hold({sup1, leader, mail, "observe", "stuck", "{}"}).value());
  hold(job1);
  beat(job2);
  auto request = flip_to(job2);
  request.stalled = true;
  request.evidence = evidence;
  EXPECT_TRUE(oper().request_flip(request).value().accepted);
  const auto found = reader().observed_stalls().value();
  EXPECT_EQ(found.size(), 1u);
  return found.at(0);
}

namespace {

const QueueName email = QueueName::of("email");

core::LearnedBatch rhythm(Epoch leader, const std::string& document) {
  return {sup1, leader, {{mail, email, document}}};
}

TEST_P(StoreContract, WhatAnOperatorHadLearnedStaysUntilTheLeaderHasTakenItIn) {
  const Epoch leader = elect();
  ASSERT_TRUE(samples(sup1).keep_learned(rhythm(leader, R"({"served":1})")).value());
  const auto events = events_of();
  const auto taught = oper().learn({mail, email, R"({"served":9,"taught":1})"}, person("new"));
  ASSERT_TRUE(taught.has_value()) << taught.error().text;
  EXPECT_TRUE(taught->accepted && taught->changed) << taught->rule;
  EXPECT_EQ(events_of(), events + 1);
  EXPECT_TRUE(samples(sup1).keep_learned(rhythm(leader, R"({"served":2})")).value());
  EXPECT_EQ(reader().learned(mail, email).value(), R"({"served":9,"taught":1})");
  EXPECT_TRUE(samples(sup1).keep_learned(rhythm(leader, R"({"served":10,"taught":1})")).value());
  EXPECT_EQ(reader().learned(mail, email).value(), R"({"served":10,"taught":1})");
  const std::vector<core::Learned> all{{mail, email, R"({"served":10,"taught":1})"}};
  EXPECT_EQ(reader().all_learned().value(), all);
}

TEST_P(StoreContract, OfTwoOperatorsOneIsToldThatTheOtherWasFaster) {
  ASSERT_TRUE(oper().learn({mail, email, R"({"taught":1})"}, person("one"))->accepted);
  const auto events = events_of();
  for (const auto* late : {R"({"taught":1})", R"({"taught":3})", "{}"}) {
    const auto answer = oper().learn({mail, email, late}, person("other"));
    ASSERT_TRUE(answer.has_value()) << answer.error().text;
    EXPECT_FALSE(answer->accepted);
    EXPECT_EQ(answer->rule, "learned-meanwhile");
  }
  EXPECT_EQ(events_of(), events);
  EXPECT_EQ(reader().learned(mail, email).value(), R"({"taught":1})");
  EXPECT_TRUE(oper().learn({mail, email, R"({"taught":2})"}, person("again"))->accepted);
}

TEST_P(StoreContract, WhatAnOperatorHasLearnedIsBoundedAndOfAQueueThatIsThere) {
  const auto ends = [&](const PoolName& pool, const char* queue, const std::string& document) {
    const auto done = oper().learn({pool, QueueName::of(queue), document}, person());
    return done ? ErrorCode{} : done.error().code;
  };
  const std::string good = R"({"taught":1})";
  EXPECT_EQ(ends(mail, "none", good), ErrorCode::not_found);
  EXPECT_EQ(ends(PoolName::of("none"), "email", good), ErrorCode::not_found);
  EXPECT_EQ(ends(mail, "email", "[]"), ErrorCode::usage);
  EXPECT_EQ(ends(mail, "email", R"({"taught":1,"a":")" + std::string(8192, 'x') + R"("})"),
            ErrorCode::usage);
  EXPECT_EQ(reader().learned(mail, email).value(), "");
}

TEST_P(StoreContract, APoolInModeObserveSaysHowOftenItWouldHaveBeenFlipped) {
  auto fleet = small_fleet();
  fleet.pools[0].mode = core::PoolMode::observe;
  ASSERT_EQ(fleet.pools[0].name, mail);
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value());
  const Epoch leader = elect();
  const auto holds = [&](const char* rule, const PoolName& pool) {
    ASSERT_TRUE(supervisor(sup1).record_hold({sup1, leader, pool, rule, "stuck", "{}"}).value());
  };
  EXPECT_TRUE(reader().observed_stalls().value().empty());
  holds("observe", mail);
  holds("cooldown", mail);
  holds("observe", paper);  // which is in mode auto
  hold(job1);
  beat(job2);
  auto request = flip_to(job2);
  request.stalled = true;
  ASSERT_TRUE(oper().request_flip(request).value().accepted);
  auto found = reader().observed_stalls().value();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].pool, mail);
  EXPECT_EQ(found[0].wanted, 1);
  EXPECT_EQ(found[0].flipped, 1);
  EXPECT_TRUE(found[0].last_is_flipped);
  holds("observe", mail);
  found = reader().observed_stalls().value();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].wanted, 2);
  EXPECT_EQ(found[0].flipped, 1);
  EXPECT_FALSE(found[0].last_is_flipped);
}

TEST_P(StoreContract, AFlipForALaterStallDoesNotCountForTheOneBefore) {
  // the verdict began 400 s after the request: as if the hold were older than the stall by that
  const auto seen =
      observed_after_a_flip(R"({"queues": [{"verdict": "STALLED", "verdict_age_ms": -400000}]})");
  EXPECT_EQ(seen.wanted, 1);
  EXPECT_EQ(seen.flipped, 0) << "it had ended by itself";
  EXPECT_FALSE(seen.last_is_flipped);
}

TEST_P(StoreContract, AFlipForTheStallThatWasHeldCounts) {
  const auto seen = observed_after_a_flip(R"({"queues": [{"verdict": "OK", "verdict_age_ms": 0},)"
                                          R"( {"verdict": "HELD", "verdict_age_ms": 60000}]})");
  EXPECT_EQ(seen.flipped, 1);
}

}  // namespace
}  // namespace jobflip::test
