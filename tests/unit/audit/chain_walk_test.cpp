#include "jobflip/audit/chain_walk.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "jobflip/base/hex.hpp"
#include "unit/audit/some_chain.hpp"

namespace jobflip::audit {
namespace {

using core::AuditEvent;
using Events = std::vector<AuditEvent>;

constexpr int kLength = 9;

struct Told {
  std::optional<Finding> finding;
  std::int64_t seq{};
  bool operator==(const Told&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Told& told) {
  return out << (told.finding ? name_of(*told.finding) : "intact") << " at " << told.seq;
}

Told told_of(const Events& events, const ChainEnds& ends,
             const std::vector<core::ChainHead>& anchors = {}) {
  ChainWalk walk{"mail", anchors};
  walk.feed(events);
  const auto& flaw = walk.finish(ends);
  if (!flaw) return {};
  EXPECT_EQ(flaw->at.has_value(), !flaw->kind.empty());
  return {flaw->finding, flaw->seq};
}

ChainEnds ends_of(const Events& events) {
  return {core::ChainHead{"mail", 0, ""}, head_of(events), false};
}

struct Mutation {
  const char* what;
  Finding finding;
  std::int64_t seq;
  std::function<void(Events&)> change;
};

AuditEvent forged(const Events& events, std::size_t behind, std::int64_t seq) {
  auto event = events[behind];
  event.seq = seq;
  event.reason = "never happened";
  event.previous_hash = events[behind].hash;
  return rehashed(event);
}

void move_event(Events& events, std::size_t from, std::size_t to) {
  const auto event = events[from];
  events.erase(events.begin() + static_cast<std::ptrdiff_t>(from));
  events.insert(events.begin() + static_cast<std::ptrdiff_t>(to), event);
}

void insert_at(Events& events, std::size_t at, AuditEvent event) {
  events.insert(events.begin() + static_cast<std::ptrdiff_t>(at), std::move(event));
}

/// Events 1 to 9; index 0 is event 1.
const Mutation kMutations[] = {
    {"a text", Finding::edited, 4, [](auto& e) { e[3].reason += 'x'; }},
    {"the first event's text", Finding::edited, 1, [](auto& e) { e[0].kind = "hold"; }},
    {"the last event's text", Finding::edited, 9, [](auto& e) { e[8].payload = "{ }"; }},
    {"a hash", Finding::edited, 5, [](auto& e) { e[4].hash[3] ^= 1; }},
    {"a previous hash", Finding::edited, 5, [](auto& e) { e[4].previous_hash[3] ^= 1; }},
    {"a number", Finding::edited, 40, [](auto& e) { e[3].seq = 40; }},
    {"an event left out, the others with new numbers", Finding::edited, 4,
     [](auto& e) {
       e.erase(e.begin() + 3);
       for (std::size_t i = 3; i < e.size(); ++i) e[i].seq = static_cast<std::int64_t>(i) + 1;
     }},
    {"one event", Finding::deleted, 4, [](auto& e) { e.erase(e.begin() + 3); }},
    {"several events", Finding::deleted, 4, [](auto& e) { e.erase(e.begin() + 3, e.begin() + 6); }},
    {"the first event", Finding::deleted, 1, [](auto& e) { e.erase(e.begin()); }},
    {"the first events", Finding::deleted, 1, [](auto& e) { e.erase(e.begin(), e.begin() + 4); }},
    {"all but the last", Finding::deleted, 1, [](auto& e) { e.erase(e.begin(), e.end() - 1); }},
    {"a gap, and an edit behind it", Finding::deleted, 4,
     [](auto& e) {
       e[6].reason = "x";
       e.erase(e.begin() + 3);
     }},
    {"a copy behind itself", Finding::inserted, 4, [](auto& e) { insert_at(e, 4, e[3]); }},
    {"a copy of an older event", Finding::inserted, 2, [](auto& e) { insert_at(e, 6, e[1]); }},
    {"a copy of a later event", Finding::inserted, 7, [](auto& e) { insert_at(e, 2, e[6]); }},
    {"a copy of the next but one", Finding::inserted, 5, [](auto& e) { insert_at(e, 3, e[4]); }},
    {"a later event at the beginning", Finding::inserted, 6,
     [](auto& e) { insert_at(e, 0, e[5]); }},
    {"a copy of the last event", Finding::inserted, 9, [](auto& e) { insert_at(e, 9, e[8]); }},
    {"a forged event before the one whose number it has", Finding::inserted, 4,
     [](auto& e) { insert_at(e, 3, forged(e, 2, 4)); }},
    {"a forged event behind the one whose number it has", Finding::inserted, 4,
     [](auto& e) { insert_at(e, 4, forged(e, 2, 4)); }},
    {"a forged event with a far number", Finding::inserted, 99,
     [](auto& e) { insert_at(e, 4, forged(e, 3, 99)); }},
    {"a forged event behind the head", Finding::inserted, 10,
     [](auto& e) { e.push_back(forged(e, 8, 10)); }},
    {"a number below 1", Finding::inserted, -7, [](auto& e) { insert_at(e, 0, forged(e, 0, -7)); }},
    {"two neighbours", Finding::reordered, 5, [](auto& e) { std::swap(e[3], e[4]); }},
    {"the first two", Finding::reordered, 2, [](auto& e) { std::swap(e[0], e[1]); }},
    {"the last two", Finding::reordered, 9, [](auto& e) { std::swap(e[7], e[8]); }},
    {"one event later", Finding::reordered, 4, [](auto& e) { move_event(e, 2, 6); }},
    {"one event earlier", Finding::reordered, 8, [](auto& e) { move_event(e, 7, 2); }},
    {"the first to the end", Finding::reordered, 2, [](auto& e) { move_event(e, 0, 8); }},
    {"the last to the beginning", Finding::reordered, 9, [](auto& e) { move_event(e, 8, 0); }},
    {"a run of events", Finding::reordered, 6,
     [](auto& e) { std::rotate(e.begin() + 2, e.begin() + 5, e.begin() + 7); }},
    {"the last event", Finding::truncated, 9, [](auto& e) { e.pop_back(); }},
    {"the last events", Finding::truncated, 6, [](auto& e) { e.resize(5); }},
    {"all events", Finding::truncated, 1, [](auto& e) { e.clear(); }},
    {"one event with a new hash", Finding::rewritten, 4,
     [](auto& e) {
       e[3].reason = "x";
       e[3] = rehashed(e[3]);
     }},
    {"several events with new hashes", Finding::rewritten, 6,
     [](auto& e) {
       e[2].reason = "x";
       for (std::size_t i = 2; i < 6; ++i) {
         e[i].previous_hash = e[i - 1].hash;
         e[i] = rehashed(e[i]);
       }
     }},
    {"the end with new hashes", Finding::rewritten, 9,
     [](auto& e) {
       e[7].reason = "x";
       e[7] = rehashed(e[7]);
       e[8].previous_hash = e[7].hash;
       e[8] = rehashed(e[8]);
     }},
    {"a first event that names one before it", Finding::rewritten, 1,
     [](auto& e) {
       e[0].previous_hash = std::string(32, '\x01');
       e[0] = rehashed(e[0]);
     }},
};

TEST(ChainWalk, NamesWhatWasDoneToAChainAndToWhichEvent) {
  const auto whole = chain_of(kLength);
  ASSERT_EQ(told_of(whole, ends_of(whole)), Told{});
  for (const auto& one : kMutations) {
    SCOPED_TRACE(std::string{name_of(one.finding)} + ": " + one.what);
    auto events = whole;
    one.change(events);
    EXPECT_EQ(told_of(events, ends_of(whole)), (Told{one.finding, one.seq}));
  }
}

TEST(ChainWalk, SaysTheTimeAndTheKindOfAnEventThatIsThere) {
  auto events = chain_of(5);
  const auto head = head_of(events);
  events[2].reason = "x";
  ChainWalk walk{"mail"};
  walk.feed(events);
  const auto edited = walk.finish(head);
  ASSERT_TRUE(edited);
  EXPECT_EQ(*edited, (Flaw{Finding::edited, "mail", 3, "its hash is not the hash of what it says",
                           events[2].at, "lease_taken"}));
  events = chain_of(5);
  events.erase(events.begin() + 1, events.begin() + 3);
  ChainWalk gap{"mail"};
  gap.feed(events);
  const auto deleted = gap.finish(head);
  ASSERT_TRUE(deleted);
  EXPECT_FALSE(deleted->at);
  EXPECT_EQ(deleted->why,
            "events 2 to 3 are missing: 4 (lease_taken, 2023-11-14T22:13:20.000004Z) follows 1 "
            "(2023-11-14T22:13:20.000001Z)");
}

TEST(ChainWalk, AnchorsTellACutFromAChainThatWasRecomputed) {
  const auto whole = chain_of(kLength);
  const core::ChainHead third{"mail", 3, whole[2].hash};
  const auto last = head_of(whole);
  EXPECT_EQ(told_of(whole, ends_of(whole), {last, third}), Told{});
  const Events cut{whole.begin(), whole.begin() + 5};
  EXPECT_EQ(told_of(cut, ends_of(cut), {third}), Told{});
  EXPECT_EQ(told_of(cut, ends_of(cut), {third, last}), (Told{Finding::truncated, 6}));
  auto other = chain_of(kLength);
  other[1].reason = "x";
  for (std::size_t i = 1; i < other.size(); ++i) {
    other[i].previous_hash = other[i - 1].hash;
    other[i] = rehashed(other[i]);
  }
  ASSERT_EQ(told_of(other, ends_of(other)), Told{}) << "it holds in itself";
  EXPECT_EQ(told_of(other, ends_of(other), {last, third}), (Told{Finding::rewritten, 3}));
  EXPECT_EQ(told_of(other, ends_of(other), {{"mail", 1, whole[0].hash}}), Told{})
      << "what is before the change is as it was";
}

TEST(ChainWalk, APartIsVerifiedFromItsFirstEventOn) {
  const auto whole = chain_of(kLength);
  const Events part{whole.begin() + 3, whole.begin() + 7};
  const core::ChainHead before{"mail", 3, whole[2].hash};
  const ChainEnds ends{before, core::ChainHead{"mail", 7, whole[6].hash}, true};
  EXPECT_EQ(told_of(part, ends), Told{});
  EXPECT_EQ(told_of(part, {}), Told{}) << "nobody says where it begins";
  EXPECT_EQ(told_of(part, ends_of(whole)), (Told{Finding::deleted, 1}));
  EXPECT_EQ(told_of({part.begin() + 1, part.end()}, ends), (Told{Finding::deleted, 4}));
  EXPECT_EQ(told_of({whole.begin() + 2, whole.begin() + 7}, ends), (Told{Finding::inserted, 3}));
  auto other = ends;
  other.begin->hash[0] ^= 1;
  EXPECT_EQ(told_of(part, other), (Told{Finding::rewritten, 4}));
  EXPECT_EQ(told_of({}, {before, before, true}), Told{}) << "an empty part";
  auto edited = part;
  edited[0].reason = "x";
  EXPECT_EQ(told_of(edited, ends), (Told{Finding::edited, 4}));
}

TEST(ChainWalk, AnchorsOutsideOfAPartAreNotMissed) {
  const auto whole = chain_of(kLength);
  const Events part{whole.begin() + 3, whole.begin() + 7};
  const ChainEnds ends{core::ChainHead{"mail", 3, whole[2].hash},
                       core::ChainHead{"mail", 7, whole[6].hash}, true};
  const auto anchor = [&](std::size_t seq) {
    return core::ChainHead{"mail", static_cast<std::int64_t>(seq), whole[seq - 1].hash};
  };
  ChainWalk walk{"mail", {anchor(9), anchor(5), anchor(3), anchor(1)}};
  walk.feed(part);
  EXPECT_FALSE(walk.finish(ends));
  EXPECT_EQ(walk.anchors_compared(), 2u) << "5, and 3: the hash before the first event";
  auto wrong = anchor(3);
  wrong.hash[0] ^= 1;
  EXPECT_EQ(told_of(part, ends, {wrong}), (Told{Finding::rewritten, 4}));
}

Events sealed_chain(std::size_t removed, std::int64_t up_to, const std::string& hash) {
  auto events = chain_of(kLength);
  auto seal = events.back();
  seal.seq = kLength + 1;
  seal.kind = "audit_sealed";
  seal.previous_hash = events.back().hash;
  seal.payload = R"({"up_to": )" + std::to_string(up_to) + R"(, "hash": ")" + hex_of_bytes(hash) +
                 R"(", "events": 4, "sha256": "ab"})";
  events.push_back(rehashed(seal));
  events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(removed));
  return events;
}

