#pragma once
/// A process that runs core::agent_step as the daemon's loop does, on a simulated host.

#include <functional>
#include <optional>
#include <vector>

#include "jobflip/core/agent.hpp"
#include "jobflip/ports/worker_host.hpp"
#include "sim/mutants.hpp"
#include "sim/process.hpp"
#include "sim/store.hpp"

namespace jobflip::sim {

class Agent {
 public:
  /// `workers` belong to the pool `pool`, the only one that this process runs.
  Agent(World& world, Process& process, Store& store, const PoolName& pool,
        ports::WorkerHost& workers, std::function<void(const core::WakeHint&)> wake);

  /// `node` is the name in its configuration file, usually the host's own name.
  void start(const NodeName& node);
  void start() { start(process_.host().name); }
  void shut_down() { feed(core::ShutdownAsked{}); }
  void wake_up(const core::WakeHint& hint) { feed(core::WakeUp{hint}); }
  void heads_seen(const std::vector<core::ChainHead>& heads) { feed(core::HeadsSeen{heads}); }
  void workers_changed();  // what the guard's event descriptor would report
  /// True if the store's last answer lets the agent keep its workers past their right.
  bool may_keep(const PoolName& pool) const;
  /// True if the store's last answer lets the agent keep the workers that it sees. The store must
  /// have answered a beat that was sent after the agent saw them, unless it had already reported
  /// that another node holds the pool.
  bool store_decided_about_workers() const;
  /// The agent has checked the workers and found them running.
  bool sees_workers(const PoolName& pool) const;
  const NodeName& node() const { return state_.node; }
  bool finished() const { return finished_; }
  const core::AgentState& state() const { return state_; }

 private:
  void feed(core::AgentEvent event);
  void act(const core::AgentAction& action);
  void call(const core::CallStore& call);
  template <class Request>
  void send(const Request& request, Instant give_up_at);
  template <class Request, class Reply>
  void note_right(const Request& request, const Result<Reply>& reply, Instant sent);
  template <class Request, class Reply>
  void note_decision(const Request& request, const Result<Reply>& reply, bool asks_about_workers);
  void report_workers(const Result<void>& result);
  void capture(const core::BlackBoxOf& of);
  void set_timer(Instant at);

  World& world_;
  Process& process_;
  Store& store_;
  AgentMutation mutation_;
  PoolName pool_;
  ports::WorkerHost& workers_;
  std::function<void(const core::WakeHint&)> wake_;
  core::AgentState state_;
  core::WorkerStatus last_seen_;
  bool finished_{true};
  bool lease_undecided_{false};  // the store has not yet decided about a lease that ran out
  std::optional<core::ServerLife> heard_life_;
  Instant heard_life_since_;
  bool could_keep_{false};  // as it was before the current step
  /// The store answered a beat that was sent after the agent saw the workers.
  bool asked_about_workers_{false};
  std::int64_t timer_{0};
};

}  // namespace jobflip::sim
