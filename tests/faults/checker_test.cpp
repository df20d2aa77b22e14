/// The judge of the fault campaign. It must find seeded violations of every rule, or it proves
/// nothing.
#include "faults/checker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace jobflip::faults {
namespace {

WorkerFile worker(const std::string& node, std::int64_t epoch, std::vector<std::int64_t> ticks) {
  WorkerFile file;
  file.name = node + "-" + std::to_string(epoch);
  file.node = node;
  file.pid = 1;
  file.epoch = epoch;
  file.ticks = std::move(ticks);
  return file;
}

Event take(std::int64_t seq, const std::string& node, std::int64_t epoch) {
  Event event;
  event.chain = "mail";
  event.seq = seq;
  event.kind = "lease_taken";
  event.node = node;
  event.epoch = epoch;
  event.hash = node + std::to_string(epoch) + "/" + std::to_string(seq);
  return event;
}

/// Workers of two epochs, a flip between them, a refusal, two items: all of it correct.
Evidence good() {
  Evidence e;
  e.workers = {worker("job1", 5, {10, 20, 30}), worker("job2", 8, {40, 50})};
  e.workers[0].performed = {1};
  e.workers[0].acknowledged = {1};
  e.workers[1].performed = {2};
  Branch b;
  b.name = "branch-1";
  b.commits = {{1, 5, "job1"}, {2, 8, "job2"}};
  b.events = {take(1, "job1", 5)};
  b.events.push_back({"mail", 2, "flip_requested", "job2", 1, 5, "h2", "", "q1"});
  b.events.push_back({"mail", 3, "flip_step", "job1", 1, 0, "h3", "draining", ""});
  b.events.push_back({"mail", 4, "flip_refused", "job2", 0, 5, "h4", "", "q2"});
  b.events.push_back(take(5, "job2", 8));
  b.events.push_back({"mail", 6, "flip_step", "job2", 1, 8, "h6", "verified", ""});
  b.flips = {{1, "verified", true}};
  b.steps = {{1, 1, "requested"}, {1, 2, "draining"}, {1, 3, "verified"}};
  b.requests = {{"q1", true, 1}, {"q2", false, 0}};
  b.items = {{1, 1}, {2, 2}};
  b.owner_epoch = 8;
  e.branches = {b};
  return e;
}

/// The rules that were found violated, each once.
std::vector<Rule> broken(const Evidence& evidence, bool ended = true) {
  std::vector<Rule> rules;
  for (const auto& one : check(evidence, ended))
    if (std::ranges::find(rules, one.rule) == rules.end()) rules.push_back(one.rule);
  return rules;
}
using Rules = std::vector<Rule>;

TEST(FaultChecker, FindsNothingInAGoodRun) {
  EXPECT_EQ(broken(good()), Rules{});
}

TEST(FaultChecker, FindsAnIntervalThatOverlaps) {
  auto e = good();
  e.workers[0].ticks.push_back(45);
  EXPECT_EQ(broken(e), Rules{Rule::overlap});
  e.workers[0].ticks = {10, 60};  // silent for a while, and at work again
  EXPECT_EQ(broken(e), Rules{Rule::overlap});
}

TEST(FaultChecker, FindsTwoNodesUnderOneEpoch) {
  auto e = good();
  e.workers.push_back(worker("job3", 8, {60}));
  EXPECT_EQ(check_overlaps(e.workers, {}).violations.size(), 1u);
}

TEST(FaultChecker, ExcusesOnlyTheMomentAfterAThawAndOnlyThatNode) {
  auto e = good();
  e.workers[0].ticks.push_back(60);
  e.thaws = {{"job1", 55}};
  EXPECT_EQ(broken(e), Rules{});
  EXPECT_EQ(check_overlaps(e.workers, e.thaws).woken_ticks, 1);
  EXPECT_EQ(check_overlaps(e.workers, e.thaws).longest_woken, 5);
  e.workers[0].ticks.push_back(55 + kThawGrace + 1);
  EXPECT_EQ(broken(e), Rules{Rule::overlap});
  e.workers[0].ticks.pop_back();
  e.thaws = {{"job2", 55}};
  EXPECT_EQ(broken(e), Rules{Rule::overlap});
}

TEST(FaultChecker, ExcusesNoWorkerThatBeganAfterTheThaw) {
  auto e = good();
  e.workers[0].ticks = {45, 46};
  e.thaws = {{"job1", 44}};
  EXPECT_EQ(broken(e), Rules{Rule::overlap});
}

TEST(FaultChecker, FindsAStaleCommit) {
  auto e = good();
  e.branches[0].commits.push_back({3, 5, "job1"});
  EXPECT_EQ(broken(e), Rules{Rule::stale_commit});
  e = good();
  e.branches[0].commits[1].epoch = 5;  // the same epoch, another node
  EXPECT_EQ(broken(e), Rules{Rule::stale_commit});
}

TEST(FaultChecker, FindsEachEventThatIsMissing) {
  for (std::size_t missing = 0; missing < good().branches[0].events.size(); ++missing) {
    auto e = good();
    auto& events = e.branches[0].events;
    events.erase(events.begin() + static_cast<std::ptrdiff_t>(missing));
    std::int64_t seq = 0;
    for (auto& event : events) event.seq = ++seq;  // so that no gap in the numbers shows it
    EXPECT_NE(broken(e), Rules{}) << missing;
    EXPECT_NE(broken(e), Rules{Rule::overlap}) << missing;
  }
}

TEST(FaultChecker, FindsAGapInAChainAndAStepThatWasAuditedTwice) {
  auto e = good();
  e.branches[0].events[3].seq = 9;
  EXPECT_EQ(broken(e), Rules{Rule::unaudited});
  e = good();
  e.branches[0].events.push_back({"mail", 7, "flip_step", "job2", 1, 8, "h7", "verified", ""});
  EXPECT_EQ(broken(e), Rules{Rule::unaudited});
}

TEST(FaultChecker, FindsAnEpochWithNoTakeWithTwoOrOfAnotherNode) {
  auto e = good();
  e.workers.push_back(worker("job3", 9, {70}));
  EXPECT_EQ(broken(e), Rules{Rule::epoch_take});
  e = good();
  e.branches[0].events.push_back(take(7, "job2", 8));
  EXPECT_EQ(broken(e), Rules{Rule::epoch_take});
  e = good();
  e.branches[0].events[4].node = "job3";
  EXPECT_EQ(broken(e), Rules{Rule::epoch_take});
}

TEST(FaultChecker, CountsAnEventOfTwoBranchesOnceAndBelievesOneThatAPromotionLost) {
  auto e = good();
  e.branches.push_back(e.branches[0]);
  EXPECT_EQ(broken(e), Rules{});
  e.branches[0].events.push_back(take(7, "job3", 9));
  e.branches[0].owner_epoch = 9;
  e.workers.push_back(worker("job3", 9, {70}));
  EXPECT_EQ(broken(e), Rules{});
}

TEST(FaultChecker, FindsAFlipThatNeverEndedButNotWhileTheRunGoesOn) {
  auto e = good();
  e.branches[0].flips[0] = {1, "started", false};
  EXPECT_EQ(broken(e), Rules{Rule::open_flip});
  EXPECT_EQ(broken(e, false), Rules{});
}

TEST(FaultChecker, FindsAnItemThatIsLostOrDoneByNobodyAndACommitThatIsGone) {
  auto e = good();
  e.branches[0].items.push_back({3, 0});
  EXPECT_EQ(broken(e), Rules{Rule::lost});
  e = good();
  e.workers[1].performed.clear();
  EXPECT_EQ(broken(e), Rules{Rule::lost});
  e = good();
  e.workers[1].acknowledged = {7};
  EXPECT_EQ(broken(e), Rules{Rule::lost});
}

TEST(FaultEvidence, ReadsAWorkersFileWhoseLastLineIsIncomplete) {
  const std::string path = ::testing::TempDir() + "job1-5-77";
  std::ofstream(path) << "worker job1 77 5 100\nt 105\np 4\nc 9\nr 110\nt 11";
  const auto file = read_worker(path);
  EXPECT_EQ(file.node, "job1");
  EXPECT_EQ(file.epoch, 5);
  EXPECT_EQ(file.ticks, (std::vector<std::int64_t>{100, 105, 110}));
  EXPECT_EQ(file.performed, std::vector<std::int64_t>{4});
  EXPECT_EQ(file.acknowledged, std::vector<std::int64_t>{9});
  EXPECT_EQ(file.refused, 1);
  std::ofstream(path) << "t 105\n";
  EXPECT_THROW(read_worker(path), std::runtime_error);
  std::ofstream(path) << "worker job1 77 5 100\nt x\n";
  EXPECT_THROW(read_worker(path), std::runtime_error);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace jobflip::faults
