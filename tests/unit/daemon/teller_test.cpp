#include "jobflip/daemon/teller.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>
#include <vector>

namespace jobflip::daemon {
namespace {

struct Sink final : ports::NoteSink {
  bool write(const NodeName&, const core::Note& note, int repeats) noexcept override {
    notes.push_back(note);
    counts.push_back(repeats);
    return takes;
  }
  std::vector<core::Note> notes;
  std::vector<int> counts;
  bool takes{true};
};

class TellerTest : public ::testing::Test {
 protected:
  TellerTest() { log->set_pattern("%l %v"); }
  std::ostringstream text;
  std::shared_ptr<spdlog::logger> log{std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text))};
  Sink sink;
  Teller teller{"agent", NodeName::of("job1"), &sink, log};
  core::Note note{.kind = core::NoteKind::store_away,
                  .pool = {},
                  .flip = {},
                  .epoch = {},
                  .verdict = "",
                  .sentence = "store: gone"};
  Instant now{std::chrono::hours{1}};
};

TEST_F(TellerTest, CountsWhatRepeatsAndTellsTheCountWithTheNextOfItsKind) {
  for (int i = 0; i < 5; ++i) teller.tell(note, now);
  ASSERT_EQ(sink.notes.size(), 1U);
  teller.tell(note, now + std::chrono::minutes{1});
  ASSERT_EQ(sink.notes.size(), 2U);
  teller.tell(note, now + std::chrono::minutes{2});
  EXPECT_EQ(sink.counts, (std::vector<int>{0, 4, 0})) << "none is told twice";
  EXPECT_EQ(text.str(), "");
}

TEST(Repeats, ForgetsAllRatherThanRememberWithoutEnd) {
  const Instant now{std::chrono::hours{1}};
  Repeats repeats;
  ASSERT_TRUE(repeats.count("first", "gone", now));
  ASSERT_FALSE(repeats.count("first", "gone", now));
  for (int i = 0; i < 1000; ++i) repeats.count(std::to_string(i), "gone", now);
  EXPECT_TRUE(repeats.count("first", "gone", now));
}

TEST_F(TellerTest, WritesALineOfTextWhereThereIsNoJournal) {
  sink.takes = false;
  teller.tell(note, now);
  EXPECT_EQ(text.str(), "error agent.store_away reason=\"store: gone\" node=job1\n");
}

TEST_F(TellerTest, CountsWhatComesAndGoes) {
  auto other = note;
  other.sentence = "store: refused";
  for (int i = 0; i < 20; ++i) {
    teller.tell(note, now);
    teller.tell(other, now);
  }
  ASSERT_EQ(sink.notes.size(), 2U);
  teller.tell(note, now + std::chrono::minutes{1});
  EXPECT_EQ(sink.counts.back(), 38);
}

TEST_F(TellerTest, CountsWhatHasAnotherFigureInItEachTime) {
  for (int i = 0; i < 100; ++i) {
    note.sentence = "exited with 1 after " + std::to_string(i) + "ms";
    teller.tell(note, now);
  }
  EXPECT_EQ(sink.notes.size(), 10U);
  now += std::chrono::minutes{1};
  teller.tell(note, now);
  EXPECT_EQ(sink.counts.back(), 90);
  note.pool = PoolName::of("mail");
  teller.tell(note, now);
  EXPECT_EQ(sink.counts.back(), 0) << "another pool has a count of its own";
}

TEST_F(TellerTest, LeavesNoAnchorOut) {
  note.kind = core::NoteKind::anchor;
  note.chain = "mail";
  for (int i = 1; i <= 100; ++i) {
    note.seq = i;
    teller.tell(note, now);
  }
  EXPECT_EQ(sink.notes.size(), 100U);
}

}  // namespace
}  // namespace jobflip::daemon
