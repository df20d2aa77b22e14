/// Rows and sentences in a terminal and in a pipe: nothing may be cut in either.
#include "cli/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "jobflip/base/escape.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using Lines = std::vector<std::string>;

std::string printed(const Table& table, std::size_t width) {
  std::ostringstream out;
  print_table(out, table, Paint{}, width);
  return out.str();
}

TEST(Wrapping, BreaksAtWordsAndLosesNothing) {
  EXPECT_EQ(wrap("one two three", 20), Lines{"one two three"});
  EXPECT_EQ(wrap("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("one two three", 8, 3), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("abcdefgh", 3), (Lines{"abc", "def", "gh"})) << "a word that no line holds";
  EXPECT_EQ(wrap("äöüßäöüß", 4), (Lines{"äöüß", "äöüß"})) << "by characters, not bytes";
  EXPECT_EQ(wrap("", 4), Lines{""});
  EXPECT_EQ(wrap("a b", kUnlimited), Lines{"a b"});
}

TEST(Wrapping, KeepsACommandInOneLineForWhoeverCopiesIt) {
  EXPECT_EQ(wrap("type `jobflip ack mail` now", 20), (Lines{"type", "`jobflip ack mail`", "now"}));
}

TEST(Wrapping, APipeHasNoWidthAndATerminalSaysItsOwn) {
  EXPECT_EQ(width_of(false, 80, "80"), kUnlimited);
  EXPECT_EQ(width_of(true, 132, "80"), 132u) << "a variable may be older than the window";
  EXPECT_EQ(width_of(true, 0, "120"), 120u);
  EXPECT_EQ(width_of(true, 0, ""), 80u);
  EXPECT_EQ(width_of(true, 0, "12x"), 80u);
  EXPECT_EQ(width_of(true, 3, ""), 40u) << "narrower than that no table is one";
}

TEST(Tables, AreAsWideAsTheyNeedInAPipe) {
  const std::string name(63, 'n');
  const std::string why(300, 'w');
  EXPECT_EQ(printed({{"A", "B"}, {{name, why}}}, kUnlimited),
            "A" + std::string(64, ' ') + "B\n" + name + "  " + why + "\n");
}

TEST(Tables, WrapInATerminalAndLoseNothing) {
  const Table table{
      {"AT", "NAME", "WHY"},
      {{"2026-11-23 03:00:00Z", std::string(30, 'n'), "one two three four five six"}}};
  EXPECT_EQ(printed(table, 60),
            "AT                    NAME                  WHY\n"
            "2026-11-23 03:00:00Z  nnnnnnnnnnnnnnnnnnnn  one two three\n"
            "                      nnnnnnnnnn            four five six\n");
  const auto narrow = printed(table, 50);
  EXPECT_NE(narrow.find("2026-11-23 "), std::string::npos) << "a time breaks between its words";
  EXPECT_NE(narrow.find("\n03:00:00Z "), std::string::npos) << narrow;
}

TEST(Status, IsNeverCutInAPipe) {
  FakeWorld world;
  world.script.snapshot = troubled_snapshot();
  const std::string tail = "the last word of a long reason";
  auto& pool = world.script.snapshot.pools[0];
  pool.candidates[1].not_ready_reason = std::string(200, 'x') + " " + tail;
  pool.queues[0].reason = std::string(200, 'y') + " " + tail + "!";
  const auto out = world.run({"status"}).out;
  EXPECT_NE(out.find("x " + tail), std::string::npos) << out;
  EXPECT_NE(out.find("y " + tail + "!"), std::string::npos) << out;
  EXPECT_EQ(out.find("…"), std::string::npos) << out;
}

TEST(Status, WrapsToTheTerminalsWidth) {
  FakeWorld world;
  world.script.snapshot = troubled_snapshot();
  for (const std::size_t width : {80u, 100u, 200u}) {
    world.columns = width;
    const auto out = world.run({"status"}).out;
    std::istringstream lines{out};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), width) << line;
    EXPECT_EQ(out.find("…"), std::string::npos);
  }
}

TEST(Status, SaysWhyANodeIsNotReady) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  auto& node = world.script.snapshot.pools[0].candidates[1];
  node.ready = false;
  node.not_ready_reason = "no guard is armed yet";
  EXPECT_NE(world.run({"status"}).out.find("not ready: no guard"), std::string::npos);
  node.not_ready_reason.clear();
  node.ready = true;
  auto& holder = world.script.snapshot.pools[0].candidates[0];
  ASSERT_EQ(holder.node, world.script.snapshot.pools[0].owner.holder);
  holder.ready = false;
  holder.not_ready_reason = "mail: the files of its lease were removed";
  const auto out = world.run({"status"}).out;
  EXPECT_NE(out.find("the files of its lease"), std::string::npos) << out;
  EXPECT_EQ(out.find("not ready"), std::string::npos) << "its workers run: " << out;
}

TEST(Explain, ReportsProblemsOfTheStoreAndThePoolFirst) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.set_back = "node job1 has seen epoch 9, the store has 7";
  world.script.snapshot.pools[0].frozen_for = Millis{9000};
  const auto out = world.run({"explain", "mail"}).out;
  const auto rules = out.find("RULE");
  EXPECT_LT(out.find("THE STORE WAS SET BACK"), rules) << out;
  EXPECT_LT(out.find("FROZEN for 9.0s"), rules) << out;
  EXPECT_EQ(out.find("remembers"), std::string::npos) << out;
  EXPECT_NE(world.run({"explain", "mail", "--format", "json"}).out.find("\"alarms\": [\n"),
            std::string::npos);
}

}  // namespace
}  // namespace jobflip::cli
