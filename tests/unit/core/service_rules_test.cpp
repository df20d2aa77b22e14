#include "jobflip/core/service_rules.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace jobflip::core {
namespace {

constexpr Millis kEvery{30'000};

ServiceSettings settings() {
  ServiceSettings out;
  out.name = ServiceName::of("web");
  out.slow_after = Millis{800};
  out.slow_for = Millis{120'000};
  return out;
}

Instant at(int check) {
  return Instant{std::chrono::hours{1000} + check * kEvery};
}

/// A word a check: "ok", "slow", "fail", "none" (it can't be made), "gap" (none for five minutes).
struct Story {
  std::string name;
  std::string checks;
  std::string states;  // after each: "up", "slow", "down", "-"
};

CheckResult result_of(const std::string& word, Instant when) {
  using enum CheckResult::Outcome;
  if (word == "ok") return {passed, when, Millis{100}, "status 200"};
  if (word == "slow") return {passed, when, Millis{900}, "status 200"};
  if (word == "fail") return {failed, when, Millis{50}, "status 503"};
  return {impossible, when, Millis{0}, "no such command"};
}

ServiceJudgement after(const std::string& checks, std::string* states = nullptr,
                       ServiceJudgement judgement = {}) {
  std::istringstream words{checks};
  int now = 0;
  for (std::string word; words >> word; ++now) {
    if (word == "gap") {
      now += 10;
      continue;
    }
    judgement = service_step(settings(), judgement, result_of(word, at(now)), at(now));
    if (states == nullptr) continue;
    *states += (states->empty() ? "" : " ") +
               (judgement.state ? std::string{name_of(*judgement.state)} : "-");
  }
  return judgement;
}

TEST(ServiceRules, StatesFollowFromRowsOfChecks) {
  const std::vector<Story> stories = {
      {"the first answer is up", "ok", "up"},
      {"one failure says nothing", "fail fail ok", "- - up"},
      {"three in a row are down", "ok fail fail fail", "up up up down"},
      {"a passed one ends the row", "ok fail fail ok fail fail", "up up up up up up"},
      {"down at the start", "fail fail fail", "- - down"},
      {"up after two", "fail fail fail ok ok", "- - down down up"},
      {"one good check is not enough", "fail fail fail ok fail ok ok",
       "- - down down down down up"},
      {"slow for two minutes", "ok slow slow slow slow slow", "up up up up up slow"},
      {"one fast check ends the row", "ok slow slow slow slow ok slow slow",
       "up up up up up up up up"},
      {"a failure does not", "ok slow slow fail slow slow", "up up up up up slow"},
      {"slow until two are fast", "slow slow slow slow slow ok ok", "up up up up slow slow up"},
      {"a slow one between does not count", "slow slow slow slow slow ok slow ok ok",
       "up up up up slow slow slow slow up"},
      {"slow, then down, then up", "slow slow slow slow slow fail fail fail ok ok",
       "up up up up slow slow slow down down up"},
      {"slow answers end being down", "fail fail fail slow slow", "- - down down up"},
      {"it can't be checked", "ok none ok", "up - up"},
      {"what can't be checked ends a row", "ok fail fail none fail fail", "up up up - - -"},
      {"a gap ends the state", "ok fail fail gap fail", "up up up -"},
      {"and after it the first answer is up", "fail fail fail gap ok", "- - down up"},
  };
  for (const Story& story : stories) {
    std::string states;
    after(story.checks, &states);
    EXPECT_EQ(states, story.states) << story.name;
  }
}

TEST(ServiceRules, AStateBeganWithTheFirstCheckOfItsRow) {
  EXPECT_EQ(after("ok ok").since, at(0));
  EXPECT_EQ(after("ok fail fail fail fail").since, at(1));
  EXPECT_EQ(after("fail fail fail ok ok ok").since, at(3));
  EXPECT_EQ(after("ok ok slow slow slow slow slow slow").since, at(2));
  EXPECT_EQ(after("ok none none").since, at(1));
}

TEST(ServiceRules, TheSentenceSaysWhatDecided) {
  EXPECT_EQ(after("ok fail fail fail").sentence, "status 503");
  EXPECT_EQ(after("ok fail fail fail ok").sentence, "status 503");
  EXPECT_EQ(after("slow slow slow slow slow").sentence,
            "every check for 2m00s took longer than 800ms; the last one 900ms");
  EXPECT_EQ(after("ok none").sentence, "no such command");
}

/// So many checks in a row, each as long, of a service without `slow_after`.
ServiceJudgement learning(ServiceJudgement judgement, int& now, int checks, Millis latency) {
  auto any = settings();
  any.slow_after.reset();
  for (const int end = now + checks; now < end; ++now) {
    const CheckResult result{CheckResult::Outcome::passed, at(now), latency, "status 200"};
    judgement = service_step(any, judgement, result, at(now));
  }
  return judgement;
}

TEST(ServiceRules, WithoutALimitOneIsLearned) {
  int now = 0;
  auto judgement = learning({}, now, 60, Millis{200});
  judgement = learning(judgement, now, 4, Millis{801});
  EXPECT_EQ(judgement.state, ServiceState::up);
  judgement = learning(judgement, now, 1, Millis{801});
  EXPECT_EQ(judgement.state, ServiceState::slow);
  EXPECT_EQ(
      judgement.sentence,
      "every check for 2m00s took longer than 800ms, which was learned from earlier ones; the "
      "last one 801ms");
  judgement = learning(judgement, now, 500, Millis{801});
  EXPECT_EQ(judgement.state, ServiceState::slow) << "slow must not become usual";
  judgement = learning(judgement, now, 2, Millis{800});
  EXPECT_EQ(judgement.state, ServiceState::up);
}

TEST(ServiceRules, NothingIsSlowBeforeALimitIsLearned) {
  int now = 0;
  auto judgement = learning({}, now, 59, Millis{200});
  judgement = learning(judgement, now, 1, Millis{4000});  // the 60th: the limit holds from here on
  EXPECT_EQ(judgement.state, ServiceState::up);
  EXPECT_FALSE(judgement.slow_since);
}

TEST(ServiceRules, WhatWasLearnedOutlivesAGapAndACheckThatCantBeMade) {
  int now = 0;
  auto judgement = learning({}, now, 60, Millis{200});
  judgement = service_step(settings(), judgement, result_of("none", at(now)), at(now));
  now += 50;
  judgement = learning(judgement, now, 6, Millis{900});
  EXPECT_EQ(judgement.state, ServiceState::slow);
}

TEST(ServiceRules, ALeaderBeginsWithWhatTheOneBeforeSaw) {
  const auto down = judgement_of(ServiceState::down, at(-5), at(-1));
  std::string states;
  EXPECT_EQ(after("fail", &states, down).since, at(-5));
  EXPECT_EQ(states, "down");
  states.clear();
  after("ok ok", &states, down);
  EXPECT_EQ(states, "down up");
  states.clear();
  after("ok", &states, judgement_of(ServiceState::down, at(-50), at(-40)));
  EXPECT_EQ(states, "up");  // nobody watched for long
}

TEST(ServiceRules, UnwatchedAfterThreeChecksAndAtLeastAMinute) {
  auto any = settings();
  EXPECT_EQ(unwatched_after(any), Millis{90'000});
  any.every = Millis{5000};
  EXPECT_EQ(unwatched_after(any), Millis{60'000});
}

}  // namespace
}  // namespace jobflip::core
