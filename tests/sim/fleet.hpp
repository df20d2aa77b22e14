#pragma once
/// Three agents, two supervisors, a queue and a store in one world, and the hand that breaks them.

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/agent.hpp"
#include "sim/checker.hpp"
#include "sim/guard.hpp"
#include "sim/queue.hpp"
#include "sim/supervisor.hpp"
#include "sim/world.hpp"

namespace jobflip::sim {

/// An agent's machine: the agent dies and comes back, the guard stays, the host takes all with it.
struct JobServer {
  JobServer(World& world, Checker& checker, const NodeName& name,
            std::function<void(const PoolName&)> wake);
  Host host;
  Guard guard;
  Process process;
  Agent agent;
};

struct SupervisorServer {
  SupervisorServer(World& world, Checker& checker, Queue& queue, const NodeName& name,
                   std::function<void(const PoolName&)> wake);
  Host host;
  Supervisor supervisor;
};

struct Outcome {
  std::string violation;
  Nanos violated_at{};
  std::vector<std::string> trace;
  std::array<std::int64_t, kFaults> faults{};
  std::map<std::pair<core::FlipState, core::FlipEvent>, std::int64_t> transitions;
  std::int64_t events{};
  std::int64_t holders{};
  std::int64_t done{};
  std::int64_t fenced{};  // transactions that the fence refused
  Nanos well_after{};     // the end of the faults
};

class Fleet {
 public:
  /// `only`: these kinds of fault and often; empty: as the seed draws them.
  Fleet(std::uint64_t seed, Mutant mutant, bool traced, const std::vector<Fault>& only);
  Outcome run();

 private:
  void boot();
  void run_until(Nanos limit, bool until_well);
  bool is_well() const;
  std::string what_is_not_well() const;
  void end_faults();
  void wake_all(const PoolName& pool);

  // faults.cpp
  void begin_faults();
  void come_again(Fault fault);
  void strike(Fault fault);
  void strike_agent(Fault fault);
  void strike_host(Fault fault);
  void strike_supervisor(Fault fault);
  void strike_store(Fault fault);
  void strike_person(Fault fault);
  void person_flips(bool says_off);
  void restart_agent_later(JobServer& server);
  void reboot_later(JobServer& server);
  void wake_host(JobServer& server);
  JobServer& any_server() { return *servers_[world_.chance.below(servers_.size())]; }
  JobServer& likely_holder();

  World world_;
  Checker checker_;
  Queue queue_;
  std::vector<std::unique_ptr<JobServer>> servers_;
  std::vector<std::unique_ptr<SupervisorServer>> supervisors_;
};

}  // namespace jobflip::sim
