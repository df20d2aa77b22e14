#pragma once
/// The cases of the contract suite about restarts: job1 holds the pool, which restarts first, and
/// sup1 leads (store_suite_restart_test.cpp).

#include "contract/store_suite.hpp"

namespace jobflip::test {

constexpr Millis kRestartCooldown{1500};

class RestartContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    set_first(core::FirstMove::restart);
    held_ = hold(job1);
    leader_ = elect();
  }

  void set_first(core::FirstMove first, Millis cooldown = kRestartCooldown) {
    auto fleet = small_fleet();
    fleet.pools[0].first = first;
    fleet.pools[0].cooldown = fleet.pools[0].cooldown_max = cooldown;
    const auto applied = oper().apply(fleet, person(), false);
    EXPECT_TRUE(applied.has_value()) << applied.error().text;
  }
  /// A supervisor asks for a flip to this node, while all nodes send beats.
  core::FlipAnswer ask_for(const NodeName& to) {
    for (const NodeName& node : {job2, job3}) beat(node);
    beat(job1, {{mail, held_}});
    return ask_automatic(automatic_flip_to(to, leader_));
  }
  FlipId restart() {
    const auto answer = ask_for(job1);
    EXPECT_TRUE(answer.accepted) << answer.rule << ": " << answer.sentence;
    return answer.flip;
  }
  /// job1 stops its workers, releases the lease and takes it again.
  void restart_until(FlipId id, core::FlipState until) {
    beat(job1, {{mail, held_}});
    EXPECT_EQ(state_of(id), core::FlipState::draining);
    if (until == core::FlipState::draining) return;
    EXPECT_EQ(release(job1, held_), core::ReleaseOutcome::released);
    if (until == core::FlipState::released) return;
    const auto taken = take(take_of(job1));
    EXPECT_EQ(taken.outcome, core::TakeOutcome::taken) << taken.sentence;
    EXPECT_EQ(taken.flip, id);
    EXPECT_GT(taken.epoch, held_);
    held_ = taken.epoch;
    beat(job1, {{mail, held_}});
    if (until == core::FlipState::taken) return;
    EXPECT_EQ(step(job1, id, core::FlipEvent::started), core::FlipStepOutcome::done);
  }
  FlipId restart_that_ends(core::FlipEvent event) {
    const FlipId id = restart();
    restart_until(id, core::FlipState::started);
    EXPECT_TRUE(judge(leader_, id, event));
    return id;
  }
  int budget_used() { return reader().snapshot().value().budget.used; }

  Epoch held_;
  Epoch leader_;
};

}  // namespace jobflip::test
