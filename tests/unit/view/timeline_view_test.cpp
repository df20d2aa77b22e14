#include "jobflip/view/timeline_view.hpp"

#include <gtest/gtest.h>

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;

core::FlipView some_flip() {
  core::FlipView flip;
  flip.id = FlipId{7};
  flip.pool = PoolName::of("mail");
  flip.requested_at = WallTime{1'795'402'800s};
  return flip;
}

TEST(Timeline, CountsFromTheRequest) {
  auto flip = some_flip();
  EXPECT_EQ(offset_text(flip, flip.requested_at + 420ms), "+420ms");
  EXPECT_EQ(durations_text(flip), "");
  flip.drained_at = flip.requested_at + 40ms;
  flip.started_at = flip.requested_at + 420ms;
  EXPECT_EQ(durations_text(flip), "drain begun after 40ms; active after 420ms");
}

TEST(Timeline, AMoveNamesNobodyWhereThereIsNone) {
  core::HistoryEntry entry;
  EXPECT_EQ(move_text(entry), "-");
  entry.to = "job2";
  EXPECT_EQ(move_text(entry), "nobody -> job2");
  entry.kind = core::HistoryKind::refused;
  EXPECT_EQ(move_text(entry), "any -> job2") << "what was asked for, and not who holds";
  entry.from = "job1";
  entry.to.clear();
  EXPECT_EQ(move_text(entry), "job1 -> any");
}

TEST(Timeline, ARestartNamesItsNodeOnce) {
  core::HistoryEntry entry;
  entry.kind = core::HistoryKind::flip;
  entry.from = entry.to = "job1";
  EXPECT_EQ(move_text(entry), "restart on job1");
  EXPECT_EQ(history_json({entry})[0]["restart"], true);
  entry.kind = core::HistoryKind::take;
  EXPECT_EQ(move_text(entry), "job1 again") << "no flip restarted its workers";
  EXPECT_EQ(history_json({entry})[0]["restart"], false);
  entry.kind = core::HistoryKind::flip;
  entry.to = "job2";
  EXPECT_EQ(history_json({entry})[0]["restart"], false);
  core::FlipView flip = some_flip();
  flip.to = flip.from = NodeName::of("job1");
  EXPECT_EQ(timeline_json({flip, "", {}, {}}, false)["restart"], true);
}

TEST(Timeline, HasDocumentsOnlyIfTheyAreAskedFor) {
  core::FlipTimeline timeline{some_flip(), "not JSON", {}, {}};
  timeline.black_boxes = {
      {NodeName::of("job1"), timeline.flip.requested_at + 31ms, "ab", R"({"version": 1})"},
      {NodeName::of("job1"), timeline.flip.requested_at, "cd", "{broken"}};
  const auto in_short = timeline_json(timeline, false);
  EXPECT_TRUE(in_short["evidence"].is_null()) << in_short["evidence"];
  EXPECT_EQ(in_short["black_boxes"][0]["offset_ms"], 31);
  EXPECT_FALSE(in_short["black_boxes"][0].contains("document"));
  const auto whole = timeline_json(timeline, true);
  EXPECT_EQ(whole["black_boxes"][0]["document"]["version"], 1);
  EXPECT_EQ(whole["black_boxes"][1]["document"], "{broken");
}

}  // namespace
}  // namespace jobflip::view
