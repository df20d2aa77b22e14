/// What `apply` asks and tries before it changes anything.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "cli/queue_trials.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"
#include "unit/cli/mail_pool.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

const std::string kPools = kMailPool + R"([[pool.queue]]
name = "reports"
database = "app"
query = "select 2"
)";
constexpr const char* kSupervisor = R"(
supervisor = "sup1"
runtime_dir = "/run/jobflip"
[store]
conninfo = "host=db1 dbname=jobflip"
[databases.app]
conninfo = "host=db1 dbname=app"
)";

class ApplyTrials : public ::testing::Test {
 protected:
  ApplyTrials() { world_.script.apply_answer = Words{"+ pools mail"}; }
  std::string file(const std::string& name, const std::string& text) {
    const auto path = folder_.path() + "/" + name;
    std::ofstream{path} << text;
    return path;
  }
  Ran dry_run(Words more = {}) {
    Words words{"apply", file("pools.toml", kPools), "--dry-run", "--supervisor-config",
                file("supervisor.toml", kSupervisor)};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }
  /// The store has these pools, and the file only mail.
  void set_pools(const Words& names) {
    world_.script.snapshot = calm_snapshot();
    auto& pools = world_.script.snapshot.pools;
    const auto one = pools.front();
    pools.clear();
    for (const auto& name : names) {
      pools.push_back(one);
      pools.back().settings.name = PoolName::of(name);
    }
  }

  FakeWorld world_;
  test::TempFolder folder_;
};

TEST_F(ApplyTrials, DryRunShowsTheRowOfEachQueue) {
  world_.reading->runnable = 7;
  world_.reading->oldest_runnable = 90s;
  const auto ran = dry_run();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(world_.databases, (std::map<std::string, std::string>{{"app", "host=db1 dbname=app"}}));
  EXPECT_THAT(ran.out, HasSubstr("+ pool mail\n"));
  EXPECT_THAT(ran.out, HasSubstr("mail/email    7         1m30s"));
  EXPECT_THAT(ran.out, HasSubstr("mail/reports  7         1m30s"));
  EXPECT_THAT(ran.err, HasSubstr("NOTICE: 2 queues tried, and can be read\n"));
  EXPECT_EQ(world_.readings, 2);
  EXPECT_EQ(world_.script.asked.size(), 1u) << "one dry run of the store, and no wake";
}

TEST_F(ApplyTrials, DryRunFailsIfAQueueCantBeReadAndSaysWhatToDo) {
  world_.reading = Error{ErrorCode::probe_failed, "queue email: permission denied", "grant it"};
  const auto ran = dry_run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("ERROR: mail/email: permission denied\nHINT: grant it\n"));
  EXPECT_THAT(ran.err, HasSubstr("NOTICE: 2 of 2 queues can't be read: BLIND, once this is"));
  const auto json = nlohmann::json::parse(dry_run({"--format", "json"}).out);
  EXPECT_EQ(json["changes"].size(), 1u);
  EXPECT_EQ(json["tried"], true);
  ASSERT_EQ(json["queues"].size(), 2u);
  EXPECT_EQ(json["queues"][1]["queue"], "reports");
  EXPECT_TRUE(json["queues"][1]["row"].is_null());
  EXPECT_EQ(json["queues"][1]["error"]["hint"], "grant it");
}

TEST_F(ApplyTrials, DryRunGivesProgramsTheRows) {
  world_.reading->runnable = 7;
  const auto json = nlohmann::json::parse(dry_run({"--format", "json"}).out);
  EXPECT_EQ(json["queues"][0]["pool"], "mail");
  EXPECT_EQ(json["queues"][0]["row"]["runnable"], 7);
  EXPECT_TRUE(json["queues"][0]["error"].is_null());
  EXPECT_EQ(dry_run({"--format", "tsv"}).out, "change\n+ pools mail\n");
}

