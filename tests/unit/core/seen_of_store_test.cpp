#include "jobflip/core/seen_of_store.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

SeenOfStore some() {
  return {.beat = BeatNumber{1'790'000'000'123},
          .epochs = {{PoolName::of("mail"), Epoch{1'790'000'000'000'017}},
                     {PoolName::of("paper"), Epoch{41}}}};
}

TEST(SeenOfStore, IsReadAsItWasWritten) {
  EXPECT_EQ(parse_seen(text_of(some())), some());
  EXPECT_EQ(parse_seen(text_of({})), SeenOfStore{});
}

TEST(SeenOfStore, IsEmptyIfAnyByteIsMissingOrDifferent) {
  const std::string whole = text_of(some());
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_FALSE(parse_seen(whole.substr(0, cut))) << cut;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(parse_seen(changed)) << at;
  }
  EXPECT_FALSE(parse_seen(whole + whole));
  EXPECT_FALSE(parse_seen(whole + "\n"));
}

TEST(SeenOfStore, HasAsManyPoolsAsABeatMayNameAndFitsTheBound) {
  SeenOfStore most;
  for (std::size_t i = 0; i < kMostPoolsSeen; ++i) {
    std::string name = std::to_string(1000 + i);
    name += std::string(63 - name.size(), 'x');
    most.epochs.push_back({PoolName::of(name), Epoch{INT64_MAX}});
  }
  EXPECT_LE(text_of(most).size(), kMostBytesOfSeen);
  EXPECT_EQ(parse_seen(text_of(most)), most);
  most.epochs.push_back({PoolName::of("z"), Epoch{1}});
  EXPECT_FALSE(parse_seen(text_of(most)));
}

TEST(SeenOfStore, IsEmptyIfItIsNotInOrder) {
  SeenOfStore twice = some();
  twice.epochs.push_back(twice.epochs.front());
  EXPECT_FALSE(parse_seen(text_of(twice)));
  SeenOfStore negative = some();
  negative.epochs.front().epoch = Epoch{-1};
  EXPECT_FALSE(parse_seen(text_of(negative)));
  negative = some();
  negative.beat = BeatNumber{-1};
  EXPECT_FALSE(parse_seen(text_of(negative)));
}

}  // namespace
}  // namespace jobflip::core
