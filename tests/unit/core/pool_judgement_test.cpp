#include "unit/core/judged_pools.hpp"

namespace jobflip::core {
namespace {

std::vector<Case> cases_of_one_pool() {
  std::vector<Case> out;
  out.push_back(
      {"nothing is stuck", {pool("mail", "job1", {queue("a", false)})}, Cause::none, false, ""});
  out.push_back({"one queue, one pool",
                 {pool("mail", "job1", {queue("a", true)})},
                 Cause::workers,
                 true,
                 "1 of 1 queue of the pool stuck"});
  out.push_back({"all queues of the pool",
                 {pool("mail", "job1", {queue("a", true), queue("b", true)}),
                  pool("web", "job2", {queue("c", false)})},
                 Cause::workers,
                 true,
                 "2 of 2 queues"});
  auto backlog = queue("b", false);
  backlog.has_backlog = true;
  out.push_back({"its sibling has a backlog",
                 {pool("mail", "job1", {queue("a", true), backlog})},
                 Cause::starved,
                 false,
                 "queue a starves"});
  out.push_back({"its sibling has none",
                 {pool("mail", "job1", {queue("a", true), queue("b", false)})},
                 Cause::one_queue,
                 true,
                 "the workers of queue a hang"});
  auto idle = queue("b", false);
  idle.completes = false;
  out.push_back({"its sibling is idle",
                 {pool("mail", "job1", {queue("a", true), idle})},
                 Cause::workers,
                 true,
                 "1 of 2 queues"});
  return out;
}

std::vector<Case> cases_of_crashes() {
  std::vector<Case> out;
  auto crashing = pool("mail", "job1", {queue("a", true)});
  crashing.crash = CrashCondition{NodeName::of("job1"), 7, Millis{120'000}};
  out.push_back({"its workers end again and again",
                 {crashing},
                 Cause::crash_loop,
                 true,
                 "crash loop: its workers on job1 ended 7 times in 2m"});
  auto lately = crashing;
  lately.crash->since_last = Millis{5'000};
  out.push_back({"the last time just now",
                 {lately},
                 Cause::crash_loop,
                 true,
                 "7 times in 2m00s, most recently 5.0s ago"});
  out.push_back({"so do those of the node's other pool, which hangs",
                 {crashing, pool("web", "job1", {queue("b", true)})},
                 Cause::crash_loop,
                 true,
                 "crash loop: its workers on job1"});
  auto both = crashing;
  both.elsewhere = {{NodeName::of("job2"), 5, std::nullopt}};
  out.push_back({"and did so on the node before",
                 {both},
                 Cause::crash_loop,
                 false,
                 "as they did on job2 (5 times), and no job completed between: it is the jobs or "
                 "the program, not the node; a flip would not help"});
  auto hangs = both;
  hangs.crash.reset();
  out.push_back({"they hang here, after a crash loop elsewhere",
                 {hangs},
                 Cause::workers,
                 true,
                 "its workers hang"});
  auto ill = crashing;
  ill.queues.front().ill_readings = 4;
  out.push_back({"and the database is ill", {ill}, Cause::database, false, "itself is in trouble"});
  auto well = crashing;
  well.queues.front().stuck = false;
  out.push_back({"and jobs complete all the same", {well}, Cause::none, false, ""});
  return out;
}

std::vector<Case> cases_of_readings() {
  std::vector<Case> out;
  auto ill = queue("c", false);
  ill.ill_readings = 4;
  out.push_back({"another queue of the database can't be read",
                 {pool("mail", "job1", {queue("a", true)}), pool("web", "job2", {ill})},
                 Cause::database,
                 false,
                 "it refused or did not answer 4 of the last 10 readings of queue c"});
  auto hiccups = ill;
  hiccups.ill_readings = 3;
  out.push_back({"hiccups",
                 {pool("mail", "job1", {queue("a", true)}), pool("web", "job2", {hiccups})},
                 Cause::workers,
                 true,
                 "nothing else"});
  auto elsewhere = ill;
  elsewhere.database = "other";
  out.push_back({"another database is ill",
                 {pool("mail", "job1", {queue("a", true)}), pool("web", "job2", {elsewhere})},
                 Cause::workers,
                 true,
                 "nothing else"});
  auto slow = queue("a", true);
  slow.reads_slowly = true;
  out.push_back({"slow readings",
                 {pool("mail", "job1", {slow})},
                 Cause::database,
                 false,
                 "10 times as long as usual"});
  return out;
}

std::vector<Case> cases_of_a_fleet() {
  std::vector<Case> out;
  out.push_back({"all pools of one database, on two nodes",
                 {pool("mail", "job1", {queue("a", true)}), pool("web", "job2", {queue("b", true)}),
                  pool("own", "job3", {queue("c", false, "other")})},
                 Cause::database,
                 false,
                 "2 of 3 pools are stuck at once, on 2 nodes"});
  out.push_back(
      {"all pools, several databases",
       {pool("mail", "job1", {queue("a", true)}), pool("web", "job2", {queue("b", true, "other")})},
       Cause::everywhere,
       false,
       "the network"});
  out.push_back({"two of three pools of a database",
                 {pool("mail", "job1", {queue("a", true)}), pool("web", "job2", {queue("b", true)}),
                  pool("own", "job3", {queue("c", false)})},
                 Cause::workers,
                 true,
                 "nothing else"});
  out.push_back({"and one that has no queue",
                 {pool("mail", "job1", {queue("a", true)}),
                  pool("web", "job2", {queue("b", true, "other")}), pool("own", "job3", {})},
                 Cause::everywhere,
                 false,
                 "2 of 2 pools"});
  out.push_back(
      {"all pools of one database, one with a queue elsewhere that moves",
       {pool("mail", "job1", {queue("a", true), queue("x", false, "other")}),
        pool("web", "job2", {queue("b", true)}), pool("own", "job3", {queue("c", false, "other")})},
       Cause::database,
       false,
       "read from database jobs"});
  out.push_back(
      {"two pools of one node, and one of another",
       {pool("mail", "job1", {queue("a", true)}), pool("web", "job1", {queue("b", true)}),
        pool("own", "job3", {queue("c", true)}), pool("fine", "job4", {queue("d", false)})},
       Cause::workers,
       true,
       "nothing else"});
  out.push_back({"two pools of one node",
                 {pool("mail", "job1", {queue("a", true)}), pool("web", "job1", {queue("b", true)}),
                  pool("own", "job3", {queue("c", false)})},
                 Cause::node,
                 true,
                 "2 pools of node job1 are stuck"});
  return out;
}

TEST(PoolJudgement, LooksAtTheOtherQueuesOfThePool) {
  expect_judged(cases_of_one_pool());
}

TEST(PoolJudgement, LooksAtTheReadingsOfTheDatabase) {
  expect_judged(cases_of_readings());
}

TEST(PoolJudgement, NamesACrashLoopAndWhereItWentOn) {
  expect_judged(cases_of_crashes());
}

TEST(PoolJudgement, IsInWhatIsPublishedOfAQueue) {
  for (const auto& one : cases_of_crashes()) {
    const auto judged = judge_pool(one.all.front(), one.all);
    if (judged.cause == Cause::none) continue;
    const auto read = published_judgement(with_cause("5 due; cause: unknown", judged));
    EXPECT_NE(read.cause, Cause::none);
    EXPECT_EQ(read.flip_may_help, judged.flip_may_help);
    EXPECT_EQ(read.sentence, judged.sentence);
  }
  EXPECT_EQ(published_judgement("5 due").cause, Cause::none);
}

TEST(PoolJudgement, LooksAtTheOtherPools) {
  expect_judged(cases_of_a_fleet());
}

}  // namespace
}  // namespace jobflip::core
