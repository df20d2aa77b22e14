#include <gtest/gtest.h>

#include "jobflip/config/files.hpp"

namespace jobflip::config {
namespace {

using namespace std::chrono_literals;
using core::DoneKind;
using core::PoolMode;

constexpr const char* kNodes = R"([[node]]
name = "job1"
[[node]]
name = "job2"
)";  // 4 lines

constexpr const char* kWhole = R"([budget]
flips = 2
window = "30m"
[supervisor_timings]
beat_every = "1s"
[[node]]
name = "job1"
login = "role one"
[[node]]
name = "job2"
[[node]]
name = "job3"
[[supervisor]]
name = "sup1"
[[pool]]
name = "mail"
mode = "observe"
when_store_lost = "keep"
when_workers_end = "hand-over"
workers_fence_every_claim = true
candidates = ["job1", { node = "job3", priority = 5 }, "job2", { node = "job1x" }]
drain_timeout = "1s"
stalled_drain_timeout = "2s"
start_timeout = "3s"
verify_timeout = "4s"
hold_down = "5s"
cooldown = "6s"
cooldown_max = "7s"
[pool.timings]
beat_every = "1s"
call_deadline = "1s"
lease = "9s"
graceful_stop = "2s"
kill_to_empty = "900ms"
guard_margin = "400ms"
takeover_after = "13s"
freeze = "15s"
clock_rate_bound = 0.05
[[pool.queue]]
name = "email"
database = "app"
query = "select 1"
done = "table"
sample_every = "100ms"
stall_after = "3s"
pickup_every = "0s"
job_timeout = "5m"
age_target = "2m"
enter_after = 4
)";

std::vector<std::string> faults(const std::string& text) {
  std::vector<std::string> out;
  const auto parsed = parse_fleet_text(text, "mail.toml");
  if (parsed) return out;
  for (const auto& error : parsed.error().errors) {
    out.push_back(to_text(error) + (error.hint.empty() ? "" : " | " + error.hint));
  }
  return out;
}

void expect_fault(const std::string& text, const std::string& wanted) {
  std::string shown;
  for (const auto& one : faults(text)) {
    if (one.find(wanted) != std::string::npos) return;
    shown += one + "\n";
  }
  ADD_FAILURE() << "wanted: " << wanted << "\ngot:\n" << shown;
}

std::string pool_with(const std::string& lines) {
  return std::string{kNodes} + "[[pool]]\nname = \"mail\"\ncandidates = [\"job1\", \"job2\"]\n" +
         lines;  // `lines` starts at line 8
}

TEST(FleetFile, ReadsEveryField) {
  std::string text = kWhole;
  text.replace(text.find("job1x"), 5, "job1y");
  text.replace(text.find(", { node = \"job1y\" }"), 20, "");
  const auto got = parse_fleet_text(text, "mail.toml");
  ASSERT_TRUE(got) << faults(text).front();
  EXPECT_EQ(got->budget, (core::BudgetSettings{2, 30min}));
  EXPECT_EQ(got->supervisor_timings.beat_every, 1s);
  EXPECT_EQ(got->nodes[0].login, "role one");
  EXPECT_EQ(got->nodes[1].login, "job2") << "the login is the name where none is given";
  EXPECT_EQ(got->supervisors[0].name.str(), "sup1");
  ASSERT_EQ(got->pools.size(), 1u);
  const auto& pool = got->pools[0];
  EXPECT_EQ(pool.name.str(), "mail");
  EXPECT_EQ(pool.mode, PoolMode::observe);
  EXPECT_EQ(pool.when_store_lost, core::WhenStoreLost::keep);
  EXPECT_EQ(pool.when_workers_end, core::WhenWorkersEnd::hand_over);
  EXPECT_TRUE(pool.workers_fence_every_claim);
  const std::vector<core::Candidate> candidates{
      {NodeName::of("job1"), 10}, {NodeName::of("job3"), 5}, {NodeName::of("job2"), 30}};
  EXPECT_EQ(pool.candidates, candidates) << "a bare name's priority is 10 times its position";
  EXPECT_EQ(pool.drain_timeout, 1s);
  EXPECT_EQ(pool.stalled_drain_timeout, 2s);
  EXPECT_EQ(pool.start_timeout, 3s);
  EXPECT_EQ(pool.verify_timeout, 4s);
  EXPECT_EQ(pool.hold_down, 5s);
  EXPECT_EQ(pool.cooldown, 6s);
  EXPECT_EQ(pool.cooldown_max, 7s);
  const core::LeaseTimings timings{1s, 1s, 9s, 2s, 900ms, 400ms, 13s, 15s, 0.05};
  EXPECT_EQ(pool.timings, timings);
  const core::QueueSettings queue{
      QueueName::of("email"), "app", "select 1", DoneKind::table, 100ms, 3s, 0s, 5min, 2min, 4};
  ASSERT_EQ(pool.queues.size(), 1u);
  EXPECT_EQ(pool.queues[0], queue);
}

