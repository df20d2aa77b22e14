// A capture of stalled workers runs next to the loop, and its result goes to the store.
#include "agent_loop_fixture.hpp"

namespace jobflip::daemon {
namespace {

core::FlipDirective stalled_flip() {
  return {.id = FlipId{17},
          .state = core::FlipState::draining,
          .from = kJob1,
          .to = NodeName::of("job2"),
          .automatic = true,
          .host_is_off = false,
          .overdue = false,
          .drain_timeout = 500ms,
          .stalled = true};
}

TEST_F(AgentLoopTest, StopsStalledWorkersAfterTheCaptureAndSendsTheBlackBox) {
  ASSERT_TRUE(until([&] { return runs(); }));
  const int beats = store.beats;
  store.set_flip(stalled_flip());
  ASSERT_TRUE(until([&] { return black_box.begun.has_value(); }));
  EXPECT_EQ(black_box.begun->flip, FlipId{17});
  EXPECT_EQ(black_box.begun->pool, kMail);
  EXPECT_EQ(host.stops, 0);
  black_box.end_look();
  ASSERT_TRUE(until([&] { return host.stops == 1; }));
  store.set_flip({});
  ASSERT_TRUE(until([&] { return store.kept().has_value(); }));
  EXPECT_EQ(store.kept()->document, "{}");
  EXPECT_GT(store.beats, beats) << "the loop must keep running";
}

TEST_F(AgentLoopTest, ACaptureThatHangsDelaysNeitherBeatsNorTheFlip) {
  ASSERT_TRUE(until([&] { return runs(); }));
  store.set_flip(stalled_flip());
  ASSERT_TRUE(until([&] { return black_box.begun.has_value(); }));
  const int beats = store.beats;
  EXPECT_TRUE(until([&] { return host.stops == 1; }));
  EXPECT_GT(store.beats, beats);
  EXPECT_FALSE(store.kept().has_value());
}

TEST_F(AgentLoopTest, WithoutABlackBoxNoFlipWaits) {
  run_with(nullptr);
  ASSERT_TRUE(until([&] { return runs(); }));
  store.set_flip(stalled_flip());
  EXPECT_TRUE(until([&] { return host.stops == 1; }));
  EXPECT_FALSE(black_box.begun.has_value());
}

}  // namespace
}  // namespace jobflip::daemon
