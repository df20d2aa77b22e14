#pragma once
/// Runs one agent: feeds events to core::agent_step and carries out its actions. Everything runs on
/// the loop's thread, except the calls of the store, which run beside it, one at a time.
///
/// The same loop elects the supervisors: there the only pool is core::kSupervisorPool, and its
/// "workers" are the supervisor's own loop (ElectedSupervisor).
///
/// Nothing here keeps workers from outliving their lease: the guard does that, and needs no agent
/// for it.

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "jobflip/core/agent.hpp"
#include "jobflip/daemon/call_thread.hpp"
#include "jobflip/daemon/deadline_call.hpp"
#include "jobflip/daemon/event_logger.hpp"
#include "jobflip/ports/agent_store.hpp"
#include "jobflip/ports/black_box.hpp"
#include "jobflip/ports/wake_signal.hpp"
#include "jobflip/ports/worker_host.hpp"

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

struct AgentParts {
  NodeName node;
  Uuid instance;  // the same for every agent of this node on this boot
  ports::AgentStore* store{};
  ports::WakeSignal* wake{};  // may be null: then the agent only polls
  std::map<PoolName, ports::WorkerHost*> hosts;
  core::SeenOfStore seen;  // by an earlier process of this node
  /// Saves what was seen for the next process; may be empty.
  std::function<Result<void>(const core::SeenOfStore&)> keep_seen;
  ports::BlackBoxRecorder*
      black_box{};  // may be null: then no flip waits for a capture, and none is stored
  std::shared_ptr<spdlog::logger> log;
  ports::EventSink* journal{};        // may be null: log events go to the log
  std::string role{"agent"};          // of the election: "supervisor"
  std::function<void()> on_finished;  // after shut_down(), once everything is handed over
};

class AgentLoop {
 public:
  AgentLoop(boost::asio::io_context& loop, AgentParts parts);
  ~AgentLoop();
  AgentLoop(const AgentLoop&) = delete;
  AgentLoop& operator=(const AgentLoop&) = delete;

  void start();
  /// Hands every pool over, then calls on_finished. May be called again: the second call does
  /// nothing.
  void shut_down();

  /// From now on `host` runs the workers of the pool on this node; nullptr: nothing does. Returns
  /// false and changes nothing while they run here, may be about to, or are not all gone. The
  /// previous host is told to end, and no longer used.
  bool change_host(const PoolName& pool, ports::WorkerHost* host);
  /// Its supervisor has read these heads of audit chains.
  void heads_seen(const std::vector<core::ChainHead>& heads);
  /// Connects again, after the wake signal behind its port was replaced.
  void wake_changed();

  const core::AgentState& state() const { return state_; }

 private:
  using Descriptor = boost::asio::posix::stream_descriptor;

  void feed(const core::AgentEvent& event);
  void act(const core::AgentAction& action);
  void warn(const PoolName& pool, const Error& error);
  void call_store(const core::CallStore& call);
  void set_timer(Instant at);
  void see_workers(const PoolName& pool);
  void watch_workers(const PoolName& pool);
  void wait_for_workers(const PoolName& pool, const std::shared_ptr<Descriptor>& events);
  void begin_look(const core::BlackBoxOf& of);
  void keep(const core::SeenOfStore& seen);
  void wait_for_looks();
  void connect_wake();
  void connect_wake_later();
  void wait_for_wake();

  boost::asio::io_context& loop_;
  AgentParts parts_;
  core::AgentState state_;
  EventLogger event_logger_;
  Repeats failures_;  // of calls to the hosts, by pool
  bool finished_{false};
  int wake_failures_{0};  // in a row
  std::string not_kept_;  // why the last KeepSeen failed: logged when it changes
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer wake_timer_;
  std::map<PoolName, std::shared_ptr<Descriptor>> worker_events_;
  std::map<PoolName, core::WorkerStatus> last_seen_;
  std::optional<Descriptor> wake_events_;
  std::optional<Descriptor> look_events_;
  std::unique_ptr<CallThread> wake_thread_;
  DeadlineCall store_call_;  // last: its destructor waits for a call that uses the store
};

}  // namespace jobflip::daemon
