// The loop between core, store and workers: a store and a worker host that the test plays.
#include "jobflip/daemon/agent_loop.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace jobflip::daemon {
namespace {

using namespace std::chrono_literals;

const PoolName kMail = PoolName::of("mail");
const NodeName kJob1 = NodeName::of("job1");

core::PoolSettings fast_settings() {
  core::PoolSettings settings;
  settings.name = kMail;
  settings.version = SettingsVersion{1};
  settings.timings.beat_every = 20ms;
  settings.timings.call_deadline = 200ms;
  settings.timings.lease = 3000ms;
  settings.timings.graceful_stop = 100ms;
  settings.timings.kill_to_empty = 50ms;
  settings.timings.guard_margin = 50ms;
  return settings;
}

/// One pool that nobody else wants. Called on the store thread, looked at from the test's.
class PlayedStore : public ports::AgentStore {
 public:
  Result<core::BeatReply> beat(const core::BeatRequest& request) override {
    std::unique_lock lock{mutex_};
    ++beats;
    if (hang) {
      cut_.wait_for(lock, 10s, [this] { return was_cut_; });
      was_cut_ = false;
      hang = false;
      return Error{ErrorCode::store_timeout, "cut", ""};
    }
    core::PoolReport report{
        .pool = kMail,
        .version = SettingsVersion{1},
        .settings = {},
        .epoch = epoch_,
        .state = holder_.empty() ? core::OwnerState::released : core::OwnerState::held,
        .holder = holder_,
        .lease_beat = BeatNumber{beats},
        .flip = flip};
    if (request.known.empty()) report.settings = fast_settings();
    return core::BeatReply{Uuid{"incarnation"}, BeatNumber{beats}, {report}, true};
  }
  Result<core::TakeReply> take(const core::TakeRequest& request) override {
    std::lock_guard lock{mutex_};
    holder_ = request.node;
    epoch_ = Epoch{epoch_.value + 1};
    return core::TakeReply{core::TakeOutcome::taken, epoch_, ""};
  }
  Result<core::ReleaseOutcome> release(const core::ReleaseRequest&) override {
    std::lock_guard lock{mutex_};
    holder_ = {};
    ++releases;
    return core::ReleaseOutcome::released;
  }
  Result<core::FlipStepOutcome> step_flip(const core::FlipStepRequest&) override {
    return core::FlipStepOutcome::done;
  }
  void cut() noexcept override {
    std::lock_guard lock{mutex_};
    was_cut_ = hang.load();
    ++cuts;
    cut_.notify_all();
  }

  void give_to(const NodeName& node) {
    std::lock_guard lock{mutex_};
    holder_ = node;
    epoch_ = Epoch{epoch_.value + 1};
  }

  std::atomic<int> beats{0}, releases{0}, cuts{0};
  std::atomic<bool> hang{false};
  std::optional<core::FlipDirective> flip;

 private:
  std::mutex mutex_;
  std::condition_variable cut_;
  bool was_cut_{false};
  NodeName holder_;
  Epoch epoch_;
};

class PlayedHost : public ports::WorkerHost {
 public:
  ~PlayedHost() override { ::close(event_); }
  Result<void> prepare(const core::LeaseTimings&) override {
    ++prepares;
    state.phase = core::WorkerPhase::armed;
    return {};
  }
  Result<void> start(Epoch epoch, Instant deadline) override {
    if (!refusal.empty()) return Error{ErrorCode::host_failed, refusal, ""};
    state = {core::WorkerPhase::running, epoch, deadline, ""};
    ++starts;
    return {};
  }
  void extend(Instant deadline) noexcept override {
    state.deadline = std::max(state.deadline, deadline);
  }
  void stop(Millis) noexcept override {
    ++stops;
    become(core::WorkerPhase::empty);
  }
  core::WorkerStatus status() override {
    eventfd_t drained{};
    (void)::eventfd_read(event_, &drained);
    return state;
  }
  int event_descriptor() const noexcept override { return event_; }

  void become(core::WorkerPhase phase) noexcept {
    state.phase = phase;
    (void)::eventfd_write(event_, 1);
  }

  core::WorkerStatus state;
  std::string refusal;
  int prepares{0}, starts{0}, stops{0};

 private:
  int event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

class AgentLoopTest : public testing::Test {
 protected:
  AgentLoopTest() {
    AgentParts parts;
    parts.node = kJob1;
    parts.instance = Uuid{"instance"};
    parts.store = &store;
    parts.hosts = {{kMail, &host}};
    parts.log =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
    parts.on_finished = [this] { finished = true; };
    agent = std::make_unique<AgentLoop>(io, std::move(parts));
    agent->start();
  }

  template <class Condition>
  [[nodiscard]] bool until(Condition holds) {
    const Instant give_up = BootClock::now() + 20s;
    while (!holds() && BootClock::now() < give_up) io.run_one_for(10ms);
    return holds();
  }
  bool runs() const { return host.state.phase == core::WorkerPhase::running; }