TEST_F(ApplyTrials, DryRunWithoutASupervisorsFileSaysThatNothingWasTried) {
  const auto ran = world_.run({"apply", file("pools.toml", kPools), "--dry-run"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("WARNING: 2 queues were not tried: /etc/jobflip/supervisor.toml"));
  EXPECT_EQ(world_.readings, 0);
  const auto json = nlohmann::json::parse(
      world_.run({"apply", file("pools.toml", kPools), "--dry-run", "--format", "json"}).out);
  EXPECT_EQ(json["tried"], false);
  EXPECT_TRUE(json["queues"].is_null());
  const auto named = world_.run(
      {"apply", file("pools.toml", kPools), "--dry-run", "--supervisor-config", "/no/such.toml"});
  EXPECT_EQ(named.code, 2);
  EXPECT_EQ(world_.script.asked.size(), 2u) << "a file that was named must be there";
}

TEST_F(ApplyTrials, DryRunSaysWhichLoginItNeeds) {
  world_.script.apply_answer =
      Error{ErrorCode::store_denied, "apply: permission denied for function apply", "grant it"};
  const auto ran = dry_run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("needs a login in jobflip_operator, with --dry-run too; with one "
                                 "in jobflip_reader, `jobflip probe QUEUE --file FILE`"));
}

TEST_F(ApplyTrials, ApplyItselfReadsNoQueue) {
  EXPECT_EQ(world_.run({"apply", file("pools.toml", kPools)}).code, 0);
  EXPECT_EQ(world_.readings, 0);
  EXPECT_EQ(
      world_.run({"apply", "x.toml", "--supervisor-config", file("s.toml", kSupervisor)}).code, 2);
}

