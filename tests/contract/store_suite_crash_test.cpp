// A crash loop that a holder's beats report is shown and recorded once, and can't flood the audit.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

const core::CandidateView& candidate(const core::PoolView& pool, const NodeName& node) {
  return *std::ranges::find(pool.candidates, node, &core::CandidateView::node);
}

TEST_P(StoreContract, ACrashLoopInABeatIsShownAndItsBeginningIsRecordedOnce) {
  const Epoch epoch = hold(job1);
  auto request = beat_of(job1, {{mail, epoch}});
  ASSERT_TRUE(agent(job1).beat(request));
  const auto events = events_of();
  EXPECT_EQ(candidate(view(), job1).crashes, 0);

  request.crashing = {{mail, 5, "exited with 3: after 0.2s"}};
  ASSERT_TRUE(agent(job1).beat(request));
  ASSERT_TRUE(agent(job1).beat(request));
  EXPECT_EQ(events_of(), events + 1);
  EXPECT_EQ(reader().audit({"mail", 0, 1, true}).value().at(0).kind, "crash_loop");
  auto seen = view();
  EXPECT_EQ(candidate(seen, job1).crashes, 5);
  EXPECT_EQ(candidate(seen, job1).crash_reason, "exited with 3: after 0.2s");
  EXPECT_EQ(candidate(seen, job2).crashes, 0);

  request.crashing = {{mail, 6, "was killed by SIGSEGV", Millis{90'500}}};
  ASSERT_TRUE(agent(job1).beat(request));
  EXPECT_EQ(events_of(), events + 1);
  seen = view();
  EXPECT_EQ(candidate(seen, job1).crashes, 6);
  EXPECT_EQ(candidate(seen, job1).crash_reason, "was killed by SIGSEGV");
  EXPECT_EQ(candidate(seen, job1).crashed_within, Millis{90'500});
}

TEST_P(StoreContract, ACrashLoopThatFlapsIsRecordedOnceAMinuteAndNotKeptUnrecorded) {
  const Epoch epoch = hold(job1);
  auto request = beat_of(job1, {{mail, epoch}});
  ASSERT_TRUE(agent(job1).beat(request));
  const auto events = events_of();
  for (int i = 0; i < 20; ++i) {
    request.crashing = {{mail, 5, "exited with 3"}};
    ASSERT_TRUE(agent(job1).beat(request));
    request.crashing.clear();
    ASSERT_TRUE(agent(job1).beat(request));
  }
  EXPECT_EQ(events_of(), events + 1);
  EXPECT_EQ(candidate(view(), job1).crashes, 5) << "its end is not recorded yet";
}

}  // namespace
}  // namespace jobflip::test
