/// Which stalls are one, and which pools say nothing about others.
#include "unit/core/judged_pools.hpp"

namespace jobflip::core {
namespace {

QueueCondition stuck_at(const char* name, std::chrono::seconds since) {
  QueueCondition out = queue(name, true);
  out.since = Instant{since};
  out.window = Millis{60'000};
  return out;
}

std::vector<Case> cases_of_old_stalls() {
  using namespace std::chrono_literals;
  std::vector<Case> out;
  const auto mail = pool("mail", "job1", {stuck_at("a", 1000s)});
  const auto now = pool("web", "job2", {stuck_at("b", 1060s)});
  const auto old = pool("web", "job2", {stuck_at("b", 939s)});
  const auto same_node = pool("web", "job1", {stuck_at("b", 939s)});
  out.push_back({"within the window", {mail, now}, Cause::database, false, "2 of 2 pools"});
  out.push_back({"long before", {mail, old}, Cause::workers, true, "nothing else"});
  out.push_back({"long before, on this node", {mail, same_node}, Cause::workers, true, "nothing"});
  out.push_back({"long before, on another node, and now on this one",
                 {mail, pool("own", "job1", {stuck_at("c", 1010s)}), old},
                 Cause::node,
                 true,
                 "2 pools of node job1"});
  auto third = old;
  third.pool = PoolName::of("own");
  out.push_back({"two of three, and one from long before",
                 {mail, now, third},
                 Cause::database,
                 false,
                 "2 of 3 pools are stuck at once"});
  auto slow = pool("web", "job2", {stuck_at("b", 300s)});
  slow.queues.front().window = 2h;
  out.push_back({"at most 10 minutes apart", {mail, slow}, Cause::workers, true, "nothing else"});
  slow.queues.front().since = Instant{400s};
  out.push_back({"by the longer window", {mail, slow}, Cause::database, false, "at once"});
  return out;
}

std::vector<Case> cases_of_observed_pools() {
  using namespace std::chrono_literals;
  std::vector<Case> out;
  const auto mail = pool("mail", "job1", {stuck_at("a", 1000s)});
  auto web = pool("web", "job2", {stuck_at("b", 1000s)});
  web.observes = true;
  auto own = pool("own", "job3", {stuck_at("c", 1000s)});
  out.push_back({"one alone", {mail, web}, Cause::workers, true, "nothing else"});
  out.push_back({"one beside another", {mail, web, own}, Cause::database, false, "3 of 3 pools"});
  own.observes = true;
  out.push_back({"two", {mail, web, own}, Cause::database, false, "3 of 3 pools"});
  own.queues.front().moved = false;
  out.push_back({"two, of which one never moved", {mail, web, own}, Cause::workers, true, ""});
  auto well = own;
  well.queues.front() = queue("c", false);
  out.push_back({"one that moves", {mail, web, well}, Cause::workers, true, ""});
  return out;
}

std::vector<Case> cases_of_no_holder() {
  std::vector<Case> out;
  auto free = pool("mail", "job1", {queue("a", true)});
  free.holder = NodeName{};
  const auto web = pool("web", "job2", {queue("b", true)});
  out.push_back({"nobody holds it", {free, web}, Cause::not_held, true, "none of its workers run"});
  out.push_back({"nobody holds the other one", {web, free}, Cause::workers, true, "nothing else"});
  return out;
}

TEST(PoolJudgement, CountsOnlyStallsThatBeganAtOnce) {
  expect_judged(cases_of_old_stalls());
}

TEST(PoolJudgement, IsNotMadeByOnePoolInModeObserveAlone) {
  expect_judged(cases_of_observed_pools());
}

TEST(PoolJudgement, FindsNoFaultInWorkersThatNobodyRuns) {
  expect_judged(cases_of_no_holder());
}

}  // namespace
}  // namespace jobflip::core
