// Readings on their way to the store: in batches, bounded, and never in anybody's way.

#include "jobflip/daemon/sample_keeper.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <sstream>

namespace jobflip::daemon {
namespace {

using namespace std::chrono_literals;

class PlayedSampleStore : public ports::SampleStore {
 public:
  Result<bool> keep_samples(const core::SampleBatch& batch) override {
    std::unique_lock lock{mutex_};
    batches_.push_back(batch);
    if (hangs) changed_.wait_for(lock, 20s, [this] { return cancelled_; });
    if (hangs || fails) return Error{ErrorCode::store_failed, "no space\x1b[31m", ""};
    return true;
  }
  Result<bool> keep_learned(const core::LearnedBatch& batch) override {
    const std::lock_guard lock{mutex_};
    learned_batches_.push_back(batch);
    return true;
  }
  Result<std::vector<core::Learned>> learned() override {
    ++asked;
    if (asked <= asks_that_fail) return Error{ErrorCode::store_timeout, "no answer", ""};
    return std::vector<core::Learned>{{PoolName::of("mail"), QueueName::of("old"), "{}"}};
  }
  void cancel() noexcept override {
    const std::lock_guard lock{mutex_};
    cancelled_ = true;
    changed_.notify_all();
  }

  std::vector<core::SampleBatch> batches() const {
    const std::lock_guard lock{mutex_};
    return batches_;
  }
  std::vector<core::LearnedBatch> learned_batches() const {
    const std::lock_guard lock{mutex_};
    return learned_batches_;
  }
  std::atomic<int> asked{0}, asks_that_fail{0};
  std::atomic<bool> hangs{false}, fails{false};

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<core::SampleBatch> batches_;
  std::vector<core::LearnedBatch> learned_batches_;
  bool cancelled_{false};
};

class Keeper : public ::testing::Test {
 protected:
  SampleKeeper::Parts parts() {
    return {.node = NodeName::of("sup1"),
            .store = &store_,
            .log = log_,
            .learned = [this] { return known_; },
            .on_learned = [this](std::vector<core::Learned> got) { told_ = std::move(got); },
            .deadline = 200ms,
            .send_every = 20ms,
            .learned_every = 60ms};
  }
  /// One that has waited for long enough.
  static core::WaitingSample sample(Millis waited = core::SampleBacklog::kPatience) {
    return {BootClock::now() - waited, 5ms, "OK", core::QueueSample{}, ""};
  }
  static void add(SampleKeeper& keeper, core::WaitingSample sample) {
    keeper.add(PoolName::of("mail"), QueueName::of("email"), std::move(sample));
  }
  template <class Condition>
  bool run_until(Condition holds) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!holds() && std::chrono::steady_clock::now() < end) {
      loop_.restart();
      loop_.run_for(5ms);
    }
    return holds();
  }

  PlayedSampleStore store_;
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> log_ = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
  std::vector<core::Learned> known_{
      {PoolName::of("mail"), QueueName::of("email"), "{\"served\":1}"}};
  std::vector<core::Learned> told_;
  boost::asio::io_context loop_;
};

TEST_F(Keeper, KeepsNothingUntilItLeads) {
  SampleKeeper keeper{loop_, parts()};
  add(keeper, sample());
  EXPECT_EQ(keeper.waiting(), 0U);
  keeper.follow(Epoch{7});
  add(keeper, sample());
  EXPECT_TRUE(run_until([&] { return store_.batches().size() == 1; }));
  EXPECT_EQ(store_.batches()[0].supervisor_epoch, Epoch{7});
  EXPECT_EQ(store_.batches()[0].samples.size(), 1U);
  EXPECT_EQ(told_.size(), 1U) << "what was learned is asked for first";
  keeper.follow(std::nullopt);
  add(keeper, sample());
  EXPECT_EQ(keeper.waiting(), 0U);
}

