#include "jobflip/guard/lease_page.hpp"
#include "jobflip/guard/fence_plan.hpp"

#include <gtest/gtest.h>

#include "unit/host/host_fixture.hpp"

namespace jobflip::guard {

using namespace host;  // its fixtures
namespace {

using std::chrono_literals::operator""ms;

std::int64_t ns(Millis length) {
  return std::chrono::nanoseconds{length}.count();
}

LeasePage& with_timings(LeasePage& page) {
  page.graceful_stop.store(ns(3000ms));
  page.kill_to_empty.store(ns(1000ms));
  page.guard_margin.store(ns(500ms));
  page.deadline.store(ns(100'000ms));
  return page;
}

TEST(FencePlan, BeginsWhereTheCoreSaysAndKillsInTimeToBeEmpty) {
  LeasePage page{};
  const auto plan = fence_plan(with_timings(page));
  const auto core_says = core::fence_start(Instant{std::chrono::nanoseconds{page.deadline.load()}},
                                           core::LeaseTimings{});
  EXPECT_EQ(plan.term_at, core_says.time_since_epoch().count());
  EXPECT_EQ(plan.term_at, ns(95'500ms));
  EXPECT_EQ(plan.kill_at, ns(98'500ms));
  EXPECT_EQ(least_left(page), ns(4500ms));
}

TEST(FencePlan, AStopKillsAtItsGraceOrAtTheDeadlinesOwnTimeWhicheverIsFirst) {
  LeasePage page{};
  with_timings(page);
  page.stop_by.store(ns(50'000ms));
  EXPECT_EQ(fence_plan(page).term_at, 0);
  EXPECT_EQ(fence_plan(page).kill_at, ns(50'000ms));
  page.stop_by.store(ns(99'000ms));
  EXPECT_EQ(fence_plan(page).kill_at, ns(98'500ms));
  page.deadline.store(ns(200'000ms));
  EXPECT_EQ(fence_plan(page).kill_at, ns(99'000ms)) << "an extended lease gives the drain its time";
}

TEST(FencePlan, APageOfNonsenseIsDueNowAndStartsNothing) {
  LeasePage page{};
  with_timings(page);
  page.deadline.store(INT64_MIN);
  EXPECT_LT(fence_plan(page).kill_at, 0);
  EXPECT_LT(left_of(page, ns(1000ms)), least_left(page));
  with_timings(page);
  page.guard_margin.store(INT64_MIN);  // would push the end behind every clock
  EXPECT_LT(fence_plan(page).kill_at, 0);
  page.guard_margin.store(INT64_MAX);
  EXPECT_EQ(least_left(page), INT64_MAX);
}

TEST(LeasePageText, ACgroupPathComesBackWhole) {
  LeasePage page{};
  for (const std::size_t length : {0UL, 1UL, 7UL, 8UL, 9UL, 511UL}) {
    const std::string path(length, 'x');
    store_cgroup(page, path);
    EXPECT_EQ(load_cgroup(page), path);
  }
}

TEST(LeasePageText, SiblingsLieBesideTheLease) {
  EXPECT_EQ(sibling_path("/run/jobflip/mail.lease", ".guard"), "/run/jobflip/mail.guard");
}

TEST_F(HostFixture, AFreshPageIsVoidUntilItIsLaidOut) {
  const auto page = MappedPage::open(path("mail.lease"), true);
  ASSERT_TRUE(page);
  const auto boot = read_boot_mark();
  ASSERT_TRUE(boot);
  EXPECT_FALSE(is_of_this_boot(**page, *boot));
  lay_out(**page, *boot);
  EXPECT_TRUE(is_of_this_boot(**page, *boot));
  const auto other = MappedPage::open(path("mail.lease"), false);
  ASSERT_TRUE(other);
  (*page)->deadline.store(17);
  EXPECT_EQ((*other)->deadline.load(), 17) << "both see one page";
}

TEST_F(HostFixture, TheGuardsLockIsSeenWithoutTakingIt) {
  EXPECT_FALSE(*is_guard_alive(path("mail.guard"))) << "a missing file is not a lock";
  const int lock = take_guard_lock(path("mail.guard"));
  ASSERT_GE(lock, 0);
  EXPECT_TRUE(*is_guard_alive(path("mail.guard")));
  EXPECT_EQ(take_guard_lock(path("mail.guard")), -1);
  EXPECT_EQ(errno, EAGAIN);
  ::close(lock);
  EXPECT_FALSE(*is_guard_alive(path("mail.guard")));
}

}  // namespace
}  // namespace jobflip::guard