TEST_F(ApplyTrials, ReadsStandardInput) {
  world_.typed = kPools;
  const auto ran = world_.run({"apply", "-"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(world_.script.asked[0], "apply wet by ann: apply standard input");
  world_.typed = "[[pool]]\nname = 1\n";
  const auto bad = world_.run({"apply", "-"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("ERROR: standard input:2: "));
  world_.typed = std::string(2 << 20, '#');
  EXPECT_THAT(world_.run({"apply", "-"}).err, HasSubstr("is larger than 1 MiB"));
}

TEST_F(ApplyTrials, AsksBeforeSeveralPoolsAreRemoved) {
  const auto path = file("pools.toml", kPools);
  world_.terminal = true;
  set_pools({"mail", "web", "batch"});
  world_.typed = "yes\n";
  auto ran = world_.run({"apply", path});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("2 of 3 pools are not in the file, and are removed: web, batch"));
  EXPECT_THAT(ran.err, HasSubstr("not confirmed: nothing was done"));
  EXPECT_TRUE(world_.script.asked.empty());
  world_.typed = "2\n";
  EXPECT_EQ(world_.run({"apply", path}).code, 0);
  EXPECT_EQ(world_.script.asked.size(), 2u);
}

TEST_F(ApplyTrials, ThePoolOfTheSupervisorsIsNeverOneThatIsRemoved) {
  set_pools({"mail", "web", std::string{core::kSupervisorPool}});
  EXPECT_EQ(world_.run({"apply", file("pools.toml", kPools)}).code, 0) << "only web is";
}

TEST_F(ApplyTrials, NeedsYesWhereNobodyCanBeAsked) {
  const auto path = file("pools.toml", kPools);
  set_pools({"mail", "web", "batch"});
  const auto ran = world_.run({"apply", path});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--yes"));
  world_.terminal = true;
  world_.typed = kPools;
  EXPECT_EQ(world_.run({"apply", "-"}).code, 2) << "the file is where the answer would come from";
  EXPECT_TRUE(world_.script.asked.empty());
  EXPECT_EQ(world_.run({"apply", path, "--yes"}).code, 0);
  set_pools({"mail", "web"});
  world_.terminal = false;
  EXPECT_EQ(world_.run({"apply", path}).code, 0) << "one pool is removed without a question";
}

/// Two databases: what is read of one waits for the other, and a third one hangs until it is
/// cancelled.
class Slow : public ports::QueueProbe {
 public:
  class Source : public ports::QueueSource {
   public:
    Source(Slow& all, std::string database) : all_(all), database_(std::move(database)) {}
    Result<core::QueueSample> sample(const core::QueueSettings&) override {
      std::unique_lock lock{all_.mutex};
      all_.seen.insert(database_);
      all_.changed.notify_all();
      const auto is_good = [&] { return database_ != "hangs" && all_.seen.size() >= 2; };
      if (!all_.changed.wait_for(lock, 20s, [&] { return cancelled_ || is_good(); }))
        return Error{ErrorCode::probe_failed, "one after the other", ""};
      if (!is_good()) return Error{ErrorCode::probe_failed, "cancelled", ""};
      return core::QueueSample{};
    }
    Result<std::vector<std::string>> running_ids(const core::QueueSettings&) override {
      return std::vector<std::string>{};
    }
    Result<std::vector<core::FinishedJob>> finished_jobs(const core::QueueSettings&) override {
      return std::vector<core::FinishedJob>{};
    }
    Result<ports::SourceStatement> statement(const core::QueueSettings&) override { return {}; }
    Result<std::string> plan(const core::QueueSettings&) override { return std::string{}; }
    void cancel() noexcept override {
      const std::lock_guard lock{all_.mutex};
      cancelled_ = true;
      all_.changed.notify_all();
    }

   private:
    Slow& all_;
    std::string database_;
    bool cancelled_{false};
  };
  Result<std::shared_ptr<ports::QueueSource>> source_of(const core::QueueSettings& queue) override {
    if (queue.database == "none") return Error{ErrorCode::probe_failed, "no such database", "add"};
    return std::make_shared<Source>(*this, queue.database);
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::string> seen;
};

std::vector<core::PoolSettings> pool_of(const Words& databases) {
  core::PoolSettings pool;
  pool.name = PoolName::of("mail");
  for (const auto& database : databases) {
    core::QueueSettings queue;
    queue.name = QueueName::of("q" + std::to_string(pool.queues.size()));
    queue.database = database;
    pool.queues.push_back(queue);
  }
  return {pool};
}

TEST(QueueTrials, ReadsDatabasesAtTheSameTimeAndKeepsTheOrderOfTheFile) {
  Slow probe;
  const auto trials =
      try_queues(probe, pool_of({"one", "two", "none", "one"}), {}, [] { return false; });
  ASSERT_EQ(trials.size(), 4u);
  for (const std::size_t i : {0u, 1u, 3u})
    EXPECT_TRUE(trials[i].sample) << i << ": " << trials[i].sample.error().text;
  EXPECT_EQ(trials[2].sample.error().text, "no such database");
  EXPECT_EQ(trials[3].queue.name.str(), "q3");
}

TEST(QueueTrials, EndsWhatHangsAtTheLimitAndReadsNothingAfterIt) {
  Slow probe;
  const auto trials =
      try_queues(probe, pool_of({"hangs", "hangs"}), {.whole = 100ms}, [] { return false; });
  for (const std::size_t i : {0u, 1u})
    EXPECT_EQ(trials[i].sample.error().text,
              "queue q" + std::to_string(i) + ": was not read within the 100ms for all queues");
  EXPECT_LT(trials[0].took, 10s);
  EXPECT_EQ(trials[1].took, 0ms) << "it was not begun";
}

TEST(QueueTrials, KeepsWhatWasReadWhenInterrupted) {
  Slow probe;
  const auto trials = try_queues(probe, pool_of({"hangs", "one"}), {}, [&probe] {
    const std::lock_guard lock{probe.mutex};
    return probe.seen.size() >= 2;
  });
  EXPECT_TRUE(trials[0].sample.has_error());
  EXPECT_LT(trials[0].took, 10s);
  EXPECT_TRUE(trials[1].sample) << trials[1].sample.error().text;
}

}  // namespace
}  // namespace jobflip::cli