TEST_F(Keeper, BringsWhatWasLearnedOnceItHasChanged) {
  SampleKeeper keeper{loop_, parts()};
  keeper.follow(Epoch{7});
  ASSERT_TRUE(run_until([&] { return store_.learned_batches().size() == 1; }));
  EXPECT_EQ(store_.learned_batches()[0].learned, known_);
  loop_.restart();
  loop_.run_for(200ms);
  EXPECT_EQ(store_.learned_batches().size(), 1U) << "it did not change";
  known_[0].document = "{\"served\":2}";
  EXPECT_TRUE(run_until([&] { return store_.learned_batches().size() == 2; }));
}

TEST_F(Keeper, AsksWhatAPersonHadLearnedBeforeItKeepsWhatItKnows) {
  auto with = parts();
  int told = 0;
  with.on_learned = [&](std::vector<core::Learned>) {
    known_[0].document = "{\"served\":" + std::to_string(++told) + "}";
  };
  SampleKeeper keeper{loop_, std::move(with)};
  keeper.follow(Epoch{7});
  ASSERT_TRUE(run_until([&] { return store_.learned_batches().size() == 3; }));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(store_.learned_batches()[i].learned[0].document,
              "{\"served\":" + std::to_string(i + 2) + "}")
        << "asked once when it led, and before each";
}

TEST_F(Keeper, ReplacesNothingThatWasLearnedBeforeItKnowsIt) {
  SampleKeeper keeper{loop_, parts()};
  store_.asks_that_fail = 1'000'000;
  keeper.follow(Epoch{7});
  add(keeper, sample());
  ASSERT_TRUE(run_until([&] { return store_.batches().size() == 1 && store_.asked > 8; }))
      << "readings do not wait for it, and it asks again";
  EXPECT_EQ(store_.learned_batches().size(), 0U);
  EXPECT_TRUE(told_.empty());
  store_.asks_that_fail = 0;
  EXPECT_TRUE(run_until([&] { return store_.learned_batches().size() == 1; }));
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(Keeper, DropsAndCountsWhatCannotBeKept) {
  SampleKeeper keeper{loop_, parts()};
  store_.fails = true;
  keeper.follow(Epoch{7});
  add(keeper, sample());
  ASSERT_TRUE(run_until([&] { return keeper.dropped() == 1; }));
  add(keeper, sample());
  ASSERT_TRUE(run_until([&] { return keeper.dropped() == 2; }));
  log_->flush();
  EXPECT_EQ(text_.str().find("no space"), text_.str().rfind("no space")) << "said once";
  EXPECT_NE(text_.str().find("no space"), std::string::npos);
  EXPECT_EQ(text_.str().find('\x1b'), std::string::npos);
  store_.fails = false;
  add(keeper, sample());
  EXPECT_TRUE(run_until([&] { return store_.batches().size() == 3 && keeper.waiting() == 0; }));
}

TEST_F(Keeper, ReadingsWaitForEachOther) {
  SampleKeeper keeper{loop_, parts()};
  keeper.follow(Epoch{7});
  add(keeper, sample(0ms));
  ASSERT_TRUE(run_until([&] { return store_.learned_batches().size() == 1; })) << "time has passed";
  EXPECT_TRUE(store_.batches().empty());
  for (std::size_t i = 1; i < core::SampleBacklog::kRow; ++i) add(keeper, sample(0ms));
  ASSERT_TRUE(run_until([&] { return store_.batches().size() == 1; }));
  EXPECT_EQ(store_.batches()[0].samples.size(), core::SampleBacklog::kRow);
}

TEST_F(Keeper, ACallThatHangsIsCutAndOnlyItsReadingsAreLost) {
  SampleKeeper keeper{loop_, parts()};
  store_.hangs = true;
  keeper.follow(Epoch{7});
  add(keeper, sample());
  ASSERT_TRUE(run_until([&] { return store_.batches().size() == 1; }));
  for (int i = 0; i < 50; ++i) add(keeper, sample());
  ASSERT_TRUE(run_until([&] { return keeper.dropped() == 1; }));
  store_.hangs = false;
  ASSERT_TRUE(run_until([&] { return keeper.waiting() == 0 && store_.batches().size() >= 2; }));
  EXPECT_GE(keeper.dropped(), 1);
}

}  // namespace
}  // namespace jobflip::daemon
