/// Random chains, each changed in one way: the walk must name it. Repeat a seed that was printed
/// with JOBFLIP_SEED=N.

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "jobflip/audit/chain_walk.hpp"
#include "unit/audit/some_chain.hpp"

namespace jobflip::audit {
namespace {

using core::AuditEvent;
using Events = std::vector<AuditEvent>;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return engine_() % limit; }
  std::size_t between(std::size_t first, std::size_t last) {
    return first + below(last - first + 1);
  }
  bool flag() { return below(2) == 1; }
  std::string text() {
    std::string out(below(40), ' ');
    for (auto& c : out) c = static_cast<char>(' ' + below(95));
    return out;
  }

 private:
  std::mt19937_64 engine_;
};

Events random_chain(Dice& dice) {
  Events events;
  std::string previous(kHashBytes, '\0');
  const auto length = dice.between(4, 60);
  for (std::size_t i = 0; i < length; ++i) {
    AuditEvent e;
    e.chain = "mail";
    e.seq = static_cast<std::int64_t>(i) + 1;
    e.at = WallTime{Micros{static_cast<std::int64_t>(dice.below(1'000'000'000'000))}};
    e.kind = "k" + dice.text();
    if (dice.flag()) e.node = dice.text();
    if (dice.flag()) e.flip = static_cast<std::int64_t>(dice.below(1000));
    if (dice.flag()) e.epoch = static_cast<std::int64_t>(dice.below(1000));
    e.session_user = dice.text();
    if (dice.flag()) e.actor = dice.text();
    e.reason = dice.text();
    e.payload = dice.text();
    e.previous_hash = previous;
    e = rehashed(e);
    previous = e.hash;
    events.push_back(e);
  }
  return events;
}

struct Wanted {
  Finding finding;
  std::optional<std::int64_t> seq;  // empty: any of those that changed places
};

std::ptrdiff_t step(std::size_t n) {
  return static_cast<std::ptrdiff_t>(n);
}

Wanted edit(Events& events, Dice& dice) {
  auto& e = events[dice.below(events.size())];
  const auto seq = e.seq;
  switch (dice.below(8)) {
    case 0:
      e.reason += 'x';
      break;
    case 1:
      e.payload.insert(0, 1, ' ');
      break;
    case 2:
      e.at += Micros{1};
      break;
    case 3:
      e.node = e.node.value_or("") + "x";
      break;
    case 4:
      e.actor = e.actor ? std::nullopt : std::optional{std::string{}};
      break;
    case 5:
      e.hash[dice.below(kHashBytes)] ^= 1;
      break;
    case 6:
      e.previous_hash[dice.below(kHashBytes)] ^= 1;
      break;
    default:
      e.session_user = "x" + e.session_user;
  }
  return {Finding::edited, seq};
}

Wanted remove(Events& events, Dice& dice) {
  const auto first = dice.below(events.size() - 1);
  const auto last = dice.between(first, events.size() - 2);
  events.erase(events.begin() + step(first), events.begin() + step(last) + 1);
  return {Finding::deleted, static_cast<std::int64_t>(first) + 1};
}

Wanted insert_copy(Events& events, Dice& dice) {
  const auto event = events[dice.below(events.size())];
  events.insert(events.begin() + step(dice.below(events.size() + 1)), event);
  return {Finding::inserted, event.seq};
}

Wanted insert_forged(Events& events, Dice& dice) {
  const auto behind = dice.below(events.size());
  auto event = events[dice.below(events.size())];
  event.seq = static_cast<std::int64_t>(behind) + 2;
  event.reason = "never happened";
  event.previous_hash = events[behind].hash;
  event = rehashed(event);
  // before the event whose number it has, or behind it
  const auto at = std::min(behind + dice.between(1, 2), events.size());
  events.insert(events.begin() + step(at), event);
  return {Finding::inserted, event.seq};
}

Wanted move_one(Events& events, Dice& dice) {
  const auto from = dice.below(events.size());
  auto to = dice.below(events.size() - 1);
  if (to >= from) ++to;
  const auto event = events[from];
  events.erase(events.begin() + step(from));
  events.insert(events.begin() + step(to), event);
  return {Finding::reordered, {}};
}

Wanted cut(Events& events, Dice& dice) {
  const auto left = dice.below(events.size());
  events.resize(left);
  return {Finding::truncated, static_cast<std::int64_t>(left) + 1};
}

Wanted rewrite(Events& events, Dice& dice) {
  const auto first = dice.below(events.size());
  const auto last = dice.between(first, events.size() - 1);
  events[first].reason += " not";
  for (auto i = first; i <= last; ++i) {
    if (i > first) events[i].previous_hash = events[i - 1].hash;
    events[i] = rehashed(events[i]);
  }
  return {Finding::rewritten, static_cast<std::int64_t>(last) + 1};
}

std::uint64_t seed_of_run() {
  const char* given = std::getenv("JOBFLIP_SEED");
  return given != nullptr ? std::stoull(given) : std::random_device{}();
}

TEST(ChainWalk, NamesARandomChangeOfARandomChain) {
  using Change = Wanted (*)(Events&, Dice&);
  const std::pair<const char*, Change> changes[] = {
      {"edit", edit},     {"remove", remove}, {"copy", insert_copy}, {"forge", insert_forged},
      {"move", move_one}, {"cut", cut},       {"rewrite", rewrite},
  };
  const auto seed = seed_of_run();
  Dice dice{seed};
  for (int round = 0; round < 300; ++round) {
    const auto whole = random_chain(dice);
    const auto head = head_of(whole);
    ChainWalk untouched{"mail", {head}};
    untouched.feed(whole);
    ASSERT_FALSE(untouched.finish(head)) << "seed=" << seed << " round=" << round;
    for (const auto& [name, change] : changes) {
      SCOPED_TRACE(testing::Message() << "seed=" << seed << " round=" << round << " " << name);
      auto events = whole;
      const auto wanted = change(events, dice);
      ChainWalk walk{"mail"};
      walk.feed(events);
      const auto flaw = walk.finish(head);
      ASSERT_TRUE(flaw);
      EXPECT_EQ(name_of(flaw->finding), name_of(wanted.finding)) << flaw->why;
      if (wanted.seq) {
        EXPECT_EQ(flaw->seq, *wanted.seq) << flaw->why;
      }
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace jobflip::audit