TEST(FleetFile, LeavesDefaultsForMissingKeys) {
  const auto got = parse_fleet_text(pool_with(""), "mail.toml");
  ASSERT_TRUE(got);
  core::PoolSettings wanted;
  wanted.name = PoolName::of("mail");
  wanted.candidates = {{NodeName::of("job1"), 10}, {NodeName::of("job2"), 20}};
  EXPECT_EQ(got->pools[0], wanted);
  EXPECT_EQ(got->budget, core::BudgetSettings{});
  EXPECT_EQ(got->supervisor_timings, core::LeaseTimings{});
}

TEST(FleetFile, NamesFaultsOfAPool) {
  const std::pair<std::string, std::string> cases[] = {
      {"cooldwon = \"1s\"",
       "mail.toml:8: pool.mail.cooldwon: is not a known key here | did you "
       "mean \"cooldown\"?"},
      {"hold_down = 30",
       "mail.toml:8: pool.mail.hold_down: is the number 30, and must be a duration "
       "in quotes | write a unit, such as \"30s\" or \"30ms\""},
      {"hold_down = \"30\"", "mail.toml:8: pool.mail.hold_down: \"30\" has no unit | write"},
      {"hold_down = \"-1s\"", "\"-1s\" is negative"},
      {"hold_down = \"3 weeks\"", "has an unknown unit \" weeks\""},
      {"hold_down = true", "is true, and must be a duration in quotes"},
      {"hold_down = [1]", "is an array, and must be a duration in quotes"},
      {"cooldown = \"400d\"", "is longer than 365 days"},
      {"start_timeout = \"0s\"", "is 0ms, and must be at least 1ms"},
      {"cooldown = \"5h\"", "pool.mail.cooldown_max: is 4h00m, which is less than cooldown, 5h00m"},
      {"mode = \"automatic\"", "\"automatic\" can't be used | use one of \"auto\", \"observe\""},
      {"when_store_lost = \"keep\"",
       "mail.toml:8: pool.mail.when_store_lost: is \"keep\", which is only safe if every claim "
       "of "
       "a job is fenced in the store | if each claim of the workers calls jobflip.fence() in its "
       "own "
       "transaction in this PostgreSQL, state it: workers_fence_every_claim = true"},
      {"when_store_lost = \"keep\"\nworkers_fence_every_claim = false",
       "mail.toml:8: pool.mail.when_store_lost: is \"keep\""},
      {"when_workers_end = \"flip\"",
       "\"flip\" can't be used | use one of \"restart\", \"hand-over\", \"hand-over-in-loop\""},
      {"when_store_lost = \"kepp\"", "\"kepp\" can't be used | use one of \"stop\", \"keep\""},
      {"workers_fence_every_claim = \"yes\"", "and must be true or false"},
      {"mode = \"\\u001b[2J\"", "\"\\x1b[2J\" can't be used"},
      {"timings = 1", "is the number 1, and must be a table, [pool.mail.timings]"},
      {"queue = 1", "is the number 1, and must be written as [[pool.mail.queue]]"},
      {"[pool.timings]\nlaese = \"1s\"",
       "mail.toml:9: pool.mail.timings.laese: is not a known key "
       "here | did you mean \"lease\"?"},
      {"[pool.timings]\nclock_rate_bound = 0.5", "and must be at least 0 and below 0.5"},
      {"[pool.timings]\nclock_rate_bound = nan", "and must be at least 0 and below 0.5"},
      {"[pool.timings]\nclock_rate_bound = \"a\"", "and must be a number"},
  };
  for (const auto& [lines, wanted] : cases) expect_fault(pool_with(lines), wanted);
}

