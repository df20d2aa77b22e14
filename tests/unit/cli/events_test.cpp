/// events, and the filters of history and audit list.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Words = std::vector<std::string>;

class Events : public ::testing::Test {
 protected:
  Events() {
    fill_audit(world_.script, 3);
    world_.script.snapshot = calm_snapshot();
  }

  void append() {
    auto& heads = world_.script.heads;
    auto& head = *std::ranges::find(heads, "mail", &core::ChainHead::chain);
    world_.script.audit.push_back(audit_event("mail", head.seq + 1, head.hash));
    head = {"mail", head.seq + 1, world_.script.audit.back().hash};
  }

  /// "mail1 jobflip1" of JSON lines.
  static std::string names_of(const std::string& lines) {
    std::string out;
    std::istringstream in{lines};
    for (std::string line; std::getline(in, line);) {
      const auto one = json::parse(line);
      EXPECT_EQ(one["schema"], 1);
      EXPECT_GT(one["sentence"].get<std::string>().size(), 5u);
      out += (out.empty() ? "" : " ") + one["chain"].get<std::string>() +
             std::to_string(one["seq"].get<int>());
    }
    return out;
  }

  FakeWorld world_;
};

TEST_F(Events, AreLinesWithASentenceTheOldestFirst) {
  const auto ran = world_.run({"events", "--since", "2026-11-01"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(
      ran.out.starts_with("2026-11-23 03:00:01Z  jobflip  lease_taken     ann   job1 took "
                          "the pool: the holder was silent\n"))
      << ran.out;
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 4);
}

TEST_F(Events, AreTheNewestOfThePastUnlessABeginIsGiven) {
  EXPECT_EQ(
      names_of(world_.run({"events", "--limit", "2", "--pool", "mail", "--format", "json"}).out),
      "mail2 mail3");
  EXPECT_EQ(names_of(world_.run({"events", "--after", "mail=1", "--format", "json"}).out),
            "jobflip1 mail2 mail3");
  EXPECT_EQ(
      names_of(
          world_.run({"events", "--after", "mail=2", "--after", "jobflip=1", "--format", "json"})
              .out),
      "mail3");
}

TEST_F(Events, AreRowsWithOneHeaderForAwk) {
  std::istringstream lines{world_.run({"events", "--format", "tsv"}).out};
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "chain\tseq\tat\tkind\tnode\tflip\tepoch\tby\treason\twhat");
  int rows = 0;
  for (; std::getline(lines, line); ++rows) EXPECT_EQ(std::ranges::count(line, '\t'), 9) << line;
  EXPECT_EQ(rows, 4);
}

TEST_F(Events, HaveNoTextThatMovesACursorOrAddsAColumn) {
  const std::string evil = "a\tb\n\x1b[2J";
  world_.script.audit.resize(1);
  auto& event = world_.script.audit.front();
  world_.script.heads = {{evil, event.seq, event.hash}};
  event.chain = event.kind = event.reason = evil;
  event.node = event.actor = evil;
  event.flip = 7;
  const auto ran = world_.run({"events", "--format", "tsv"}).out;
  EXPECT_EQ(ran.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::ranges::count(ran, '\n'), 2) << ran;
  EXPECT_EQ(std::ranges::count(ran, '\t'), 18) << ran;
  EXPECT_NE(ran.find("\t7\t4\t"), std::string::npos) << "the flip, then the epoch";
  const auto lines = world_.run({"events"}).out;
  EXPECT_EQ(lines.find_first_of("\x1b\t"), std::string::npos);
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
}

