#include <gmock/gmock.h>

#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using What = IncidentReport::What;

struct SupervisorIncident : ::testing::Test, SupervisedWorld {
  void SetUp() override {
    pool().settings.mode = PoolMode::observe;  // no flip gets in the way
    elect();
    run_well();
  }
  void work_again() {
    working = true;
    sample.runnable = 0;
    sample.oldest_runnable.reset();
  }
};

TEST_F(SupervisorIncident, IsOpenedOnceByAStallWithItsOnset) {
  EXPECT_TRUE(incidents.empty()) << "while all is well";
  ASSERT_TRUE(run_until([&] { return verdict() == QueueState::stalled; }, 60s));
  run(2s);
  ASSERT_EQ(incidents.size(), 1u);
  const auto& report = incidents.front();
  EXPECT_EQ(report.what, What::open);
  EXPECT_EQ(report.kind, IncidentClass::queued);
  EXPECT_EQ(report.cause, IncidentCause::verdict);
  EXPECT_EQ(report.pool, pool().settings.name);
  EXPECT_EQ(report.supervisor, state.self);
  EXPECT_EQ(report.supervisor_epoch, Epoch{7});
  EXPECT_THAT(report.sentence, HasSubstr("queue email is STALLED: "));
  EXPECT_FALSE(report.sentence.ends_with("cause: ")) << report.sentence;
  ASSERT_TRUE(report.ago.has_value());
  EXPECT_GE(*report.ago, 5s) << "it last moved before stall_after";
  EXPECT_LE(*report.ago, 10s);
  run(60s);
  EXPECT_EQ(incidents.size(), 1u) << "one stall, one incident";
}

TEST_F(SupervisorIncident, IsClosedOnceThePoolHasBeenWellForHoldDown) {
  pool().settings.hold_down = 20s;
  ASSERT_TRUE(run_until([&] { return !incidents.empty(); }, 60s));
  work_again();
  ASSERT_TRUE(
      run_until([&] { return verdict() == QueueState::ok || verdict() == QueueState::idle; }, 60s));
  run(15s);
  EXPECT_EQ(incidents.size(), 1u) << "not for long enough";
  run(10s);
  ASSERT_EQ(incidents.size(), 2u);
  EXPECT_EQ(incidents.back().what, What::close);
  ASSERT_TRUE(incidents.back().ago.has_value());
  EXPECT_GE(*incidents.back().ago, 20s) << "the recovery is when it became well";
  run(60s);
  EXPECT_EQ(incidents.size(), 2u);
}

TEST_F(SupervisorIncident, StaysOpenWhileSomethingIsWrong) {
  ASSERT_TRUE(run_until([&] { return !incidents.empty(); }, 60s));
  work_again();
  pool().open_flip = flip_in(FlipState::started);
  run(60s);
  for (const auto& one : incidents) EXPECT_NE(one.what, What::close) << "a flip is open";
  pool().open_flip.reset();
  pool().owner.beat_age = 10min;
  run(60s);
  for (const auto& one : incidents) EXPECT_NE(one.what, What::close) << "the holder is silent";
  pool().owner.beat_age = 100ms;
  run(60s);
  EXPECT_EQ(incidents.back().what, What::close);
}

TEST_F(SupervisorIncident, OfAPersonIsLeftToPeople) {
  pool().incident = OpenIncident{IncidentId{3}, IncidentClass::other, IncidentCause::person, 1h};
  work_again();
  run(120s);
  EXPECT_TRUE(incidents.empty());
  pool().incident->cause = IncidentCause::hold;
  run(30s);
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents.front().what, What::close);
}

TEST_F(SupervisorIncident, OfAFlipOrAPersonIsToldOnceThatThePoolIsInTrouble) {
  for (const auto cause : {IncidentCause::person, IncidentCause::flip}) {
    pool().incident = OpenIncident{IncidentId{3}, IncidentClass::other, cause, 1h};
    incidents.clear();
    ASSERT_TRUE(run_until([&] { return !incidents.empty(); }, 60s));
    run(10s);
    ASSERT_EQ(incidents.size(), 1u);
    EXPECT_EQ(incidents.front().what, What::open);
    EXPECT_EQ(incidents.front().kind, IncidentClass::queued);
    EXPECT_TRUE(incidents.front().ago.has_value());
  }
}

TEST_F(SupervisorIncident, OfASilentHolderIsOneOfItsNode) {
  work_again();
  pool().owner.beat_age = 10min;
  run(5s);
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents.front().kind, IncidentClass::node);
  EXPECT_EQ(incidents.front().cause, IncidentCause::node_loss);
  EXPECT_EQ(incidents.front().ago, std::optional<Millis>{10min});
}

TEST_F(SupervisorIncident, IsSaidAgainIfTheStoreDidNotAnswer) {
  ASSERT_TRUE(run_until([&] { return verdict() == QueueState::stalled; }, 60s));
  broken = Error{ErrorCode::store_failed, "gone", ""};
  run(3s);
  incidents.clear();
  pool().incident.reset();
  broken.reset();
  run(60s);
  ASSERT_EQ(incidents.size(), 1u);
  EXPECT_EQ(incidents.front().what, What::open);
}

TEST(SupervisorFirstJob, IsReportedOncePerFlip) {
  SupervisedWorld world;
  world.elect();
  world.run_well();
  ASSERT_TRUE(world.run_until([&] { return !world.requests.empty(); }, 60s));
  world.run(2s);
  world.flip_becomes(FlipState::released);
  world.run(2s);
  world.flip_becomes(FlipState::started);
  world.run(3s);
  const auto first_jobs = [&] {
    return std::ranges::count(world.incidents, What::first_job, &IncidentReport::what);
  };
  EXPECT_EQ(first_jobs(), 0) << "none has completed";
  world.working = true;
  world.run(5s);
  EXPECT_EQ(first_jobs(), 1);
  const auto report = std::ranges::find(world.incidents, What::first_job, &IncidentReport::what);
  EXPECT_EQ(report->flip, FlipId{17});
}

}  // namespace
}  // namespace jobflip::core
