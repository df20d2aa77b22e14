#pragma once
/// The store as the simulated fleet reaches it: the model that passes the contract suite, plus
/// what the model leaves out (fenced transactions that stay open while other things happen). The
/// checker sees every statement, and a mutant can build in its mistake here.

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "sim/checker.hpp"
#include "sim/ledger.hpp"
#include "sim/world.hpp"

namespace jobflip::sim {

/// A worker's transaction that the fence let through. It holds the ownership row until it ends.
struct Fenced {
  NodeName node;
  Epoch epoch;
  int store_life{0};
  bool open{true};
};

class Store {
 public:
  Store(World& world, Checker& checker, Ledger& ledger)
      : world_(world), checker_(checker), ledger_(ledger) {}

  Result<core::BeatReply> ask(const std::string& login, const core::BeatRequest& request);
  Result<core::TakeReply> ask(const std::string& login, core::TakeRequest request);
  Result<core::ReleaseOutcome> ask(const std::string& login, const core::ReleaseRequest& request);
  Result<core::FlipStepOutcome> ask(const std::string& login, const core::FlipStepRequest& request);
  Result<core::BlackBoxReply> ask(const std::string& login,
                                  const core::KeepBlackBoxRequest& request);
  /// Any other single statement.
  template <class Statement>
  auto run(Statement&& statement) {
    auto answer = statement(world_.database);
    ledger_.after_statement();
    return answer;
  }

  /// Empty if the fence refuses.
  std::shared_ptr<Fenced> begin_fenced(const NodeName& node, Epoch epoch);
  /// True if it committed.
  bool commit(Fenced& transaction);

  void crash();
  void be_replaced(const FakeRows& older);
  void be_set_back(const FakeRows& older);
  Checker& checker() { return checker_; }

 private:
  bool row_is_kept();
  void end_fenced();
  void spoil(core::PoolReport& report, const NodeName& node) const;
  void spoil_audit(const PoolName& pool);
  Result<core::TakeReply> take(const std::string& login, const core::TakeRequest& request);

  World& world_;
  Checker& checker_;
  Ledger& ledger_;
  std::list<std::shared_ptr<Fenced>> fenced_;
};

}  // namespace jobflip::sim
