/// A stalled queue, seen by real supervisors through a real store.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

bool has_move(Site& site, const std::string& kind, const std::string& state) {
  const auto moves = site.moves();
  return std::ranges::any_of(moves, [&](const demo::MoveReading& move) {
    return core::name_of(move.kind) == kind && (state.empty() || move.state == state);
  });
}

TEST(Supervisors, ObserveModeRecordsAHoldAndFlipsNothing) {
  Site site({.mode = "observe", .moving = false});
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  const auto epoch = site.pool().epoch;
  site.start_supervisor("sup1");
  EXPECT_TRUE(Site::within(25s, [&] { return has_move(site, "hold", "observe"); })) << site.logs();
  EXPECT_EQ(site.pool().verdict, "STALLED");
  EXPECT_FALSE(has_move(site, "flip", ""));
  EXPECT_EQ(site.pool().epoch, epoch);
}

TEST(Supervisors, FlipThatCuresNothingEndsAsIneffective) {
  Site site({.mode = "auto", .moving = false});
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  ASSERT_NE(site.await_active(), "") << site.logs();
  site.start_supervisor("sup1");
  EXPECT_TRUE(Site::within(30s, [&] { return has_move(site, "flip", "ineffective"); }))
      << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "");
}

/// Stops the worker of this node: alive, and doing no work.
void hang(Site& site, const std::string& node) {
  const auto workers = site.workers_of(node);
  ASSERT_FALSE(workers.empty()) << site.logs();
  ASSERT_EQ(::kill(workers.front().pid, SIGSTOP), 0);
}

bool is_verified(Site& site, const std::string& from, const std::string& to) {
  const auto moves = site.moves();
  return std::ranges::any_of(moves, [&](const demo::MoveReading& move) {
    return move.from == from && move.to == to && move.state == "verified";
  });
}

TEST(Supervisors, RestartHungWorkersWhereTheyAreAndFlipThePoolIfTheyHangAgain) {
  Site site({.traced = true,
             .nodes = {"job1", "job2"},
             .pool = "first = \"restart\"\n",
             .cooldown = "cooldown = \"60s\"\ncooldown_max = \"60s\"\n"});
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  const std::string other = active == "job1" ? "job2" : "job1";
  site.start_supervisor("sup1");
  ASSERT_TRUE(Site::within(60s, [&] { return site.pool().verdict == "OK"; })) << site.logs();
  const auto epoch = site.pool().epoch;

  hang(site, active);
  ASSERT_TRUE(Site::within(60s, [&] { return is_verified(site, active, active); })) << site.logs();
  EXPECT_EQ(site.pool().holder, active);
  EXPECT_GT(site.pool().epoch, epoch);
  EXPECT_NE(site.run({"show", "1"}).output.find("restart on " + active + ", verified"),
            std::string::npos)
      << site.run({"show", "1"}).output;
  EXPECT_NE(site.run({"status"}).output.find("RESTARTED by flip 1, verified"), std::string::npos);

  hang(site, active);
  ASSERT_TRUE(Site::within(60s, [&] { return is_verified(site, active, other); })) << site.logs();
  EXPECT_EQ(site.pool().holder, other);
  EXPECT_EQ(site.moves().size(), 3u) << "the first take, one restart, one flip";
  EXPECT_EQ(Site::overlap(site.traces()), "");
  EXPECT_EQ(site.run({"audit", "verify"}).end.exit_code, 0);
}

TEST(Supervisors, FlipThePoolAtOnceIfARestartIsNoCure) {
  Site site({.mode = "auto",
             .moving = false,
             .pool = "first = \"restart\"\n",
             .cooldown = "cooldown = \"60s\"\ncooldown_max = \"60s\"\n"});
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  site.start_supervisor("sup1");
  EXPECT_TRUE(Site::within(60s, [&] { return has_move(site, "flip", "ineffective"); }))
      << site.logs();
  EXPECT_NE(site.await_active(active), "") << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "");
}

TEST(Supervisors, ClaimTheHeadsOfAuditChainsThatTheyHaveRead) {
  Site site({.mode = "auto", .moving = true});
  site.start_supervisor("sup1");
  const auto claims = [&] {
    const auto count = site.cluster().sql(
        "select count(*) from jobflip_data.node_beat b, unnest(b.seen) e join "
        "jobflip_data.audit_event a on e = a.chain || '#' || a.seq || '#' || encode(a.hash, 'hex') "
        "where b.node = 'sup1' and a.chain = 'mail'");
    return count.has_value() ? *count : count.error().text;
  };
  EXPECT_TRUE(Site::within(20s, [&] { return claims() == "1"; })) << claims() << site.logs();
}

TEST(Supervisors, SecondOneLeadsOnWhenTheFirstIsKilled) {
  Site site({.mode = "auto", .moving = false});
  site.start_supervisor("sup1");
  const auto leader = [&] {
    const auto status = site.run({"status"}).output;
    return status.find("sup1 leads") != std::string::npos   ? "sup1"
           : status.find("sup2 leads") != std::string::npos ? "sup2"
                                                            : "";
  };
  ASSERT_TRUE(Site::within(15s, [&] { return leader() == std::string{"sup1"}; })) << site.logs();
  site.start_supervisor("sup2");
  site.daemon("sup1").send(SIGKILL);
  site.daemon("sup1").wait(5s);
  EXPECT_TRUE(Site::within(20s, [&] { return leader() == std::string{"sup2"}; })) << site.logs();
  // It also does the work: the queue is stalled, so a flip must follow.
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  EXPECT_TRUE(Site::within(30s, [&] { return has_move(site, "flip", ""); })) << site.logs();
}

}  // namespace
}  // namespace jobflip::e2e
