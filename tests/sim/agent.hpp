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
  /// `workers` belongs to the pool `pool`, the only one that this process runs.
  Agent(World& world, Process& process, Store& store, const PoolName& pool,
        ports::WorkerHost& workers, std::function<void(const core::WakeHint&)> wake);

  /// `node` is the name in its file, mostly its host's.
  void start(const NodeName& node);
  void start() { start(process_.host().name); }
  void shut_down() { feed(core::ShutdownAsked{}); }
  void poke(const core::WakeHint& hint) { feed(core::WakeUp{hint}); }
  void heads_seen(const std::vector<core::ChainHead>& heads) { feed(core::HeadsSeen{heads}); }
  void workers_changed();  // what the event descriptor would say
  /// What the store told it allows it to keep workers past their right.
  bool may_keep(const PoolName& pool) const;
  /// The store's last word allows it to go on with the workers that it sees, or not: it answered a
  /// beat that was sent since they were seen, or said before that the pool is another's.
  bool has_word_of_workers() const;
  /// It has looked, and found them running.
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
  void note_word(const Request& request, const Result<Reply>& reply, bool asks_of_workers);
  void tell(const Result<void>& result);
  void look_at_workers(const core::BlackBoxOf& of);
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
  bool without_word_{false};  // the store has not said what becomes of a lease that ran out
  std::optional<core::ServerLife> heard_life_;
  Instant heard_life_since_;
  bool could_keep_{false};        // before the step that is carried out
  bool asked_of_workers_{false};  // a beat was answered that was sent since they were seen
  std::int64_t timer_{0};
};

}  // namespace jobflip::sim
