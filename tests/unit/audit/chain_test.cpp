#include "jobflip/audit/chain.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "jobflip/audit/verification.hpp"
#include "unit/audit/some_chain.hpp"

namespace jobflip::audit {
namespace {

using core::AuditEvent;

TEST(AuditChain, TheCanonicalFormIsLengthsAndBytesInAFixedOrder) {
  AuditEvent event;
  event.chain = "m";
  event.seq = 2;
  event.at = WallTime{Micros{3}};
  event.kind = "k";
  event.flip = -1;
  event.session_user = "u";
  const std::string wanted(
      "\0\0\0\1m\0\0\0\10\0\0\0\0\0\0\0\2\0\0\0\10\0\0\0\0\0\0\0\3\0\0\0\1k"
      "\xff\xff\xff\xff"
      "\0\0\0\10\xff\xff\xff\xff\xff\xff\xff\xff"
      "\xff\xff\xff\xff\0\0\0\1u\xff\xff\xff\xff\0\0\0\0\0\0\0\0",
      5 + 12 + 12 + 5 + 4 + 12 + 4 + 5 + 4 + 4 + 4);
  EXPECT_EQ(canonical_form(event), wanted);
}

TEST(AuditChain, AbsentIsNotTheSameAsEmpty) {
  AuditEvent absent, empty;
  empty.actor = "";
  EXPECT_NE(canonical_form(absent), canonical_form(empty));
}

TEST(AuditChain, AWholeChainVerifiesInOneGoAndInPages) {
  const auto events = chain_of(7);
  for (std::size_t page = 1; page <= events.size(); ++page) {
    ChainWalk walk{"mail"};
    for (std::size_t at = 0; at < events.size(); at += page)
      EXPECT_FALSE(walk.feed(std::span{events}.subspan(at, std::min(page, events.size() - at))));
    EXPECT_FALSE(walk.finish(head_of(events))) << page;
  }
}

TEST(AuditChain, EachFieldOfEachEventIsCovered) {
  const std::function<void(AuditEvent&)> changes[] = {
      [](AuditEvent& e) { e.at += Micros{1}; }, [](AuditEvent& e) { e.kind += "x"; },
      [](AuditEvent& e) { e.node = "job1"; },   [](AuditEvent& e) { e.flip = 1; },
      [](AuditEvent& e) { e.epoch = 0; },       [](AuditEvent& e) { e.session_user = "x"; },
      [](AuditEvent& e) { e.actor = ""; },      [](AuditEvent& e) { e.reason.clear(); },
      [](AuditEvent& e) { e.payload += ' '; },  [](AuditEvent& e) { e.hash[31] ^= 1; },
  };
  for (const auto& change : changes)
    for (std::size_t at = 0; at < 4; ++at) {
      auto events = chain_of(4);
      const auto head = head_of(events);
      change(events[at]);
      const auto breaks = verify_chains(events, std::span{&head, 1});
      ASSERT_EQ(breaks.size(), 1u);
      EXPECT_EQ(breaks[0].seq, static_cast<std::int64_t>(at) + 1);
    }
}

TEST(AuditChain, WhatIsMissingDoubledOrSwappedIsNamedByItsNumber) {
  struct Case {
    const char* what;
    std::function<void(std::vector<AuditEvent>&)> change;
    std::int64_t seq;
  };
  const Case cases[] = {
      {"first", [](auto& e) { e.erase(e.begin()); }, 1},
      {"middle", [](auto& e) { e.erase(e.begin() + 2); }, 3},
      {"last", [](auto& e) { e.pop_back(); }, 5},
      {"doubled", [](auto& e) { e.insert(e.begin() + 1, e[1]); }, 2},
      {"swapped", [](auto& e) { std::swap(e[1], e[2]); }, 3},
      {"all", [](auto& e) { e.clear(); }, 1},
  };
  for (const auto& one : cases) {
    auto events = chain_of(5);
    const auto head = head_of(events);
    one.change(events);
    const auto breaks = verify_chains(events, std::span{&head, 1});
    ASSERT_EQ(breaks.size(), 1u) << one.what;
    EXPECT_EQ(breaks[0].seq, one.seq) << one.what;
  }
}

TEST(AuditChain, AHeadThatIsBehindOrHasAnotherHashIsABreak) {
  const auto events = chain_of(3);
  auto head = head_of(events);
  head.seq = 2;
  EXPECT_EQ(verify_chains(events, std::span{&head, 1}).size(), 1u);
  head = head_of(events);
  head.hash[0] ^= 1;
  EXPECT_EQ(verify_chains(events, std::span{&head, 1}).size(), 1u);
}

TEST(AuditChain, AChainWithoutAHeadIsABreakAndChainsAreApart) {
  auto events = chain_of(2);
  const auto head = head_of(events);
  const auto other = chain_of(2, "paper");
  events.insert(events.begin() + 1, other.begin(), other.end());
  const auto breaks = verify_chains(events, std::span{&head, 1});
  ASSERT_EQ(breaks.size(), 1u);
  EXPECT_EQ(breaks[0].chain, "paper");
}

}  // namespace
}  // namespace jobflip::audit
