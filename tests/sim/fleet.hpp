#pragma once
/// Three agents, two supervisors, a queue and a store in one world, and the faults that hit them.

#include <memory>
#include <string>
#include <vector>

#include "sim/agent.hpp"
#include "sim/checker.hpp"
#include "sim/guard.hpp"
#include "sim/host_view.hpp"
#include "sim/ledger.hpp"
#include "sim/queue.hpp"
#include "sim/store.hpp"
#include "sim/supervisor.hpp"
#include "sim/world.hpp"

namespace jobflip::sim {

/// An agent's machine. The agent can die and be restarted while the guard lives on; a crash of the
/// host ends both.
struct JobServer {
  JobServer(World& world, Checker& checker, Store& store, const NodeName& name,
            std::function<void(const core::WakeHint&)> wake);
  /// Its boot, or its service manager, starts the agent.
  void start_agent();
  bool agent_runs() const { return process.is_alive() && !agent.finished(); }
  bool second_agent_runs() const { return second_process.is_alive() && !second_agent.finished(); }
  void lose_power();
  void boot(Nanos now, const Uuid& instance);

  Host host;
  Guard guard;
  HostView view;
  Process process;
  Agent agent;
  Process second_process;  // of an agent that uses the same runtime folder
  Agent second_agent;
};

struct SupervisorServer {
  SupervisorServer(World& world, Store& store, Queue& queue, const NodeName& name,
                   std::function<void(const core::WakeHint&)> wake);
  Host host;
  Supervisor supervisor;
};

core::Fleet settings_of(const Plan& plan);

struct Outcome {
  std::string violation;
  Nanos violated_at{};
  std::vector<std::string> trace;
  Coverage coverage;
  std::int64_t events{};
  std::int64_t holders{};
  std::int64_t done{};
  std::int64_t fenced{};  // transactions that the fence refused
  Nanos well_after{};     // when the faults end
};

class Fleet {
 public:
  Fleet(const Recipe& recipe, Trace::Mode mode);
  Outcome run();

 private:
  void boot();
  void run_until(Nanos limit, bool until_well);
  bool is_well() const;
  std::string what_is_not_well() const;
  void end_faults();
  void wake_all(core::WakeHint hint);
  bool folder_is_locked() const;

  // faults.cpp
  void begin_faults();
  void come_again(Fault fault);
  void strike(Fault fault);
  void strike_agent(Fault fault);
  void strike_host(Fault fault);
  void strike_sight(Fault fault);
  void damage(JobServer& server, Sight what);
  void start_second_agent(JobServer& server);
  void start_namesake();
  void strike_network(Fault fault);
  void strike_clock(Fault fault);
  void strike_supervisor(Fault fault);
  void kill_supervisor(SupervisorServer& server);
  void flip_has_moved(core::FlipState state);

  // faults_store.cpp
  void strike_store(Fault fault);

  // faults_people.cpp
  void strike_person(Fault fault);
  void person_flips(const NodeName& to, bool says_off);
  bool every_host_is_off(const NodeName& node) const;
  void two_people_flip();
  void person_changes_pool();

  void restart_agent_later(JobServer& server);
  void start_or_retry(JobServer& server);
  void reboot_later(JobServer& server);
  void wake_host(JobServer& server);
  JobServer& any_server() { return *servers_[world_.chance.below(servers_.size())]; }
  Host& any_host();
  JobServer& likely_holder();

  World world_;
  Checker checker_;
  Ledger ledger_;
  Store store_;
  Queue queue_;
  std::vector<std::unique_ptr<JobServer>> servers_;
  std::unique_ptr<JobServer> spare_;  // off, except while it runs under another machine's name
  std::vector<std::unique_ptr<SupervisorServer>> supervisors_;
};

}  // namespace jobflip::sim
