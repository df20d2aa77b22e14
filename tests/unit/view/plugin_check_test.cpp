#include "jobflip/view/plugin_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Led, with one healthy pool, whose queue has 99 jobs waiting, the oldest for 7.25 s.
core::Snapshot watched_fleet() {
  auto fleet = core::led_fleet();
  auto pool = core::healthy_pool();
  core::QueueSample sample;
  sample.runnable = 99;
  sample.running = 2;
  sample.oldest_runnable = 7250ms;
  pool.queues = {{QueueName::of("email"), "OK", "it moves", 45s, Millis{}, sample}};
  fleet.pools = {pool};
  return fleet;
}

PluginReport report_of(const core::Snapshot& fleet, const PluginRules& rules = {}) {
  std::vector<const core::PoolView*> pools;
  for (const auto& pool : fleet.pools) pools.push_back(&pool);
  return plugin_report(fleet, pools, rules);
}

TEST(PluginReports, OfAHealthyPoolAreOkAndHaveItsFigures) {
  auto fleet = watched_fleet();
  const auto report = report_of(fleet);
  EXPECT_EQ(report.state, PluginState::ok);
  EXPECT_TRUE(report.problems.empty());
  const auto text = plugin_text(report);
  EXPECT_THAT(text, StartsWith("JOBFLIP OK - mail: active on job1"));
  const auto budget = std::to_string(fleet.budget.settings.flips);
  EXPECT_THAT(text, HasSubstr(" | pools_with_problems=0;;;0;1 flips_in_budget=0;;;0;" + budget +
                              " mail_renewed=0.300s;;;0 mail/email_waiting"));
  EXPECT_THAT(text, HasSubstr(" mail/email_waiting=99;;;0 mail/email_running=2;;;0 "
                              "mail/email_oldest=7.250s;;;0\n"));
  fleet.pools.push_back(fleet.pools[0]);
  EXPECT_EQ(report_of(fleet).summary, "2 pools, nothing wrong");
}

TEST(PluginReports, BeginWithTheWorstPoolAndWhatToTypeAboutIt) {
  auto fleet = watched_fleet();
  auto paused = fleet.pools[0];
  paused.settings.name = PoolName::of("bills");
  paused.pause = core::PauseView{};
  fleet.pools[0].queues[0].verdict = "STALLED";
  fleet.pools[0].pause = core::PauseView{};
  fleet.pools.insert(fleet.pools.begin(), paused);
  const auto report = report_of(fleet);
  EXPECT_EQ(report.state, PluginState::critical);
  EXPECT_THAT(report.summary, StartsWith("mail: STALLED 45.0s, 99 waiting, HELD by pause: "
                                         "jobflip resume mail; bills: PAUSED"));
  ASSERT_FALSE(report.problems.empty());
  EXPECT_EQ(report.problems.front().condition, "queue-stuck");
  EXPECT_EQ(report.problems.back().level, core::AlarmLevel::warning);
}

TEST(PluginReports, WarnOfAWarningAndNotOfANote) {
  auto fleet = watched_fleet();
  fleet.pools[0].settings.when_store_lost = core::WhenStoreLost::keep;
  EXPECT_EQ(report_of(fleet).state, PluginState::ok);
  EXPECT_TRUE(report_of(fleet).problems.empty());
  fleet.pools[0].pause = core::PauseView{};
  EXPECT_EQ(report_of(fleet).state, PluginState::warning);
}

TEST(PluginReports, SayFirstWhatConcernsTheWholeFleet) {
  auto fleet = watched_fleet();
  fleet.supervisors.reset();
  EXPECT_THAT(report_of(fleet).summary, StartsWith("NO SUPERVISOR leads"));
}

TEST(PluginReports, DoNotCountTheConditionsThatAreAllRightHere) {
  auto fleet = watched_fleet();
  fleet.pools[0].pause = core::PauseView{};
  PluginRules rules;
  rules.ignored = {core::AlarmKind::paused};
  EXPECT_EQ(report_of(fleet, rules).state, PluginState::ok);
  fleet.supervisors.reset();
  EXPECT_EQ(report_of(fleet, rules).state, PluginState::critical) << "another condition";
  rules.ignored.insert(core::AlarmKind::no_supervisor);
  EXPECT_EQ(report_of(fleet, rules).state, PluginState::ok);
}

