// The black box of stalled workers: kept once, accepted only from their own host, shown to readers
// of the flip.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::BlackBoxReply;

const std::string kDocument = R"({"version":1,"processes":[{"pid":7,"state":"D"}]})";

core::KeepBlackBoxRequest evidence(const NodeName& node, FlipId flip, Epoch epoch,
                                   std::string document = kDocument) {
  return {node, {{mail, epoch, flip}, std::move(document)}};
}

TEST_P(StoreContract, AHoldersBeatReportsThatItsFlipIsByStall) {
  const Epoch epoch = hold(job1);
  flip_by_stall(job2);
  EXPECT_TRUE(report(job1, mail, {{mail, epoch}}).flip->stalled);
}

TEST_P(StoreContract, ABlackBoxOfAFlipByStallIsKeptOnceAndShownWithItsFlip) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip_by_stall(job2);
  const auto events = events_of();
  EXPECT_EQ(agent(job1).keep_black_box(evidence(job1, id, epoch)).value(), BlackBoxReply::kept);
  EXPECT_EQ(agent(job1).keep_black_box(evidence(job1, id, epoch, R"({"later":true})")).value(),
            BlackBoxReply::kept)
      << "a request whose answer was lost is repeated";
  EXPECT_EQ(events_of(), events + 1);
  const auto timeline = reader().timeline(id).value();
  ASSERT_EQ(timeline.black_boxes.size(), 1u);
  const auto& box = timeline.black_boxes.front();
  EXPECT_EQ(box.node, job1);
  EXPECT_EQ(box.document, kDocument) << "the first one, byte for byte";
  EXPECT_EQ(box.sha256.size(), 64u);
  EXPECT_GE(box.kept_at, timeline.flip.requested_at);
  EXPECT_EQ(std::ranges::count(timeline.steps, "black_box", &core::TimelineStep::state), 1);
}

TEST_P(StoreContract, ABlackBoxThatNobodyAskedForIsNotWanted) {
  const Epoch epoch = hold(job1);
  const FlipId by_hand = flip(job2);
  const auto keep = [&](const NodeName& node, FlipId flip, Epoch of) {
    return agent(node).keep_black_box(evidence(node, flip, of)).value();
  };
  EXPECT_EQ(keep(job1, by_hand, epoch), BlackBoxReply::not_wanted) << "no stall";
  EXPECT_EQ(keep(job1, FlipId{by_hand.value + 1}, epoch), BlackBoxReply::not_wanted);
  EXPECT_TRUE(oper().abort_flip(by_hand, {"alice", "a test"}).has_value());
  const FlipId id = flip_by_stall(job2);
  EXPECT_EQ(keep(job2, id, epoch), BlackBoxReply::not_wanted) << "the target's";
  EXPECT_EQ(keep(job1, id, Epoch{epoch.value + 1}), BlackBoxReply::not_wanted);
  EXPECT_TRUE(reader().timeline(id).value().black_boxes.empty());
}

TEST_P(StoreContract, ABlackBoxIsOneJsonObjectOfBoundedSize) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip_by_stall(job2);
  const auto padded = [](std::size_t size) {
    return R"({"log":")" + std::string(size - 10, 'x') + R"("})";
  };
  for (const auto& bad : {std::string{"[]"}, std::string{"17"}, std::string{"no"},
                          padded(core::kMaxBlackBoxBytes + 1)}) {
    const auto kept = agent(job1).keep_black_box(evidence(job1, id, epoch, bad));
    ASSERT_TRUE(kept.has_error()) << bad.substr(0, 20);
    EXPECT_EQ(kept.error().code, ErrorCode::usage) << kept.error().text;
    EXPECT_NE(kept.error().text.find("document"), std::string::npos) << kept.error().text;
  }
  const auto largest = padded(core::kMaxBlackBoxBytes);
  ASSERT_EQ(largest.size(), core::kMaxBlackBoxBytes);
  EXPECT_EQ(agent(job1).keep_black_box(evidence(job1, id, epoch, largest)).value(),
            BlackBoxReply::kept);
  EXPECT_EQ(reader().timeline(id).value().black_boxes.at(0).document, largest);
}

TEST_P(StoreContract, NoNodeKeepsABlackBoxInTheNameOfAnother) {
  const Epoch epoch = hold(job1);
  const FlipId id = flip_by_stall(job2);
  const auto kept = agent(job2).keep_black_box(evidence(job1, id, epoch));
  ASSERT_TRUE(kept.has_error());
  EXPECT_EQ(kept.error().code, ErrorCode::store_denied) << kept.error().text;
}

}  // namespace
}  // namespace jobflip::test