  boost::asio::io_context io;
  PlayedStore store;
  PlayedHost host;
  bool finished{false};
  std::unique_ptr<AgentLoop> agent;
};

TEST_F(AgentLoopTest, TakesAFreePoolStartsItsWorkersAndKeepsTheirDeadlineAhead) {
  ASSERT_TRUE(until([&] { return runs(); }));
  const Instant first = host.state.deadline;
  EXPECT_TRUE(until([&] { return host.state.deadline > first; }));
}

TEST_F(AgentLoopTest, CutsACallThatHangsAndGoesOn) {
  ASSERT_TRUE(until([&] { return runs(); }));
  store.hang = true;
  ASSERT_TRUE(until([&] { return store.cuts > 0 && !store.hang; }));
  const int beats = store.beats;
  EXPECT_TRUE(until([&] { return store.beats > beats + 2; }));
  EXPECT_TRUE(runs());
}

TEST_F(AgentLoopTest, StartsWorkersAgainThatEndedByThemselves) {
  ASSERT_TRUE(until([&] { return runs(); }));
  host.become(core::WorkerPhase::empty);
  EXPECT_TRUE(until([&] { return host.starts == 2; }));
  EXPECT_EQ(store.releases, 0);
}

TEST_F(AgentLoopTest, FindsOutAboutWorkersWhoseGuardTellsNothing) {
  ASSERT_TRUE(until([&] { return runs(); }));
  host.state.phase = core::WorkerPhase::empty;  // and no event
  EXPECT_TRUE(until([&] { return host.starts == 2; }));
}

TEST_F(AgentLoopTest, HandsOverOnShutDownAndThenSaysThatItIsFinished) {
  ASSERT_TRUE(until([&] { return runs(); }));
  agent->shut_down();
  ASSERT_TRUE(until([&] { return finished; }));
  EXPECT_EQ(store.releases, 1);
  EXPECT_EQ(host.state.phase, core::WorkerPhase::empty);
}

TEST_F(AgentLoopTest, GivesTheLeaseBackWhenTheHostRefusesToStart) {
  host.refusal = "no such command";
  EXPECT_TRUE(until([&] { return store.releases == 1; }));
  EXPECT_EQ(host.starts, 0);
}

TEST_F(AgentLoopTest, DoesNotChangeWorkersThatAreAtWorkHere) {
  ASSERT_TRUE(until([&] { return runs(); }));
  PlayedHost other;
  EXPECT_FALSE(agent->change_host(kMail, &other));
  EXPECT_FALSE(agent->change_host(kMail, nullptr));
  EXPECT_EQ(host.stops, 0);
  const Instant deadline = host.state.deadline;
  EXPECT_TRUE(until([&] { return host.state.deadline > deadline; })) << "still the host in use";
  EXPECT_EQ(other.prepares, 0);
}

TEST_F(AgentLoopTest, ChangedWorkersAreTheOnesThatStartNext) {
  PlayedHost other;
  store.give_to(NodeName::of("job2"));
  ASSERT_TRUE(until([&] { return host.prepares > 0; })) << "a standby, with its guard armed";
  ASSERT_TRUE(agent->change_host(kMail, &other));
  EXPECT_EQ(host.stops, 1) << "an armed guard has the old command";
  EXPECT_TRUE(until([&] { return other.prepares > 0; }));
  store.give_to(NodeName{});
  ASSERT_TRUE(until([&] { return other.state.phase == core::WorkerPhase::running; }));
  EXPECT_EQ(host.starts, 0);
  other.become(core::WorkerPhase::empty);
  EXPECT_TRUE(until([&] { return other.starts == 2; })) << "its events are heard";
  agent.reset();  // before the host that it uses
}

TEST_F(AgentLoopTest, RemovedWorkersStartNoMoreUntilThereAreSomeAgain) {
  store.give_to(NodeName::of("job2"));
  ASSERT_TRUE(until([&] { return host.prepares > 0; }));
  ASSERT_TRUE(agent->change_host(kMail, nullptr));
  store.give_to(NodeName{});
  const int beats = store.beats;
  ASSERT_TRUE(until([&] { return store.beats > beats + 5; }));
  EXPECT_EQ(host.starts, 0);
  ASSERT_TRUE(agent->change_host(kMail, &host));
  EXPECT_TRUE(until([&] { return runs(); }));
}

TEST_F(AgentLoopTest, ChangesNothingWhileItShutsDown) {
  store.give_to(NodeName::of("job2"));
  ASSERT_TRUE(until([&] { return host.prepares > 0; }));
  agent->shut_down();
  EXPECT_FALSE(agent->change_host(kMail, nullptr));
}

TEST_F(AgentLoopTest, EndsWhileACallHangsWithoutWaitingForIt) {
  ASSERT_TRUE(until([&] { return runs(); }));
  store.hang = true;
  const int beats = store.beats;
  ASSERT_TRUE(until([&] { return store.beats > beats; }));
  agent.reset();  // cuts the call; would block for the played store's 10 s otherwise
  EXPECT_GT(store.cuts, 0);
}

}  // namespace
}  // namespace jobflip::daemon
