#include "cli/event_stream.hpp"

#include <gtest/gtest.h>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;

class Stream : public ::testing::Test {
 protected:
  /// As a store shows it once the transaction has committed.
  void commit(const std::string& chain, Millis at, std::string kind = "paused") {
    auto* head = head_of(chain);
    auto event = audit_event(chain, head->seq + 1, head->hash);
    event.at = wall(at);
    event.kind = std::move(kind);
    script_.audit.push_back(event);
    head->seq = event.seq;
    head->hash = event.hash;
  }

  core::ChainHead* head_of(const std::string& chain) {
    const auto found = std::ranges::find(script_.heads, chain, &core::ChainHead::chain);
    if (found != script_.heads.end()) return &*found;
    return &script_.heads.emplace_back(core::ChainHead{chain, 0, std::string(32, '\0')});
  }

  /// "mail1 paper1": all that there is for now.
  std::string read() {
    std::string out;
    do {
      const auto events = stream_.next(reader_);
      if (!events) return out + "error";
      for (const auto& event : *events)
        out += (out.empty() ? "" : " ") + event.chain + std::to_string(event.seq);
    } while (stream_.has_more());
    return out;
  }

  Script script_;
  FakeReader reader_{script_};
  EventStream stream_{"", {}};
};

TEST_F(Stream, GivesTheEventsOfAllChainsInTheOrderOfTheirTimes) {
  commit("mail", 1s);
  commit("mail", 5s);
  commit("paper", 2s);
  commit("jobflip", 4s);
  EXPECT_EQ(read(), "mail1 paper1 jobflip1 mail2");
  EXPECT_EQ(read(), "");
}

TEST_F(Stream, MissesNoEventThatCommitsAfterALaterOne) {
  commit("mail", 1s);
  commit("paper", 9s);
  EXPECT_EQ(read(), "mail1 paper1");
  commit("mail", 5s);  // written before paper's, and visible only now
  commit("slow", 2s);  // so is a whole chain
  EXPECT_EQ(read(), "slow1 mail2");
  EXPECT_EQ(read(), "");
}

TEST_F(Stream, ReadsALongLogInPages) {
  for (int i = 0; i < 3 * kStreamPage; ++i) commit(i % 3 == 0 ? "mail" : "paper", Millis{i});
  std::int64_t count = 0;
  WallTime last{};
  do {
    const auto events = stream_.next(reader_).value();
    EXPECT_LE(events.size(), static_cast<std::size_t>(kStreamPage));
    for (const auto& event : events) {
      EXPECT_GT(event.at, last);
      last = event.at;
    }
    count += static_cast<std::int64_t>(events.size());
  } while (stream_.has_more());
  EXPECT_EQ(count, 3 * kStreamPage);
}

TEST_F(Stream, GoesOnWhereItWasIfTheStoreFails) {
  for (int i = 0; i < 10; ++i) commit("mail", Millis{i});
  EXPECT_EQ(read(), "mail1 mail2 mail3 mail4 mail5 mail6 mail7 mail8 mail9 mail10");
  commit("mail", 20ms);
  script_.audit_error = Error{ErrorCode::store_unreachable, "gone", ""};
  EXPECT_EQ(read(), "error");
  commit("mail", 21ms);
  EXPECT_EQ(read(), "error");
  script_.audit_error.reset();
  EXPECT_EQ(read(), "mail11 mail12");
}

TEST_F(Stream, BeginsAfterPositionsAndPassesWhatTheFilterLeavesOut) {
  core::EventFilter holds;
  holds.kind = "hold";
  stream_ = EventStream{"", holds};
  for (int i = 0; i < 5; ++i) commit("mail", Millis{i}, i == 1 || i == 3 ? "hold" : "paused");
  stream_.begin_after({{"mail", 2, ""}});
  EXPECT_EQ(read(), "mail4");
  script_.asked.clear();
  EXPECT_EQ(read(), "");
  EXPECT_TRUE(script_.asked.empty()) << "events that were left out are not read again";
}

TEST_F(Stream, LeavesWhatIsWrittenBehindTheHeadForLater) {
  for (int i = 0; i < 3; ++i) commit("mail", Millis{i});
  const auto newest = std::exchange(*head_of("mail"), {"mail", 2, script_.audit[1].hash});
  EXPECT_EQ(read(), "mail1 mail2");
  *head_of("mail") = newest;
  EXPECT_EQ(read(), "mail3");
}

TEST_F(Stream, ForgetsSinceOnceItIsUpToDate) {
  core::EventFilter later;
  later.since = wall(10s);
  stream_ = EventStream{"", later};
  commit("mail", 1s);
  commit("mail", 11s);
  EXPECT_EQ(read(), "mail2");
  commit("mail", 9s);  // the clock was set back
  EXPECT_EQ(read(), "mail3");
}

TEST_F(Stream, KnowsOneChainOnlyIfThatIsAsked) {
  stream_ = EventStream{"mail", {}};
  commit("mail", 1s);
  commit("paper", 2s);
  EXPECT_EQ(read(), "mail1");
}

TEST_F(Stream, SaysThatTheLogWasSetBackAndGoesOnFromItsEnd) {
  for (int i = 0; i < 5; ++i) commit("mail", Millis{i});
  read();
  EXPECT_TRUE(stream_.take_flaws().empty());
  script_.audit.resize(3);
  *head_of("mail") = {"mail", 3, script_.audit.back().hash};
  EXPECT_EQ(read(), "");
  auto flaws = stream_.take_flaws();
  ASSERT_EQ(flaws.size(), 1u);
  EXPECT_NE(flaws[0].find("was read up to event 5, and has 3 now"), std::string::npos) << flaws[0];
  commit("mail", 9s);
  EXPECT_EQ(read(), "mail4");
  EXPECT_TRUE(stream_.take_flaws().empty()) << "it is told once";
  script_.audit.back().hash = head_of("mail")->hash = std::string(32, 'x');
  read();
  EXPECT_EQ(stream_.take_flaws().size(), 1u) << "another event in the place of the last one";
  script_.heads.clear();
  read();
  EXPECT_EQ(stream_.take_flaws().size(), 1u) << "the chain is gone";
}

TEST_F(Stream, SaysThatAnEventDoesNotFollowTheOneBefore) {
  commit("mail", 1s);
  read();
  head_of("mail")->hash = std::string(32, 'x');
  commit("mail", 2s);
  EXPECT_EQ(read(), "mail2");
  const auto flaws = stream_.take_flaws();
  ASSERT_EQ(flaws.size(), 1u);
  EXPECT_NE(flaws[0].find("event 2 does not follow"), std::string::npos) << flaws[0];
}

}  // namespace
}  // namespace jobflip::cli
