// One reader a database: who waits for whom, in what order, and for how long a reader stays.
#include "jobflip/daemon/sample_readers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>

#include "unit/daemon/loop_test.hpp"

namespace jobflip::daemon {
namespace {

using namespace std::chrono_literals;

/// Answers what it is asked; a queue that hangs waits for the cancel, 20 s at most.
class PlayedSource : public ports::QueueSource {
 public:
  Result<core::QueueSample> sample(const core::QueueSettings& queue) override {
    std::unique_lock lock{mutex_};
    if (hanging_.contains(queue.name.str())) {
      ++waiting_;
      cut_ = false;
      changed_.wait_for(lock, 20s, [this] { return cut_; });
      --waiting_;
      return Error{ErrorCode::probe_failed, "cut", ""};
    }
    core::QueueSample seen;
    seen.queue = queue.name;
    seen.running = running;
    return seen;
  }
  Result<std::vector<std::string>> running_ids(const core::QueueSettings& queue) override {
    std::unique_lock lock{mutex_};
    ++ids_read;
    if (hanging_.contains("ids")) {
      cut_ = false;
      changed_.wait_for(lock, 20s, [this] { return cut_; });
      return Error{ErrorCode::probe_failed, "cut", ""};
    }
    return std::vector<std::string>{"of " + queue.name.str()};
  }
  Result<ports::SourceStatement> statement(const core::QueueSettings& queue) override {
    return ports::SourceStatement{queue.query, ""};
  }
  Result<std::string> plan(const core::QueueSettings&) override { return std::string{"a plan"}; }
  Result<std::vector<core::FinishedJob>> finished_jobs(const core::QueueSettings&) override {
    return std::vector<core::FinishedJob>{};
  }
  void cancel() noexcept override {
    const std::lock_guard lock{mutex_};
    cut_ = true;
    changed_.notify_all();
  }
  void hang(const std::string& queue) {
    const std::lock_guard lock{mutex_};
    hanging_.insert(queue);
  }
  std::atomic<int> running{0};
  std::atomic<int> ids_read{0};
  int waiting() const {
    const std::lock_guard lock{mutex_};
    return waiting_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> hanging_;
  bool cut_{false};
  int waiting_{0};
};

class PlayedProbe : public ports::QueueProbe {
 public:
  Result<std::shared_ptr<ports::QueueSource>> source_of(const core::QueueSettings& queue) override {
    const auto found = sources.find(queue.database);
    if (found == sources.end()) return Error{ErrorCode::probe_failed, "no such database", ""};
    return found->second;
  }
  std::map<std::string, std::shared_ptr<PlayedSource>> sources{
      {"app", std::make_shared<PlayedSource>()}, {"other", std::make_shared<PlayedSource>()}};
};

class SampleReadersTest : public LoopTest {
 protected:
  SampleReadersTest() { make(60s); }

  void make(Millis deadline) {
    readers.emplace(io,
                    SampleReaders::Parts{
                        .probe = &probe,
                        .deadline = deadline,
                        .is_used = [this](const std::string& name) { return used.contains(name); },
                        .on_sampled = [this](core::Sampled got) { sampled.push_back(got); },
                        .on_running =
                            [this](core::RunningRead got) {
                              EXPECT_FALSE(sampled.empty()) << "the reading comes first";
                              running.push_back(got);
                            }});
  }
  void ask(const std::string& database, const std::string& queue,
           std::optional<std::string> preset = "river") {
    core::SampleQueue wanted{PoolName::of("mail"), {}};
    wanted.queue.preset = std::move(preset);
    wanted.queue.name = QueueName::of(queue);
    wanted.queue.database = database;
    readers->sample(wanted);
  }
  std::vector<std::string> order() const {
    std::vector<std::string> names;
    for (const auto& one : sampled) names.push_back(one.queue.str());
    return names;
  }