TEST(ChainWalk, ASealExplainsABeginningThatIsNotThere) {
  const auto whole = chain_of(kLength);
  const auto& fourth = whole[3].hash;
  const auto walk_of = [&](const Events& events) {
    ChainWalk walk{"mail", {{"mail", 2, "anything"}, {"mail", 4, fourth}}};
    walk.feed(events);
    (void)walk.finish(head_of(events));
    return walk;
  };
  const auto sound = walk_of(sealed_chain(4, 4, fourth));
  EXPECT_FALSE(sound.is_decided());
  EXPECT_EQ(sound.seal(), (Seal{4, fourth, 4, "ab"}));
  EXPECT_EQ(sound.anchors_compared(), 1u) << "what the seal begins with";
  const auto told = [&](const Events& events) { return told_of(events, ends_of(events)); };
  EXPECT_EQ(told(sealed_chain(4, 4, fourth)), Told{});
  EXPECT_EQ(told(sealed_chain(5, 4, fourth)), (Told{Finding::deleted, 1})) << "one more is missing";
  EXPECT_EQ(told(sealed_chain(4, 5, fourth)), (Told{Finding::deleted, 1}));
  EXPECT_EQ(told(sealed_chain(4, 4, whole[0].hash)), (Told{Finding::deleted, 1}));
  EXPECT_EQ(told(sealed_chain(0, 4, fourth)), Told{}) << "nothing was removed after all";
}

}  // namespace
}  // namespace jobflip::audit
