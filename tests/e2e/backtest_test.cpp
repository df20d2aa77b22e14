/// The readings that a real supervisor kept, through `jobflip backtest`: what was said live.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSource =
    "query = \"\"\"select 'email' as queue, count(*) filter (where done_at is null) as runnable,\n"
    "       extract(epoch from now() - min(due_at) filter (where done_at is null))::float8\n"
    "         as oldest_runnable_s,\n"
    "       0 as unpromoted, 0 as running, null::float8 as oldest_running_s,\n"
    "       count(done_at) as done, max(done_at) as last_done_at, 0 as failed,\n"
    "       null::boolean as paused\n"
    "from app.job\"\"\"\ndone = \"queue\"";

class Backtest : public ::testing::Test {
 protected:
  Backtest() {
    sql("create schema app; create table app.job (due_at timestamptz default clock_timestamp(), "
        "done_at timestamptz); grant usage on schema app to probe");
    grant();
  }

  std::string sql(const std::string& statements) {
    const auto ran = site_.cluster().sql(statements);
    EXPECT_TRUE(ran.has_value()) << ran.error().text;
    return ran ? *ran : "";
  }
  void grant() { sql("grant select on app.job to probe"); }
  void complete_one() {
    sql("update app.job set done_at = clock_timestamp() where ctid = (select ctid from app.job "
        "where done_at is null order by due_at limit 1)");
  }
  bool says(const std::string& verdict) {
    return Site::within(30s, [&] { return site_.pool().verdict == verdict; });
  }
  /// For so long that the replay, which warms up from the first reading on, says it too.
  bool goes_on_saying(const std::string& verdict, bool jobs_complete = false) {
    return Site::within(30s, [&] {
      if (jobs_complete) complete_one();
      const auto status = site_.run({"status", "--format", "json"}).output;
      auto json = nlohmann::json::parse(status, nullptr, false);
      if (json.is_discarded()) return false;
      const auto queue = json["pools"][0]["queues"][0];  // null if there is none yet
      return queue.is_object() && queue.at("verdict") == verdict &&
             queue.at("verdict_age_ms") >= 2500;
    });
  }
  bool says_while_jobs_complete(const std::string& verdict) {
    return Site::within(30s, [&] {
      complete_one();
      return site_.pool().verdict == verdict;
    });
  }
  std::string kept_readings() {
    return sql("select coalesce(sum(cardinality(verdict)), 0) from jobflip_data.sample");
  }
  /// As they were said live, oldest first.
  std::vector<std::string> live() {
    std::vector<std::string> out;
    std::istringstream lines{
        sql("select string_agg(ltrim(u.v, '+'), ' ' order by s.first_at, u.nth) from "
            "jobflip_data.sample s, unnest(s.verdict) with ordinality u (v, nth)")};
    for (std::string one; lines >> one;) out.push_back(one);
    return out;
  }

  Site site_{{.source = kSource}};
};

std::vector<std::string> transitions(const std::vector<std::string>& verdicts) {
  std::vector<std::string> out;
  for (const auto& one : verdicts)
    if (out.empty() || out.back() != one) out.push_back(one);
  return out;
}

TEST_F(Backtest, SaysWhatTheSupervisorSaidOfTheSameReadings) {
  for (const char* node : {"job1", "job2"}) site_.start_agent(node);
  ASSERT_NE(site_.await_active(), "") << site_.logs();
  site_.start_supervisor("sup1");
  EXPECT_TRUE(goes_on_saying("IDLE")) << site_.logs();
  sql("insert into app.job select from generate_series(1, 2000)");
  EXPECT_TRUE(says_while_jobs_complete("OK")) << site_.logs();
  EXPECT_TRUE(says("STALLED")) << site_.logs();
  // No job completes before a flip has begun: one that did would cure the queue instead.
  ASSERT_TRUE(Site::within(30s, [&] { return !site_.moves().empty(); })) << site_.logs();
  // the watch begins again, and jobs complete on the other node
  ASSERT_TRUE(Site::within(30s, [&] {
    complete_one();
    const auto moves = site_.moves();
    return std::ranges::any_of(moves, [](const auto& move) { return move.state == "verified"; });
  })) << site_.logs();
  EXPECT_TRUE(goes_on_saying("OK", true)) << site_.logs();
  sql("revoke select on app.job from probe");
  EXPECT_TRUE(says("BLIND")) << site_.logs();
  EXPECT_NE(
      site_.run({"status", "--format", "json"}).output.find("grant select on app.job to probe"),
      std::string::npos)
      << site_.run({"status", "--format", "json"}).output;
  grant();
  EXPECT_TRUE(goes_on_saying("OK", true)) << site_.logs();
  const auto before = std::stoll(kept_readings());
  ASSERT_TRUE(Site::within(60s, [&] { return std::stoll(kept_readings()) >= before + 60; }))
      << "its readings are kept by 60";

  const auto ran = site_.run({"backtest", "email", "--since", "1h", "--format", "json"});
  const auto json = nlohmann::json::parse(ran.output, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << ran.output.substr(0, 500);
  std::vector<std::string> replayed;
  for (const auto& one : json["verdicts"]) replayed.push_back(one["verdict"]);
  auto said = live();
  ASSERT_GE(replayed.size(), said.size()) << "more may have been kept since";
  said.resize(std::min(said.size(), replayed.size()));
  replayed.resize(said.size());
  EXPECT_EQ(transitions(replayed), transitions(said));
  const std::set<std::string> all{said.begin(), said.end()};
  for (const char* verdict : {"WARMUP", "IDLE", "OK", "STALLED", "BLIND"})
    EXPECT_TRUE(all.contains(verdict)) << verdict << " was never said";
  std::size_t differ = 0;
  for (std::size_t i = 0; i < said.size(); ++i) differ += said[i] != replayed[i] ? 1 : 0;
  // times are kept in ms and placed by the store's clock: a limit may be met one reading later
  EXPECT_LE(differ, transitions(said).size());
}

}  // namespace
}  // namespace jobflip::e2e