  PlayedProbe probe;
  std::set<std::string> used{"app", "other"};
  std::vector<core::Sampled> sampled;
  std::vector<core::RunningRead> running;
  std::optional<SampleReaders> readers;
};

TEST_F(SampleReadersTest, ADatabaseThatHangsKeepsNoOtherWaiting) {
  probe.sources.at("other")->hang("slow");
  ask("other", "slow");
  ASSERT_TRUE(until([&] { return probe.sources.at("other")->waiting() == 1; }));
  for (int i = 0; i < 5; ++i) {
    ask("app", "email");
    ASSERT_TRUE(until([&] { return sampled.size() == static_cast<std::size_t>(i + 1); }));
    EXPECT_TRUE(sampled.back().sample.has_value());
  }
  EXPECT_EQ(probe.sources.at("other")->waiting(), 1) << "it hangs all the while";
}

TEST_F(SampleReadersTest, TheQueuesOfOneDatabaseTakeTurnsAndASlowOneHasOneTurn) {
  make(50ms);
  probe.sources.at("app")->hang("slow");
  for (const char* queue : {"slow", "email", "slow", "letters", "email", "last"}) ask("app", queue);
  // "slow" is being read at once, and so may be asked for again; "email" waits once
  ASSERT_TRUE(until([&] { return order().size() >= 5; }));
  EXPECT_EQ(order(), (std::vector<std::string>{"slow", "email", "slow", "letters", "last"}));
  EXPECT_TRUE(sampled[0].sample.has_error());
  EXPECT_GE(sampled[0].took, 40ms);
  EXPECT_TRUE(sampled[1].sample.has_value());
  EXPECT_LT(sampled[1].took, sampled[0].took) << "the wait for its turn does not count";
  EXPECT_EQ(readers->size(), 1u);
}

TEST_F(SampleReadersTest, TheJobsThatRunAreReadBehindAReadingThatSawSome) {
  auto& app = *probe.sources.at("app");
  ask("app", "idle");
  ASSERT_TRUE(until([&] { return sampled.size() == 1; }));
  app.running = 2;
  for (const char* queue : {"email", "letters"}) ask("app", queue);
  ASSERT_TRUE(until([&] { return running.size() == 2 && sampled.size() == 3; }));
  EXPECT_EQ(running[0].queue.str(), "email");
  EXPECT_EQ(running[0].ids, (std::vector<std::string>{"of email"}));
  EXPECT_EQ(running[1].ids, (std::vector<std::string>{"of letters"}));
  ask("app", "of-a-query", std::nullopt);
  ask("app", "idle");
  ASSERT_TRUE(until([&] { return sampled.size() == 5; }));
  ASSERT_TRUE(until([&] { return running.size() == 3; }));
  EXPECT_EQ(running[2].queue.str(), "idle") << "a query can't tell";
  EXPECT_EQ(app.ids_read, 3);
}

TEST_F(SampleReadersTest, IdsThatHangDelayTheNextReadingOnceAndAreLeftAlone) {
  auto& app = *probe.sources.at("app");
  app.running = 2;
  app.hang("ids");
  for (const char* queue : {"email", "letters", "email"}) ask("app", queue);
  ASSERT_TRUE(until([&] { return sampled.size() == 2; }));
  ask("app", "email");
  ASSERT_TRUE(until([&] { return sampled.size() == 3; }));
  EXPECT_EQ(app.ids_read, 1);
  EXPECT_TRUE(running.empty());
  for (const auto& one : sampled) EXPECT_TRUE(one.sample.has_value()) << "a reading fails for it";
}

TEST_F(SampleReadersTest, ADatabaseThatIsNotConfiguredHasNoReaderAndAnError) {
  for (int i = 0; i < 100; ++i) ask("db" + std::to_string(i), "email");
  EXPECT_TRUE(sampled.empty()) << "not from within sample()";
  EXPECT_EQ(readers->size(), 0u);
  ASSERT_TRUE(until([&] { return sampled.size() == 100; }));
  EXPECT_EQ(sampled.front().sample.error().text, "no such database");
}

TEST_F(SampleReadersTest, AReaderStaysWhileItsDatabaseIsUsed) {
  ask("app", "email");
  ask("other", "letters");
  ASSERT_TRUE(until([&] { return sampled.size() == 2; }));
  EXPECT_EQ(readers->size(), 2u);
  used.erase("other");
  readers->end_unused();
  EXPECT_EQ(readers->size(), 1u);
}

TEST_F(SampleReadersTest, AReaderThatHangsForNobodyEndsWithItsReading) {
  make(50ms);
  probe.sources.at("other")->hang("slow");
  ask("other", "slow");
  used.clear();
  readers->end_unused();
  EXPECT_EQ(readers->size(), 1u) << "it is in the middle of a reading";
  EXPECT_TRUE(until([&] { return readers->size() == 0; }));
}

TEST_F(SampleReadersTest, ASourceThatIsReplacedIsReadFromTheNextReadingOn) {
  const auto before = probe.sources.at("app");
  before->hang("email");
  ask("app", "email");
  ASSERT_TRUE(until([&] { return before->waiting() == 1; }));
  probe.sources["app"] = std::make_shared<PlayedSource>();
  ask("app", "email");
  before->cancel();
  ASSERT_TRUE(until([&] { return sampled.size() == 2; }));
  EXPECT_TRUE(sampled[0].sample.has_error());
  EXPECT_TRUE(sampled[1].sample.has_value());
}

TEST_F(SampleReadersTest, TheEndCancelsAllThatHang) {
  for (const auto& [name, source] : probe.sources) {
    source->hang("slow");
    ask(name, "slow");
  }
  ASSERT_TRUE(until([&] {
    return probe.sources.at("app")->waiting() + probe.sources.at("other")->waiting() == 2;
  }));
  const auto before = BootClock::now();
  readers.reset();
  EXPECT_LT(BootClock::now() - before, 10s);
}

}  // namespace
}  // namespace jobflip::daemon
