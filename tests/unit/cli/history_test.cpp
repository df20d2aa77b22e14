/// history in full and in part, what a drained node goes on with, and the last flip in status.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

core::HistoryEntry some_flip_entry() {
  core::HistoryEntry entry;
  entry.at = wall();
  entry.pool = PoolName::of("mail");
  entry.kind = core::HistoryKind::flip;
  entry.flip = FlipId{7};
  entry.from = "job1";
  entry.to = "job2";
  entry.outcome = "verified";
  entry.to_active = 420ms;
  entry.to_end = 4200ms;
  entry.actor = "ann";
  entry.login = "ops1";
  entry.reason = std::string(150, 'r') + "\x1b[2J";
  return entry;
}

TEST(HistoryLimit, SaysThatThereAreMore) {
  FakeWorld world;
  world.script.history.assign(25, some_flip_entry());
  auto ran = world.run({"history"});
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 21);
  EXPECT_EQ(ran.err,
            "NOTICE: the newest 20 of more: --limit N has more of them, --until TIME older ones\n");
  EXPECT_EQ(world.run({"history", "--limit", "25"}).err, "");
  EXPECT_EQ(world.run({"history", "--limit", "24"}).err.substr(0, 18), "NOTICE: the newest");
  EXPECT_EQ(world.run({"history", "--format", "tsv"}).err, "") << "scripts asked for 20";
  EXPECT_EQ(json::parse(world.run({"history", "--format", "json"}).out)["history"].size(), 20u);
  fill_audit(world.script, 30);
  ran = world.run({"audit", "list"});
  EXPECT_EQ(ran.err,
            "NOTICE: the newest 20 of more: --limit N has more of them, --until TIME older ones\n");
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 21);
}

TEST(HistoryWide, HasEveryColumnInOneLine) {
  FakeWorld world;
  world.columns = 80;
  world.script.history = {some_flip_entry()};
  const auto ran = world.run({"history", "--wide"});
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 2) << ran.out;
  for (const std::string part : {"FROM", "LOGIN", "420ms", "4.2s", "ops1", "\\x1b[2J"})
    EXPECT_NE(ran.out.find(part), std::string::npos) << part;
  EXPECT_NE(ran.out.find(std::string(150, 'r')), std::string::npos);
  expect_fits(world.run({"history"}).out);
}

TEST(HistoryPool, MayBeNamedTwiceIfItIsTheSame) {
  FakeWorld world;
  world.script.history = {some_flip_entry()};
  EXPECT_EQ(world.run({"history", "mail", "--pool", "mail"}).code, 0);
  const auto ran = world.run({"history", "mail", "--pool", "paper"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "ERROR: POOL is \"mail\", and --pool is \"paper\"\nHINT: name one of them\n");
}

TEST(Drain, SaysWhatTheNodeGoesOnWithAndHowToMoveIt) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.pools[0].owner.epoch = Epoch{1'795'402'596'212};
  auto ran = world.run({"drain", "job1", "--reason", "kernel"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "job1 takes nothing over any more\n"
            "job1 goes on with 1 pool:\n"
            "POOL  EPOCH     TO MOVE IT AWAY\n"
            "mail  ..596212  `jobflip flip mail --from job1 --reason TEXT`\n");
  EXPECT_EQ(world.run({"drain", "job2", "--reason", "kernel"}).out,
            "job2 takes nothing over any more\njob2 holds no pool: it can be taken down\n");
  EXPECT_EQ(world.run({"undrain", "job1"}).out, "job1 may take over again\n");
  const auto held = json::parse(
      world.run({"drain", "job1", "--reason", "kernel", "--format", "json"}).out)["still_holds"];
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0]["pool"], "mail");
  EXPECT_EQ(held[0]["epoch"], 1'795'402'596'212);
  EXPECT_EQ(held[0]["command"], "jobflip flip mail --from job1 --reason TEXT");
}

TEST(Drain, ThatIsDoneIsDoneThoughTheStoreSaysNoMore) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.answer = core::OperatorAnswer{false, false, "rule", "no"};
  EXPECT_EQ(world.run({"drain", "job1", "--reason", "kernel"}).out, "") << "it was refused";
}

TEST(Status, ShowsTheLastFlipOfEachPool) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  auto& pool = world.script.snapshot.pools[0];
  EXPECT_EQ(world.run({"status"}).out.find("last flip"), std::string::npos);
  pool.last_flip = timeline_until(core::FlipState::verified).flip;
  pool.last_flip->reason = "disk full \x1b[2J" + std::string(100, 'x');
  const auto text = world.run({"status"}).out;
  EXPECT_NE(text.find("\n  last flip: 7 at 2026-11-23 03:00:00Z, job1 -> job2, verified: disk full "
                      "\\x1b[2Jxxx"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("xxx...\n"), std::string::npos) << "a long reason is shortened";
  const auto flip =
      json::parse(world.run({"status", "--format", "json"}).out)["pools"][0]["last_flip"];
  EXPECT_EQ(flip["flip"], 7);
  EXPECT_EQ(flip["state"], "verified");
  pool.last_flip->state = core::FlipState::draining;
  EXPECT_EQ(world.run({"status"}).out.find("last flip"), std::string::npos)
      << "an open one has a line of its own";
}

TEST(Suggestions, AreMadeForEveryKindOfName) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"stat"}, "did you mean \"status\"?"},
      {{"audit", "lst"}, "did you mean \"audit list\"?"},
      {{"help", "histroy"}, "did you mean `jobflip help history`?"},
      {{"explain", "mial"}, "did you mean \"mail\"?"},
      {{"pause", "mial", "--for", "1h", "--reason", "x"}, "did you mean \"mail\"?"},
      {{"undrain", "jbo3"}, "did you mean \"job3\"?"},
      {{"flip", "mail", "--to", "jbo2", "--dry-run"}, "did you mean \"job2\"?"},
      {{"flip", "mail", "--from", "jbo1", "--dry-run"}, "did you mean \"job1\"?"},
      {{"backtest", "emial"}, "did you mean \"email\"? write one of: mail/email"},
      {{"history", "--kind", "flips"}, "did you mean \"flip\"?"},
  };
  for (const auto& [words, hint] : cases) {
    const auto ran = world.run(words);
    EXPECT_NE(ran.code, 0) << words[0];
    EXPECT_NE(ran.err.find(hint), std::string::npos) << words[0] << ": " << ran.err;
  }
  world.script.flip_answers.push_back(core::FlipAnswer{false, FlipId{}, "target", "no candidate"});
  const auto refused = world.run({"flip", "mail", "--to", "jbo2", "--reason", "x", "--yes"});
  EXPECT_NE(refused.err.find("HINT: did you mean \"job2\"? "), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace jobflip::cli
