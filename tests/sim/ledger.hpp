#pragma once
/// Reads the store's rows and its audit after every statement, as an auditor would, and requires
/// that they agree (S4): each change of a lease and each step of a flip has exactly one event,
/// each event has its change, no number is missing, and each hash follows from the one before.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/world.hpp"

namespace jobflip::sim {

class Checker;

class Ledger {
 public:
  Ledger(World& world, Checker& checker) : world_(world), checker_(checker) {}

  /// Called at each step of a flip that the store has just made.
  void on_flip_step(std::function<void(core::FlipState)> call) { on_step_ = std::move(call); }
  void after_statement();
  /// Takes the current rows as correct: the store is new, or a promotion restored older rows.
  void start_over();
  /// Checks that each flip that was requested and is still on record has ended.
  void check_all_flips_ended();

 private:
  struct Lease {
    Epoch epoch;
    core::OwnerState state{};
  };
  struct Flip {
    core::FlipState state{};
    std::size_t steps{};
  };
  using Events = std::vector<const core::AuditEvent*>;
  Events read_new(const std::string& chain);
  void check_lease(const PoolName& pool, const Events& events);
  void check_flips(const Events& events);
  void check_restart(const test::FakeFlip& flip);
  void check_flip(FlipId id, Flip& known, const Events& events);

  World& world_;
  Checker& checker_;
  std::function<void(core::FlipState)> on_step_;
  std::map<PoolName, Lease> leases_;
  std::map<FlipId, Flip> open_;
  FlipId highest_flip_;
  struct Head {
    std::int64_t seq{};
    std::string hash;
  };
  std::map<std::string, Head> heads_;
};

}  // namespace jobflip::sim
