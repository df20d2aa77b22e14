// The supervisor's loop and the switch that starts and ends it. The test plays the store and a
// probe.
#include "jobflip/daemon/supervisor_loop.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <sstream>

#include "jobflip/daemon/elected_supervisor.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::daemon {
namespace {

using namespace std::chrono_literals;
using core::WorkerPhase;

/// A call that waits here until it is released or cancelled. Waits at most 10 s.
class Gate {
 public:
  void shut() { set(true); }
  void open() { set(false); }
  /// False: it was cancelled.
  bool pass() {
    std::unique_lock lock{mutex_};
    waiting = shut_;
    changed_.wait_for(lock, 10s, [this] { return !shut_ || cut_; });
    waiting = false;
    return !std::exchange(cut_, false);
  }
  void cancel() {
    const std::lock_guard lock{mutex_};
    if (!waiting) return;
    cut_ = true;
    ++cuts;
    changed_.notify_all();
  }
  std::atomic<bool> waiting{false};
  std::atomic<int> cuts{0};

 private:
  void set(bool shut) {
    const std::lock_guard lock{mutex_};
    shut_ = shut;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_{false};
  bool cut_{false};
};

const Error kCut{ErrorCode::store_timeout, "cut \x1b[2J", ""};

class PlayedStore : public ports::SupervisorStore {
 public:
  Result<core::Snapshot> snapshot() override {
    ++snapshots;
    if (!reading.pass()) return kCut;
    return fleet;
  }
  Result<core::FlipAnswer> request_flip(const core::FlipRequest& request) override {
    ++requests;
    if (!changing.pass()) return kCut;
    fleet.pools.front().open_flip = core::flip_in(core::FlipState::requested);
    asked = request;
    return core::FlipAnswer{true, FlipId{17}, "", ""};
  }
  Result<bool> publish(const core::VerdictReport&) override {
    ++published;
    if (!changing.pass()) return kCut;
    return true;
  }
  Result<bool> record_hold(const core::HoldRecord&) override { return true; }
  Result<bool> record_flip_outcome(const core::FlipOutcome&) override { return true; }
  Result<std::vector<core::ChainHead>> audit_heads() override {
    return std::vector<core::ChainHead>{{"mail", 5, std::string(32, 'h')}};
  }
  void cancel() noexcept override {
    reading.cancel();
    changing.cancel();
  }

  core::Snapshot fleet = core::healthy_fleet();  // it belongs to the store's thread once that runs
  core::FlipRequest asked;
  Gate reading, changing;
  std::atomic<int> snapshots{0}, requests{0}, published{0};
};

class PlayedProbe : public ports::QueueProbe {
 public:
  Result<core::QueueSample> sample(const core::QueueSettings& queue) override {
    ++samples;
    if (!gate.pass()) return Error{ErrorCode::probe_failed, "cut", ""};
    core::QueueSample seen;
    seen.queue = queue.name;
    seen.runnable = 3;
    return seen;
  }
  void cancel() noexcept override { gate.cancel(); }
  Gate gate;
  std::atomic<int> samples{0};
};

class SupervisorLoopTest : public testing::Test {
 protected:
  SupervisorLoopTest() {
    core::PoolSettings& pool = store.fleet.pools.front().settings;
    pool.hold_down = 0ms;
    pool.queues.front().sample_every = 10ms;
    pool.queues.front().stall_after = 50ms;
    SupervisorParts parts;
    parts.node = NodeName::of("sup1");
    parts.store = &store;
    parts.probe = &probe;
    parts.call_deadline = 100ms;
    parts.sample_deadline = 100ms;
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(logged);
    sink->set_pattern("%v");
    parts.log = std::make_shared<spdlog::logger>("test", sink);
    loop = std::make_unique<SupervisorLoop>(io, std::move(parts));
    workers = std::make_unique<ElectedSupervisor>(*loop);
  }
  ~SupervisorLoopTest() override {
    workers.reset();
    loop.reset();
  }

  template <class Condition>
  [[nodiscard]] bool until(Condition holds) {
    const Instant give_up = BootClock::now() + 20s;
    while (!holds() && BootClock::now() < give_up) {
      io.restart();
      io.run_one_for(10ms);
    }
    return holds();
  }
  void start(Millis lease = 60s) {
    ASSERT_TRUE(workers->prepare({}));
    ASSERT_TRUE(workers->start(Epoch{7}, BootClock::now() + lease));
  }
  bool has_event() const {
    pollfd fd{workers->event_descriptor(), POLLIN, 0};
    return ::poll(&fd, 1, 0) == 1;
  }

