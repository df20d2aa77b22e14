#include "jobflip/audit/verification.hpp"

#include <gtest/gtest.h>

#include "unit/audit/some_chain.hpp"

namespace jobflip::audit {
namespace {

using core::AuditEvent;
using core::ChainHead;

std::optional<Flaw> flaw_of(const std::vector<AuditEvent>& events, const ChainHead& head) {
  return check_chains(events, std::span{&head, 1}).at(0).flaw;
}

TEST(Verification, ChecksEachHeadInItsOrderAndThenChainsWithoutOne) {
  auto events = chain_of(3, "paper");
  const auto mail = chain_of(2, "mail");
  const auto zebra = chain_of(1, "zebra");
  events.insert(events.begin() + 1, mail.begin(), mail.end());
  events.insert(events.begin(), zebra.front());
  const std::vector<ChainHead> heads{{"paper", 3, events.back().hash}, head_of(mail)};
  const auto checks = check_chains(events, heads);
  ASSERT_EQ(checks.size(), 3u);
  EXPECT_EQ(checks[0].head, heads[0]);
  EXPECT_FALSE(checks[0].flaw);
  EXPECT_EQ(checks[1].head, heads[1]);
  EXPECT_FALSE(checks[1].flaw);
  EXPECT_EQ(checks[2].flaw, (Flaw{Finding::headless, "zebra", 1, "the chain has events and no head",
                                  zebra[0].at, "lease_taken"}));
  EXPECT_EQ(verify_chains(events, heads), (std::vector<Flaw>{*checks[2].flaw}));
}

TEST(Verification, SaysWhereTheChainAndItsHeadPart) {
  const auto events = chain_of(3);
  auto head = head_of(events);
  ASSERT_FALSE(flaw_of(events, head));
  head.seq = 5;
  EXPECT_EQ(flaw_of(events, head),
            (Flaw{Finding::truncated, "mail", 4, "the chain ends at 3, and its head says 5"}));
  head.seq = 2;
  EXPECT_EQ(flaw_of(events, head),
            (Flaw{Finding::inserted, "mail", 3, "the chain ends at 3, and its head says 2",
                  events[2].at, "lease_taken"}));
  head = head_of(events);
  head.hash[0] ^= 1;
  EXPECT_EQ(flaw_of(events, head), (Flaw{Finding::rewritten, "mail", 3,
                                         "the chain's head has another hash than its last event",
                                         events[2].at, "lease_taken"}));
}

TEST(Verification, AHeadOfNoEventIsOneOfAnEmptyChain) {
  EXPECT_FALSE(flaw_of({}, {"mail", 0, "whatever its hash"}));
  const auto events = chain_of(2);
  EXPECT_EQ(flaw_of(events, {"mail", 0, ""}),
            (Flaw{Finding::headless, "mail", 2, "the chain has events and no head", events[1].at,
                  "lease_taken"}));
}

TEST(Verification, ASecondHeadOfAChainFindsNoEvents) {
  const auto events = chain_of(2);
  const std::vector<ChainHead> heads{head_of(events), head_of(events)};
  const auto checks = check_chains(events, heads);
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_FALSE(checks[0].flaw);
  EXPECT_EQ(checks[1].flaw,
            (Flaw{Finding::truncated, "mail", 1, "the chain ends at 0, and its head says 2"}));
}

TEST(Anchor, IsGoneThroughOrShowsACutOrAnotherHash) {
  const auto events = chain_of(3);
  const ChainHead anchor{"mail", 2, events[1].hash};
  const std::span from_there{events.begin() + 1, events.end()};
  EXPECT_FALSE(flaw_of_anchor(anchor, from_there));
  const Flaw cut{Finding::truncated, "mail", 2, "an anchored event is missing: the chain was cut"};
  EXPECT_EQ(flaw_of_anchor(anchor, {}), cut);
  EXPECT_EQ(flaw_of_anchor(anchor, std::span{events.begin() + 2, events.end()}), cut);
  EXPECT_EQ(flaw_of_anchor({"mail", 2, events[0].hash}, from_there),
            (Flaw{Finding::rewritten, "mail", 2,
                  "the event has another hash than the one that was anchored", events[1].at,
                  "lease_taken"}));
}

TEST(Anchor, OfAChainThatIsGoneIsMissed) {
  const auto events = chain_of(3);
  const std::vector<ChainHead> heads{head_of(events)};
  const std::vector<ChainHead> anchors{{"gone", 9, events[0].hash}, {"mail", 2, events[1].hash}};
  const auto checks = check_chains(events, heads, anchors);
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_FALSE(checks[0].flaw);
  EXPECT_EQ(checks[0].anchors, 1u);
  EXPECT_EQ(checks[1].flaw,
            (Flaw{Finding::truncated, "gone", 1,
                  "the chain ends at 0, and an anchor has event 9: the chain was cut"}));
}

TEST(Verification, StopsAtMoreChainsThanAnyLogHas) {
  LogCheck check;
  auto event = chain_of(1).front();
  for (std::size_t i = 0; i < LogCheck::kMostChains; ++i) {
    event.chain = std::to_string(i);
    check.add(event);
  }
  EXPECT_FALSE(check.is_flooded());
  event.chain = "one more";
  check.add(event);
  EXPECT_TRUE(check.is_flooded());
}

}  // namespace
}  // namespace jobflip::audit
