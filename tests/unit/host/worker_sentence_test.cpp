#include "host/worker_sentence.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

namespace jobflip::host {
namespace {

using guard::GuardCause;
using guard::GuardPhase;
using std::chrono_literals::operator""ms;

std::int64_t ns(Millis length) {
  return std::chrono::nanoseconds{length}.count();
}

TEST(WorkerSentence, SaysWhyAndHow) {
  guard::LeasePage page{};
  page.graceful_stop.store(ns(3000ms));
  page.kill_to_empty.store(ns(1000ms));
  page.guard_margin.store(ns(500ms));
  page.started_at.store(ns(10'000ms));
  page.ended_at.store(ns(21'000ms));
  page.wait_status.store(SIGKILL);
  const auto as = [&](GuardPhase phase, GuardCause cause) {
    page.cause.store(static_cast<std::uint64_t>(cause));
    return sentence_of(page, phase);
  };
  EXPECT_EQ(as(GuardPhase::empty, GuardCause::deadline),
            "fenced before its deadline: it was killed by SIGKILL after 11.0s");
  EXPECT_EQ(as(GuardPhase::empty, GuardCause::asked),
            "stopped: it was killed by SIGKILL after 11.0s");
  page.wait_status.store(SIGTERM);
  EXPECT_EQ(as(GuardPhase::empty, GuardCause::asked), "stopped as it was told after 11.0s");
  EXPECT_EQ(as(GuardPhase::empty, GuardCause::worker_ended), "was killed by SIGTERM after 11.0s")
      << "nobody told it to";
  page.wait_status.store(3 << 8);
  page.leftovers.store(2);
  EXPECT_EQ(as(GuardPhase::empty, GuardCause::worker_ended),
            "exited with 3 after 11.0s; 2 processes that it left behind were ended");
  EXPECT_EQ(as(GuardPhase::empty, GuardCause::guard_died),
            "the guard died; processes left over and ended: 2");
  page.number.store(ns(1200ms));
  EXPECT_EQ(as(GuardPhase::broken, GuardCause::too_late),
            "start refused: 1.2s of the lease were left, and 4.5s are needed to end in order");
  page.number.store(EACCES);
  EXPECT_EQ(as(GuardPhase::broken, GuardCause::exec_failed),
            "cannot execute the command: Permission denied");
  EXPECT_EQ(as(GuardPhase::stopping, GuardCause::asked),
            "told to stop; its main process has ended, waiting for what it started");
  EXPECT_EQ(as(GuardPhase::stopping, GuardCause::worker_ended),
            "it ended; what it left behind is being ended");
  page.ended_at.store(0);
  EXPECT_EQ(as(GuardPhase::stopping, GuardCause::asked), "told to stop");
}

TEST(WorkersEnd, IsAsTheProcessesEnded) {
  using core::WorkersEnd;
  guard::LeasePage page{};
  page.cause.store(static_cast<std::uint64_t>(GuardCause::asked));
  EXPECT_EQ(end_of(page), WorkersEnd::unknown) << "none ran";
  page.ended_at.store(ns(21'000ms));
  page.wait_status.store(0);
  EXPECT_EQ(end_of(page), WorkersEnd::drained);
  page.wait_status.store(3 << 8);
  EXPECT_EQ(end_of(page), WorkersEnd::drained) << "it exited with 3, by itself";
  page.leftovers.store(1);
  EXPECT_EQ(end_of(page), WorkersEnd::killed) << "what it started was killed";
  page.leftovers.store(0);
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV}) {
    page.wait_status.store(signal);
    EXPECT_EQ(end_of(page), WorkersEnd::killed) << signal;
  }
  page.wait_status.store(0);
  page.cause.store(static_cast<std::uint64_t>(GuardCause::guard_died));
  EXPECT_EQ(end_of(page), WorkersEnd::killed) << "its workers die with it";
  page.unseen.store(1);
  EXPECT_EQ(end_of(page), WorkersEnd::unknown);
}

TEST(WorkerSentence, IsThereForAPageOfNonsense) {
  guard::LeasePage page{};
  page.ended_at.store(INT64_MAX);
  page.started_at.store(INT64_MIN);
  EXPECT_NE(sentence_of(page, GuardPhase::empty), "");
}

}  // namespace
}  // namespace jobflip::host
