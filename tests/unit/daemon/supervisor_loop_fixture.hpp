#pragma once
/// The supervisor's loop and its election, over a store and sources that the test plays.

#include <gtest/gtest.h>
#include <poll.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "jobflip/daemon/elected_supervisor.hpp"
#include "jobflip/daemon/supervisor_loop.hpp"
#include "unit/daemon/loop_test.hpp"
#include "unit/daemon/played_supervisor.hpp"

namespace jobflip::daemon {

class PlayedAnchors final : public ports::AnchorSink {
 public:
  void keep(std::span<const core::ChainHead> heads) noexcept override {
    kept.insert(kept.end(), heads.begin(), heads.end());
  }
  std::vector<core::ChainHead> kept;
};

class SupervisorLoopTest : public LoopTest {
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
    parts.anchors = &anchors;
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

  void start(Millis lease = 60s) {
    ASSERT_TRUE(workers->prepare({}));
    ASSERT_TRUE(workers->start(Epoch{7}, BootClock::now() + lease));
  }
  /// A second queue of the pool, in the database "other". Before start().
  void add_queue_elsewhere() {
    auto& queues = store.fleet.pools.front().settings.queues;
    auto elsewhere = queues.front();
    elsewhere.name = QueueName::of("elsewhere");
    elsewhere.database = "other";
    queues.push_back(elsewhere);
  }
  bool has_event() const {
    pollfd fd{workers->event_descriptor(), POLLIN, 0};
    return ::poll(&fd, 1, 0) == 1;
  }

  std::ostringstream logged;
  PlayedSupervisorStore store;
  PlayedQueueProbe probe;
  PlayedAnchors anchors;
  std::unique_ptr<SupervisorLoop> loop;
  std::unique_ptr<ElectedSupervisor> workers;
};

}  // namespace jobflip::daemon