TEST(PluginReports, JudgeTheAgeOfTheOldestWaitingJob) {
  const auto fleet = watched_fleet();
  const auto state = [&](std::optional<Millis> warning, std::optional<Millis> critical) {
    return report_of(fleet, {warning, critical, {}}).state;
  };
  EXPECT_EQ(state(7251ms, {}), PluginState::ok);
  EXPECT_EQ(state(7250ms, {}), PluginState::warning);
  EXPECT_EQ(state(5s, 7250ms), PluginState::critical);
  EXPECT_EQ(state({}, 7s), PluginState::critical);
  const auto report = report_of(fleet, {5s, 10s, {}});
  EXPECT_THAT(plugin_text(report), HasSubstr("mail/email_oldest=7.250s;5.000;10.000;0\n"));
  EXPECT_THAT(report.summary,
              HasSubstr("queue email: its oldest waiting job is 7.2s old, and the limit is 5.0s"));
  EXPECT_THAT(report_of(fleet, {5s, 7s, {}}).summary, HasSubstr("and the limit is 7.0s"));
}

TEST(PluginReports, SayAnAlarmOfThePoolBeforeAnAgeOfTheSameLevel) {
  auto fleet = watched_fleet();
  fleet.pools[0].pause = core::PauseView{};
  EXPECT_THAT(report_of(fleet, {5s, {}, {}}).summary, StartsWith("mail: PAUSED"));
  EXPECT_THAT(report_of(fleet, {5s, 7s, {}}).summary, StartsWith("mail: queue email"));
}

TEST(PluginReports, DoNotJudgeOrDrawAQueueThatIsNotReadNow) {
  auto fleet = watched_fleet();
  fleet.pools[0].queues[0].sample_age = 10min;
  const auto report = report_of(fleet, {{}, 5s, {}});
  EXPECT_EQ(report.state, PluginState::warning) << "queue-blind, not the age of an old reading";
  EXPECT_THAT(plugin_text(report), Not(HasSubstr("mail/email_")));
}

TEST(PluginReports, WithoutPoolsAreUnknown) {
  auto fleet = watched_fleet();
  fleet.pools.clear();
  EXPECT_EQ(report_of(fleet).state, PluginState::unknown);
}

TEST(PluginReports, NameThreePoolsInTheirFirstLineAndAllBelow) {
  auto fleet = watched_fleet();
  fleet.pools[0].pause = core::PauseView{};
  for (int i = 2; i <= 5; ++i) {
    fleet.pools.push_back(fleet.pools[0]);
    fleet.pools.back().settings.name = PoolName::of("pool" + std::to_string(i));
    if (i == 3) {
      EXPECT_THAT(report_of(fleet).summary, Not(HasSubstr("more")));
    }
  }
  const auto report = report_of(fleet);
  EXPECT_THAT(report.summary,
              AllOf(HasSubstr("pool3: PAUSED"), Not(HasSubstr("pool4")), EndsWith("; and 2 more")));
  EXPECT_EQ(report.problems.size(), 5U);
  EXPECT_THAT(report.figures, ::testing::Contains(AllOf(
                                  Field(&PluginFigure::label, "pools_with_problems"),
                                  Field(&PluginFigure::value, 5), Field(&PluginFigure::most, 5))));
}

TEST(PluginText, HasNoBarOrLineBreakOfOthers) {
  auto fleet = watched_fleet();
  fleet.pools[0].pause =
      core::PauseView{WallTime{}, 1h, "deploy | evil=1;2\nJOBFLIP OK - all is well", "ann"};
  const auto text = plugin_text(report_of(fleet));
  const auto first_end = text.find('\n');
  const auto bar = text.find('|');
  EXPECT_LT(bar, first_end);
  EXPECT_EQ(text.find('|', bar + 1), std::string::npos);
  EXPECT_EQ(text.find("\nJOBFLIP"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("deploy / evil=1"));
  const auto failure = plugin_failure(PluginState::unknown, "gone\nJOBFLIP OK\x1b[2J");
  EXPECT_EQ(failure.summary.find_first_of("\n\x1b"), std::string::npos);
}

TEST(PluginJson, HasTheSameFacts) {
  auto fleet = watched_fleet();
  fleet.pools[0].pause = core::PauseView{};
  const auto json = plugin_json(report_of(fleet, {5s, {}, {}}));
  EXPECT_EQ(json["state"], "WARNING");
  EXPECT_EQ(json["exit_code"], 1);
  EXPECT_EQ(json["problems"][0]["condition"], "paused");
  EXPECT_EQ(json["problems"][0]["command"], "jobflip resume mail");
  EXPECT_EQ(json["problems"][1]["condition"], "queue-age");
  EXPECT_EQ(json["figures"][0]["max"], 1);
  const auto& oldest = json["figures"].back();
  EXPECT_EQ(oldest["label"], "mail/email_oldest");
  EXPECT_EQ(oldest["value"], 7250);
  EXPECT_EQ(oldest["unit"], "ms");
  EXPECT_EQ(oldest["warning"], 5000);
  EXPECT_TRUE(oldest["critical"].is_null());
}

}  // namespace
}  // namespace jobflip::view
