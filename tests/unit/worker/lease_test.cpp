#include "jobflip/worker/lease.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "jobflip/worker/fence.hpp"

namespace jobflip::worker {
namespace {

TEST(WorkerLease, IsReadFromThreeTexts) {
  std::string why = "untouched";
  const auto lease = parse_lease("mail", "job1", "42", &why);
  ASSERT_TRUE(lease.has_value());
  EXPECT_EQ(*lease, (Lease{.pool = "mail", .node = "job1", .epoch = 42}));
  EXPECT_EQ(why, "untouched");
}

TEST(WorkerLease, IsReadFromTheEnvironment) {
  ::setenv("JOBFLIP_POOL", "mail", 1);
  ::setenv("JOBFLIP_NODE", "job2", 1);
  ::setenv("JOBFLIP_EPOCH", "1763860000123", 1);
  EXPECT_EQ(lease_from_environment(),
            (Lease{.pool = "mail", .node = "job2", .epoch = 1763860000123}));
  ::unsetenv("JOBFLIP_EPOCH");
  std::string why;
  EXPECT_EQ(lease_from_environment(&why), std::nullopt);
  EXPECT_EQ(why, "JOBFLIP_EPOCH is not set: was this process started by a jobflip agent?");
}

struct Bad {
  const char* pool;
  const char* node;
  const char* epoch;
  const char* named;  // the variable that the sentence must name
};

TEST(WorkerLease, NamesTheVariableThatDoesNotHold) {
  const std::string long_name(64, 'a');
  const Bad cases[] = {
      {nullptr, "job1", "1", "JOBFLIP_POOL"},
      {"", "job1", "1", "JOBFLIP_POOL"},
      {"ma il", "job1", "1", "JOBFLIP_POOL"},
      {"m'; drop", "job1", "1", "JOBFLIP_POOL"},
      {"Mail", "job1", "1", "JOBFLIP_POOL"},
      {"-mail", "job1", "1", "JOBFLIP_POOL"},
      {long_name.c_str(), "job1", "1", "JOBFLIP_POOL"},
      {"mail", nullptr, "1", "JOBFLIP_NODE"},
      {"mail", "job\n1", "1", "JOBFLIP_NODE"},
      {"mail", "job1", nullptr, "JOBFLIP_EPOCH"},
      {"mail", "job1", "", "JOBFLIP_EPOCH"},
      {"mail", "job1", "0", "JOBFLIP_EPOCH"},
      {"mail", "job1", "-3", "JOBFLIP_EPOCH"},
      {"mail", "job1", "42x", "JOBFLIP_EPOCH"},
      {"mail", "job1", " 42", "JOBFLIP_EPOCH"},
      {"mail", "job1", "9223372036854775808", "JOBFLIP_EPOCH"},
  };
  for (const Bad& bad : cases) {
    std::string why;
    EXPECT_EQ(parse_lease(bad.pool, bad.node, bad.epoch, &why), std::nullopt) << bad.named;
    EXPECT_EQ(why.substr(0, why.find(' ')), bad.named);
  }
}

TEST(WorkerLease, NeedsNoHandlerForItsReasons) {
  EXPECT_EQ(parse_lease(nullptr, nullptr, nullptr), std::nullopt);
}

TEST(FenceText, HoldsPoolAndEpoch) {
  EXPECT_EQ(fence_sql({.pool = "mail", .node = "job1", .epoch = 42}),
            "select jobflip.fence('mail', 42)");
}

TEST(Fence, FailsWithoutAConnection) {
  std::string why;
  EXPECT_EQ(fence(nullptr, {.pool = "mail", .node = "job1", .epoch = 42}, &why), Fence::failed);
  EXPECT_FALSE(why.empty());
}

}  // namespace
}  // namespace jobflip::worker
