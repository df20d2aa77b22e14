// Heads of audit chains: a supervisor remembers those that it has read, and its beats report them.

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/core/agent_harness.hpp"
#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

ChainHead head(const std::string& chain, std::int64_t seq) {
  return {chain, seq, std::string(32, static_cast<char>(seq))};
}

TEST(Heads, ThatASupervisorHasReadAreRememberedAndWhatMovedLastComesFirst) {
  SupervisedWorld world;
  world.heads = {head("jobflip", 3), head("mail", 5), head("paper", 0)};
  world.elect();
  world.run(5s);
  EXPECT_EQ(world.state.seen_heads, (std::vector{head("jobflip", 3), head("mail", 5)}))
      << "a chain without an event has no head";
  world.heads[1] = head("mail", 6);
  world.pool().owner.epoch = Epoch{43};
  world.run(60s);
  EXPECT_EQ(world.state.seen_heads, (std::vector{head("mail", 6), head("jobflip", 3)}));
}

TEST(Heads, ThatTheStoreNoLongerHasAreForgottenWithTheNextReading) {
  SupervisedWorld world;
  world.heads = {head("jobflip", 3), head("mail", 5)};
  world.elect();
  world.run(5s);
  world.heads = {head("mail", 4)};
  world.pool().owner.epoch = Epoch{43};
  world.run(60s);
  EXPECT_EQ(world.state.seen_heads, std::vector{head("mail", 4)});
}

TEST(Heads, AreKeptUpToALimitAndThoseThatMoveAreAmongThem) {
  SupervisedWorld world;
  for (std::size_t i = 0; i < 3 * kMostHeads; ++i)
    world.heads.push_back(head("pool" + std::to_string(i), 1));
  world.elect();
  world.run(5s);
  EXPECT_EQ(world.state.seen_heads.size(), kMostHeads);
  world.heads[7].seq = 2;
  world.pool().owner.epoch = Epoch{43};
  world.run(60s);
  EXPECT_EQ(world.state.seen_heads.size(), kMostHeads);
  EXPECT_EQ(std::ranges::count(world.state.seen_heads, world.heads[7]), 1);
}

TEST(Heads, AreClaimedWithEachBeatUntilTheStoreIsKnownToHaveLostHistory) {
  AgentHarness agent;
  agent.released(41);
  agent.beat();
  agent.feed(HeadsSeen{{head("mail", 5)}});
  const auto claimed = [&]() -> std::vector<ChainHead> {
    while (!agent.call<BeatRequest>()) agent.beat_or_wait();
    return agent.call<BeatRequest>()->heads;
  };
  EXPECT_EQ(claimed(), std::vector{head("mail", 5)});
  agent.answer(agent.reply());
  EXPECT_EQ(claimed(), std::vector{head("mail", 5)})
      << "repeated, because the store may be set back";
  agent.incarnation = Uuid{"incarnation-2"};
  agent.answer(agent.reply());
  EXPECT_TRUE(claimed().empty()) << "else the next start of the server would look like a loss";
  agent.feed(HeadsSeen{{head("mail", 4)}});
  agent.answer(agent.reply());
  EXPECT_EQ(claimed(), std::vector{head("mail", 4)});
}

}  // namespace
}  // namespace jobflip::core