TEST_F(Events, FollowedGoOnUntilCtrlC) {
  world_.interrupt_at = world_.now + 5s;
  world_.on_wait = [&] {
    if (world_.now == Instant{1h} + 2s) append();
  };
  const auto ran =
      world_.run({"events", "-f", "--format", "json", "--limit", "1", "--pool", "mail"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(names_of(ran.out), "mail3 mail4");
  EXPECT_EQ(ran.err, "");
}

TEST_F(Events, FollowedAreSaidOnceIfOneIsWrittenMeanwhile) {
  world_.interrupt_at = world_.now + 5s;
  auto& head = *std::ranges::find(world_.script.heads, "mail", &core::ChainHead::chain);
  const auto newest = std::exchange(head, {"mail", 2, world_.script.audit[1].hash});
  world_.on_wait = [&] {
    if (world_.now == Instant{1h} + 2s) head = newest;
  };
  const auto ran = world_.run({"events", "-f", "--format", "json", "--pool", "mail"});
  EXPECT_EQ(names_of(ran.out), "mail1 mail2 mail3") << ran.err;
}

TEST_F(Events, FollowedSayNothingWhileNothingFits) {
  world_.interrupt_at = world_.now + 2s;
  EXPECT_EQ(world_.run({"events", "-f", "--node", "job3"}).err, "");
}

TEST_F(Events, FollowedOutliveAStoreThatGoesAwayAndMissNothing) {
  world_.interrupt_at = world_.now + 20s;
  world_.on_wait = [&] {
    if (world_.now == Instant{1h} + 2s)
      world_.script.audit_error = Error{ErrorCode::store_unreachable, "gone", ""};
    if (world_.now == Instant{1h} + 3s)
      world_.script.open_error = Error{ErrorCode::store_unreachable, "refused", ""};
    if (world_.now == Instant{1h} + 4s) append();
    if (world_.now == Instant{1h} + 6s) world_.script.audit_error.reset();
    if (world_.now == Instant{1h} + 9s) world_.script.open_error.reset();
  };
  const auto ran =
      world_.run({"events", "--follow", "--format", "json", "--limit", "1", "--pool", "mail"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(names_of(ran.out), "mail3 mail4");
  EXPECT_EQ(ran.err,
            "NOTICE: store unreachable since 2026-11-23 03:00:00Z, retrying: gone\n"
            "NOTICE: the store is back after 7.0s\n");
}

TEST_F(Events, FollowedEndIfAnotherTryCannotHelp) {
  world_.on_wait = [&] {
    if (world_.now == Instant{1h} + 2s)
      world_.script.audit_error = Error{ErrorCode::internal, "a mistake", ""};
  };
  EXPECT_EQ(world_.run({"events", "-f"}).code, 1);
  world_.script.open_error = Error{ErrorCode::store_unreachable, "gone", ""};
  EXPECT_EQ(world_.run({"events", "-f"}).code, 7) << "a store that was never there is an error";
}

TEST_F(Events, EndQuietlyIfNobodyReadsThemAnyMore) {
  world_.closed_at = world_.now + 3s;
  const auto ran = world_.run({"events", "-f", "--limit", "1"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
}

TEST_F(Events, WarnIfTheLogWasSetBack) {
  world_.interrupt_at = world_.now + 5s;
  world_.on_wait = [&] {
    if (world_.now < Instant{1h} + 2s) return;
    for (auto& head : world_.script.heads) head = {head.chain, 1, std::string(32, 'x')};
  };
  const auto ran = world_.run({"events", "-f"});
  EXPECT_NE(ran.err.find("WARNING: chain mail was read up to event 3, and has 1 now"),
            std::string::npos)
      << ran.err;
}

TEST_F(Events, AreAskedForByTheFilter) {
  world_.run({"events", "--since", "2h", "--until", "1h", "--node", "job1", "--actor", "ann",
              "--kind", "hold", "--flip", "7"});
  core::EventFilter wanted;
  wanted.since = wall(-2h);
  wanted.until = wall(-1h);
  wanted.node = "job1";
  wanted.actor = "ann";
  wanted.kind = "hold";
  wanted.flip = FlipId{7};
  ASSERT_FALSE(world_.script.filters.empty());
  EXPECT_EQ(world_.script.filters.front(), wanted);
  world_.script.filters.clear();
  world_.run({"audit", "list", "--since", "2h", "--until", "1h", "--node", "job1", "--actor", "ann",
              "--kind", "hold", "--flip", "7"});
  EXPECT_EQ(world_.script.filters.front(), wanted);
  world_.script.filters.clear();
  world_.run({"--actor", "eve", "history", "--since", "2h", "--until", "1h", "--node", "job1",
              "--actor", "ann", "--kind", "hold", "--flip", "7"});
  EXPECT_EQ(world_.script.filters.front(), wanted);
}

TEST_F(Events, AreNotFilteredByTheNameOfWhoAsks) {
  world_.run({"--actor", "eve", "history"});
  world_.run({"--actor", "eve", "events"});
  for (const auto& filter : world_.script.filters) EXPECT_EQ(filter.actor, "");
}

TEST_F(Events, RefuseAFilterThatMeansNothing) {
  const std::pair<Words, std::string> cases[] = {
      {{"--since", "1h", "--until", "2h"},
       "ERROR: --until 2h (2026-11-23 01:00:00Z) is not after --since 1h (2026-11-23 02:00:00Z)\n"},
      {{"--since", "1h", "--until", "1h"}, "ERROR: --until 1h (2026-11-23 02:00:00Z) is not after"},
      {{"--since", "yesterday"}, "ERROR: --since: \"yesterday\" is not a duration\nHINT: write a"},
      {{"--until", "2026-13-01"}, "ERROR: --until: \"2026-13-01\" is not a time\n"},
      {{"--kind", "takover"},
       "ERROR: --kind: there is no kind \"takover\"\nHINT: did you mean "
       "\"takeover\"? kinds are: "},
      {{"--node", "Job1"}, "ERROR: --node: node name \"Job1\" can't be used"},
      {{"--flip", "0"}, "ERROR: --flip: \"0\" is not a flip number"},
      {{"--actor", "\xff"}, "ERROR: --actor is not UTF-8"},
  };
  for (const Words& command : {Words{"events"}, Words{"history"}, Words{"audit", "list"}})
    for (const auto& [words, error] : cases) {
      auto all = command;
      all.insert(all.end(), words.begin(), words.end());
      const auto ran = world_.run(all);
      EXPECT_EQ(ran.code, 2) << command[0] << " " << words[0];
      EXPECT_TRUE(ran.err.starts_with(error)) << command[0] << ": " << ran.err;
      EXPECT_EQ(ran.out, "");
    }
  for (const Words& words :
       {Words{"-f", "--until", "1h"}, Words{"--after", "mail"}, Words{"--after", "mail=x"},
        Words{"--after", "mail=-1"}, Words{"--after", "MAIL=1"},
        Words{"--after", "mail=1", "--limit", "2"}, Words{"--pool", "it's"}}) {
    Words all{"events"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(world_.run(all).code, 2) << words[0];
  }
}

TEST_F(Events, SayThatANameIsUnknown) {
  auto ran = world_.run({"events", "--pool", "mial"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err,
            "NOTICE: nothing fits\n"
            "NOTICE: there is no pool \"mial\", and the log has none: did you mean \"mail\"?\n");
  for (const Words& command : {Words{"events"}, Words{"history"}, Words{"audit", "list"}}) {
    auto all = command;
    all.insert(all.end(), {"--node", "jbo1"});
    ran = world_.run(all);
    EXPECT_EQ(ran.code, 0);
    EXPECT_NE(ran.err.find("NOTICE: there is no node \"jbo1\", and the log has none: did you mean "
                           "\"job1\"?\n"),
              std::string::npos)
        << command[0] << ran.err;
  }
  EXPECT_EQ(world_.run({"events", "--node", "job3"}).err, "NOTICE: nothing fits\n")
      << "it is a candidate without events";
  world_.script.history = {core::HistoryEntry{}};
  EXPECT_EQ(world_.run({"events", "--node", "gone"}).err, "NOTICE: nothing fits\n")
      << "a pool was moved to it once";
}

TEST_F(Events, OfAPoolThatIsGoneAreInTheLogStill) {
  world_.script.snapshot.pools.clear();
  EXPECT_EQ(world_.run({"history", "mail"}).err, "NOTICE: nothing has happened yet\n");
  EXPECT_EQ(world_.run({"history", "--pool", "mail"}).code, 0);
  EXPECT_EQ(world_.run({"history", "mial"}).code, 2);
}

}  // namespace
}  // namespace jobflip::cli