TEST(FleetFile, NamesFaultsOfAQueue) {
  const std::string queue = "[[pool.queue]]\nname = \"email\"\n";
  const std::string whole = queue + "database = \"app\"\nquery = \"select 1\"\n";
  const std::pair<std::string, std::string> cases[] = {
      {queue, "mail.toml:8: pool.mail.queue.email.database: is missing"},
      {queue, "mail.toml:8: pool.mail.queue.email.query: is missing"},
      {queue + "query = \"  \"", "pool.mail.queue.email.query: is empty"},
      {queue + "query = \"" + std::string(70'000, 'x') + "\"", "is 70000 bytes long, and may have"},
      {queue + "database = \"A b\"", "\"A b\" can't be used: it does not begin"},
      {whole + "done = \"total\"", "use one of \"window\", \"table\", \"queue\""},
      {whole + "enter_after = 0", "is 0, and must be from 1 to 1000"},
      {whole + "enter_after = 2.5", "is the number 2.5, and must be a whole number"},
      {whole + "sample_every = \"1ms\"", "is 1ms, and must be at least 50ms"},
      {whole + whole, "pool.mail.queue.email: is there twice"},
      {"[[pool.queue]]\nname = \"a b\"",
       "pool.mail.queue[1].name: queue name \"a b\" can't be used"},
  };
  for (const auto& [lines, wanted] : cases) expect_fault(pool_with(lines), wanted);
}

TEST(FleetFile, NamesFaultsOfCandidates) {
  const auto with = [](const std::string& list) {
    return std::string{kNodes} + "[[pool]]\nname = \"mail\"\ncandidates = " + list;
  };
  expect_fault(with("[\"job1\"]"),
               "mail.toml:7: pool.mail.candidates: has 1, and must have 2 to 100");
  expect_fault(with("[]"), "has 0, and must have 2 to 100");
  expect_fault(with("[\"job1\", \"job1\"]"), "has \"job1\" twice");
  expect_fault(with("[\"job1\", \"jbo2\"]"),
               "\"jbo2\" is not a [[node]] of this file | did you mean "
               "\"job2\"?");
  expect_fault(with("[\"job1\", \"zebra\"]"), "is not a [[node]] of this file | add a [[node]]");
  expect_fault(with("[\"job1\", 2]"), "has the number 2 in it, and must be nodes");
  expect_fault(with("[\"job1\", \"it's\"]"), "node name \"it's\" can't be used");
  expect_fault(with("[\"job1\", { name = \"job2\" }]"), "pool.mail.candidates.node: is missing");
  expect_fault(with("[\"job1\", { node = \"job2\", priority = -1 }]"), "is -1, and must be from 0");
  expect_fault(with("\"job1\""), "is the text \"job1\", and must be an array");
  expect_fault(std::string{kNodes} + "[[pool]]\nname = \"mail\"\n",
               "pool.mail.candidates: is missing");
}

TEST(FleetFile, RefusesTwoOfOneName) {
  expect_fault("[[node]]\nname = \"a\"\n[[node]]\nname = \"a\"\n",
               "mail.toml:4: node[2].name: \"a\" is taken: line 2 has it, too");
  expect_fault("[[node]]\nname = \"a\"\n[[supervisor]]\nname = \"a\"\n",
               "mail.toml:4: supervisor[1].name: \"a\" is taken: line 2 has it, too");
  expect_fault("[[node]]\nname = \"a\"\n[[node]]\nname = \"b\"\nlogin = \"a\"\n",
               "mail.toml:5: node[2].login: \"a\" is taken");
  expect_fault(pool_with("[[pool]]\nname = \"mail\"\ncandidates = [\"job1\", \"job2\"]\n"),
               "mail.toml:8: pool.mail: is there twice: line 5 has it, too");
}

TEST(FleetFile, KeepsItsOwnNamesForItself) {
  for (const std::string name : {"jobflip", "jobflip.supervisor"}) {
    expect_fault(std::string{kNodes} + "[[pool]]\nname = \"" + name + "\"\n",
                 "is kept for jobflip itself");
  }
}

TEST(FleetFile, ChecksTheSumsAndPrintsBothSides) {
  const auto all = faults(pool_with("[pool.timings]\nlease = \"3s\"\n"));
  ASSERT_FALSE(all.empty());
  EXPECT_NE(all[0].find("mail.toml:9: pool.mail.timings.lease: "), std::string::npos) << all[0];
  EXPECT_NE(all[0].find('3'), std::string::npos);
  expect_fault("[supervisor_timings]\ntakeover_after = \"1s\"\n" + pool_with(""),
               "mail.toml:2: supervisor_timings.takeover_after: ");
}

TEST(FleetFile, SaysAtOnceWhatMakesTheSumsTrue) {
  const auto got = parse_fleet_text(pool_with("[pool.timings]\nlease = \"20s\"\n"), "mail.toml");
  ASSERT_FALSE(got);
  ASSERT_EQ(got.error().errors.size(), 1u);
  EXPECT_EQ(got.error().errors[0].hint, "set takeover_after = \"25s\", freeze = \"28s\"");
}

TEST(FleetFile, ChecksNoSumIfATimingItselfIsWrong) {
  const auto all = faults(pool_with("[pool.timings]\nlease = \"3\"\n"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_NE(all[0].find("has no unit"), std::string::npos);
}

TEST(FleetFile, WantsNodesAndPoolsAndABudgetInBounds) {
  expect_fault("", "mail.toml:1: node: is missing");
  expect_fault("", "pool: is missing");
  expect_fault("node = \"job1\"", "is the text \"job1\", and must be written as [[node]]");
  expect_fault("[node]\nname = \"a\"", "is a table, and must be written as [[node]]");
  expect_fault("[budget]\nflips = -1\nwindow = \"1ms\"\nextra = 1",
               "mail.toml:2: budget.flips: is -1, and must be from 0 to 1000");
  expect_fault("[budget]\nwindow = \"1ms\"", "is 1ms, and must be at least 1.0s");
  expect_fault("[budgett]\n",
               "mail.toml:1: budgett: is not a known key here | did you mean "
               "\"budget\"?");
  expect_fault("[[node]]\nname = \"a\"\nlogin = \"" + std::string(64, 'x') + "\"",
               "node[1].login: is 64 bytes long, and may have 63");
}

TEST(FleetFile, BoundsHowMuchAFileMayHold) {
  std::string many = kNodes;
  for (int i = 0; i <= 1000; ++i) many += "[[pool]]\n";
  expect_fault(many, "pool: is there 1001 times, and may be at most 1000 times");
}

TEST(FleetFile, ShowsTheFaultsInTheOrderOfTheirLines) {
  const auto parsed = parse_fleet_text(kWhole + std::string{"typo = 1\n"}, "mail.toml");
  ASSERT_FALSE(parsed);
  int last = 0;
  for (const auto& error : parsed.error().errors) {
    EXPECT_GE(error.line, last);
    last = error.line;
  }
  EXPECT_GE(parsed.error().errors.size(), 2u);
}

}  // namespace
}  // namespace jobflip::config
