#include <gtest/gtest.h>

#include <algorithm>

#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

const Error kBroken{ErrorCode::store_unreachable, "connection closed", ""};

struct StalledWorld : SupervisedWorld {
  StalledWorld() {
    elect();
    run_well();
  }
  bool stall() {
    return run_until([this] { return verdict() == QueueState::stalled; }, 20s);
  }
};

TEST(SupervisorDecides, ToFlipAPoolThatIsStalledForItsHoldDown) {
  StalledWorld world;
  ASSERT_EQ(world.verdict(), QueueState::ok);
  ASSERT_TRUE(world.stall());
  const Instant stalled_at = world.now;

  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 10s));

  EXPECT_GE(world.now - stalled_at, 2900ms);
  EXPECT_LE(world.now - stalled_at, 4200ms);
  const FlipRequest& request = world.requests.front();
  EXPECT_EQ(request.from, NodeName::of("job1"));
  EXPECT_EQ(request.to, NodeName::of("job2"));
  EXPECT_EQ(request.expected_epoch, Epoch{42});
  EXPECT_EQ(request.by.supervisor, NodeName::of("sup1"));
  EXPECT_EQ(request.by.supervisor_epoch, Epoch{7});
  EXPECT_TRUE(request.stalled);
  EXPECT_EQ(request.request.text.size(), 36U);
  EXPECT_NE(request.reason.find("queue email is STALLED: no job was taken"), std::string::npos);
  EXPECT_NE(request.evidence.find("\"verdict\":\"STALLED\""), std::string::npos);
}

TEST(SupervisorDecides, NothingElseWhileTheFlipIsUnderWay) {
  StalledWorld world;
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  world.run(60s);
  EXPECT_EQ(world.requests.size(), 1U);
  EXPECT_TRUE(world.holds.empty());
}

TEST(SupervisorDecides, AtOnceWithoutAHoldDown) {
  StalledWorld world;
  world.pool().settings.hold_down = 0s;
  world.run_well(15s);  // new settings, which keep the detectors
  ASSERT_TRUE(world.stall());
  EXPECT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 500ms));
}

TEST(SupervisorDecides, NotToFlipWhatRecoversInTheHoldDown) {
  StalledWorld world;
  ASSERT_TRUE(world.stall());
  world.run_well(30s);
  EXPECT_TRUE(world.requests.empty());
  EXPECT_TRUE(world.holds.empty());
}

struct Hold {
  std::string rule;
  std::function<void(SupervisedWorld&)> close;
  std::string text;
};

TEST(SupervisorDecides, ToRecordOneHoldForEachGateThatIsClosed) {
  const std::vector<Hold> all{
      {"pause",
       [](auto& w) {
         w.pool().pause = {WallTime{}, 1h, "disks", "alice"};
       },
       "alice"},
      {"observe", [](auto& w) { w.pool().settings.mode = PoolMode::observe; },
       "would have flipped from job1 to job2"},
      {"deployment", [](auto& w) { w.pool().deployment = {12, "4.2.1", "ci", 3min, 7min, {}}; },
       "deployment 12 of version 4.2.1"},
      {"cooldown",
       [](auto& w) {
         w.pool().cooldown = {10min, 0, FlipId{3}};
       },
       "after flip 3"},
      {"budget", [](auto& w) { w.fleet.budget.used = 3; }, "3 of 3"},
      {"target",
       [](auto& w) {
         for (auto& c : w.pool().candidates) c.ready = false;
       },
       "job2"},
      {"frozen", [](auto& w) { w.pool().frozen_for = 5s; }, "lost history"},
      {"holder", [](auto& w) { w.pool().owner.state = OwnerState::released; }, "nobody holds"},
  };
  for (const Hold& c : all) {
    SCOPED_TRACE(c.rule);
    StalledWorld world;
    ASSERT_TRUE(world.stall());
    c.close(world);
    world.run(60s);
    EXPECT_TRUE(world.requests.empty());
    ASSERT_EQ(world.holds.size(), 1U);
    EXPECT_EQ(world.holds[0].rule, c.rule);
    EXPECT_EQ(world.holds[0].supervisor_epoch, Epoch{7});
    EXPECT_NE(world.holds[0].reason.find(c.text), std::string::npos) << world.holds[0].reason;
    EXPECT_NE(world.holds[0].evidence.find("\"gates\":["), std::string::npos);
  }
}

TEST(SupervisorDecides, ToNameTheFirstGateAlsoInModeObserve) {
  struct Case {
    std::function<void(SupervisedWorld&)> close;
    std::string rule;
    std::string text;
  };
  const std::vector<Case> all{
      {[](auto& w) { w.fleet.budget.used = 3; }, "observe",
       "mode observe; in mode auto it would be held by budget: 3 of 3"},
      {[](auto& w) {
         w.pool().cooldown = {10min, 0, FlipId{3}};
       },
       "observe", "held by cooldown: "},
      {[](auto& w) {
         w.pool().pause = {WallTime{}, 1h, "disks", "alice"};
       },
       "pause", "alice"},
  };
  for (const Case& c : all) {
    SCOPED_TRACE(c.text);
    StalledWorld world;
    world.pool().settings.mode = PoolMode::observe;
    c.close(world);
    world.run(60s);
    ASSERT_EQ(world.holds.size(), 1U);
    EXPECT_EQ(world.holds[0].rule, c.rule);
    EXPECT_NE(world.holds[0].reason.find(c.text), std::string::npos) << world.holds[0].reason;
    EXPECT_EQ(world.holds[0].reason.find("would have"), std::string::npos)
        << "it would not have flipped";
  }
}