  std::ostringstream logged;
  boost::asio::io_context io;
  PlayedStore store;
  PlayedProbe probe;
  std::unique_ptr<SupervisorLoop> loop;
  std::unique_ptr<ElectedSupervisor> workers;
};

TEST_F(SupervisorLoopTest, RequestsAFlipOfAStalledPool) {
  start();
  ASSERT_TRUE(until([&] { return store.requests > 0; }));
  ASSERT_TRUE(until([&] { return loop->state().wanted.empty(); }));
  EXPECT_EQ(store.asked.by.supervisor_epoch, Epoch{7});
  EXPECT_EQ(store.asked.to, NodeName::of("job2"));
  EXPECT_GT(store.published, 0);
  EXPECT_NE(logged.str().find("reason=\"asking for a flip of pool mail"), std::string::npos);
}

TEST_F(SupervisorLoopTest, ReportsTheHeadsOfAuditChainsThatItHasRead) {
  std::vector<core::ChainHead> heads_seen;
  loop->on_heads([&](const std::vector<core::ChainHead>& heads) { heads_seen = heads; });
  start();
  ASSERT_TRUE(until([&] { return !heads_seen.empty(); }));
  EXPECT_EQ(heads_seen, loop->state().seen_heads);
}

TEST_F(SupervisorLoopTest, DoesNothingUntilItIsStarted) {
  ASSERT_TRUE(workers->prepare({}));
  EXPECT_EQ(workers->status().phase, WorkerPhase::armed);
  const Instant end = BootClock::now() + 50ms;
  EXPECT_TRUE(until([&] { return BootClock::now() > end; }));
  EXPECT_EQ(store.snapshots, 0);
}

TEST_F(SupervisorLoopTest, CancelsACallThatTakesTooLongAndContinues) {
  store.reading.shut();
  start();
  ASSERT_TRUE(until([&] { return store.reading.cuts > 0; }));
  store.reading.open();
  EXPECT_TRUE(until([&] { return loop->state().snapshot.has_value(); }));
  EXPECT_NE(logged.str().find("the store failed: cut \\x1b"), std::string::npos) << logged.str();
}

TEST_F(SupervisorLoopTest, CancelsASampleThatTakesTooLongAndStillTalksToTheStore) {
  probe.gate.shut();
  start();
  ASSERT_TRUE(until([&] { return probe.gate.waiting.load(); }));
  const int before = store.snapshots;
  EXPECT_TRUE(until([&] { return probe.gate.cuts > 2 && store.snapshots > before; }));
}

TEST_F(SupervisorLoopTest, IsEmptyOnlyAfterTheCallThatChangesSomethingIsOver) {
  start();
  ASSERT_TRUE(until([&] { return store.published > 0; }));
  store.changing.shut();
  ASSERT_TRUE(until([&] { return store.changing.waiting.load(); }));
  (void)workers->status();
  ASSERT_FALSE(has_event());

  workers->stop(3s);
  EXPECT_EQ(workers->status().phase, WorkerPhase::stopping);
  EXPECT_FALSE(workers->prepare({})) << "it may still change something";

  ASSERT_TRUE(until([&] { return workers->status().phase == WorkerPhase::empty; }));
  EXPECT_GT(store.changing.cuts, 0) << "it must not wait for the call to end";
  EXPECT_TRUE(workers->prepare({}));
}

TEST_F(SupervisorLoopTest, IsEmptyAtOnceWhileItOnlyReads) {
  store.reading.shut();
  start();
  ASSERT_TRUE(until([&] { return store.reading.waiting.load(); }));
  (void)workers->status();
  workers->stop(3s);
  EXPECT_TRUE(has_event());
  EXPECT_EQ(workers->status().phase, WorkerPhase::empty);
  EXPECT_FALSE(has_event());
}

TEST_F(SupervisorLoopTest, EndsByItselfAtItsDeadline) {
  start(150ms);
  ASSERT_TRUE(until([&] { return workers->status().phase == WorkerPhase::empty; }));
  const int calls = store.snapshots + store.published + store.requests;
  const Instant end = BootClock::now() + 100ms;
  EXPECT_TRUE(until([&] { return BootClock::now() > end; }));
  EXPECT_EQ(store.snapshots + store.published + store.requests, calls);
}

TEST_F(SupervisorLoopTest, KeepsOnWhileItsDeadlineMoves) {
  start(300ms);
  const Instant end = BootClock::now() + 1s;
  ASSERT_TRUE(until([&] {
    workers->extend(BootClock::now() + 300ms);
    return BootClock::now() > end;
  }));
  EXPECT_EQ(workers->status().phase, WorkerPhase::running);
  workers->extend(BootClock::now() + 1ms);
  EXPECT_GT(workers->status().deadline, BootClock::now() + 100ms) << "never back";
}

TEST_F(SupervisorLoopTest, LeadsAgainAfterItsEndUnderANewEpoch) {
  start(100ms);
  ASSERT_TRUE(until([&] { return workers->status().phase == WorkerPhase::empty; }));
  ASSERT_TRUE(workers->prepare({}));
  ASSERT_TRUE(workers->start(Epoch{8}, BootClock::now() + 60s));
  EXPECT_EQ(workers->status().epoch, Epoch{8});
  EXPECT_TRUE(until([&] { return loop->state().snapshot.has_value(); }));
}

TEST_F(SupervisorLoopTest, StartsNeitherUnarmedNorUnderALeaseThatRanOut) {
  EXPECT_FALSE(workers->start(Epoch{7}, BootClock::now() + 1s));
  ASSERT_TRUE(workers->prepare({}));
  EXPECT_FALSE(workers->start(Epoch{7}, BootClock::now() - 1ms));
  EXPECT_EQ(workers->status().phase, WorkerPhase::armed);
  EXPECT_FALSE(loop->leads());
}

TEST_F(SupervisorLoopTest, EndsInTheMiddleOfACallAndASample) {
  store.reading.shut();
  start();
  ASSERT_TRUE(until([&] { return store.reading.waiting.load(); }));
  const Instant before = BootClock::now();
  workers.reset();
  loop.reset();
  EXPECT_LT(BootClock::now() - before, 5s);
}

}  // namespace
}  // namespace jobflip::daemon