TEST(SupervisorDecides, ToRecordAHoldAgainWhenItsRuleChangesAndToFlipWhenAllIsOpen) {
  StalledWorld world;
  world.fleet.budget.used = 3;
  world.run(30s);
  world.pool().pause = {WallTime{}, 1h, "disks", "alice"};
  world.run(30s);
  world.pool().pause.reset();
  world.fleet.budget.used = 0;
  world.run(30s);

  ASSERT_EQ(world.holds.size(), 2U);
  EXPECT_EQ(world.holds[0].rule, "budget");
  EXPECT_EQ(world.holds[1].rule, "pause");
  EXPECT_EQ(world.requests.size(), 1U);
}

TEST(SupervisorDecides, ToAskAgainUnderTheSameIdWhenTheOutcomeIsUnknown) {
  StalledWorld world;
  int asked = 0;
  world.on_request = [&](const FlipRequest&) -> Result<FlipAnswer> {
    if (++asked < 4) return kBroken;
    world.pool().open_flip = flip_in(FlipState::requested);
    return FlipAnswer{true, FlipId{17}, "", ""};
  };
  world.run(60s);
  ASSERT_EQ(world.requests.size(), 4U);
  for (const auto& request : world.requests) EXPECT_EQ(request.request, world.requests[0].request);
}

TEST(SupervisorDecides, NotToAskAgainIfTheSnapshotShowsTheFlip) {
  StalledWorld world;
  world.on_request = [&](const FlipRequest&) -> Result<FlipAnswer> {
    // It was carried out, and the answer was lost.
    world.pool().open_flip = flip_in(FlipState::draining);
    return kBroken;
  };
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  world.run(2s);
  const auto asked = world.requests.size();
  EXPECT_TRUE(world.state.wanted.empty());
  world.run(60s);
  EXPECT_EQ(world.requests.size(), asked);
}

TEST(SupervisorDecides, NotToAskAgainForWhatHasRecoveredMeanwhile) {
  StalledWorld world;
  world.on_request = [&](const FlipRequest&) -> Result<FlipAnswer> { return kBroken; };
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  world.run_well(10s);
  const auto asked = world.requests.size();
  world.run_well(60s);
  EXPECT_EQ(world.requests.size(), asked);
}

TEST(SupervisorDecides, ToRestAfterARefusalByTheStoreAndToAskUnderANewId) {
  StalledWorld world;
  world.on_request = [](const FlipRequest&) -> Result<FlipAnswer> {
    return FlipAnswer{false, {}, "budget", "used up a moment ago"};
  };
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 30s));
  world.run(2900ms);
  EXPECT_EQ(world.requests.size(), 1U);
  world.run(2s);
  ASSERT_EQ(world.requests.size(), 2U);
  EXPECT_NE(world.requests[0].request, world.requests[1].request);
}

TEST(SupervisorDecides, NothingFromTimeInWhichItWasItselfAway) {
  StalledWorld world;
  ASSERT_TRUE(world.stall());
  world.go_to(world.now + 10min);  // as after SIGSTOP
  world.give(SupervisorTick{});
  world.run(10s);
  EXPECT_TRUE(world.requests.empty());
  EXPECT_EQ(world.verdict(), QueueState::warmup);
  EXPECT_TRUE(std::ranges::any_of(world.reasons, [](const std::string& reason) {
    return reason.find("late by 9m5") != std::string::npos;
  }));
}

TEST(SupervisorDecides, LaterByAsMuchAsItWasLate) {
  StalledWorld world;
  ASSERT_TRUE(world.stall());
  const Instant since = *world.watch().stalled_since;
  world.go_to(world.wake_at + 2500ms);
  world.give(SupervisorTick{});
  EXPECT_EQ(world.state.lateness, 2500ms);
  EXPECT_EQ(*world.watch().stalled_since, since + 2500ms);
}

TEST(SupervisorDecides, WithAnIdOfItsOwnForEveryRequestOfEveryPool) {
  StalledWorld world;
  PoolView other = healthy_pool();
  other.settings = world.pool().settings;
  other.settings.name = PoolName::of("reports");
  world.fleet.pools.push_back(other);
  world.run_well(15s);
  world.on_request = [](const FlipRequest&) -> Result<FlipAnswer> {
    return FlipAnswer{false, {}, "budget", ""};
  };
  world.run(20s);
  std::map<std::string, PoolName> ids;
  for (const auto& request : world.requests) ids.emplace(request.request.text, request.pool);
  EXPECT_EQ(ids.size(), world.requests.size());
  EXPECT_GE(ids.size(), 2U);
}

}  // namespace
}  // namespace jobflip::core
