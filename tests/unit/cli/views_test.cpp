/// status, explain, history, show, audit list: what they print in each format.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

void expect_views(FakeWorld& world, const std::string& name,
                  const std::vector<std::string>& words) {
  world.columns = 100;
  for (const std::string format : {"table", "json", "tsv"}) {
    auto all = words;
    all.insert(all.end(), {"--format", format});
    const auto ran = world.run(all);
    EXPECT_EQ(ran.code, 0) << name << ran.err;
    expect_golden(name + "." + (format == "table" ? "txt" : format), ran.out);
    EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << "no escape of a stranger gets through";
    if (format == "json") {
      const auto parsed = json::parse(ran.out, nullptr, false);
      ASSERT_TRUE(parsed.is_object()) << ran.out;
      EXPECT_EQ(parsed["schema"], 1);
    } else if (format == "table") {
      expect_fits(ran.out);
    } else if (format == "tsv") {
      std::istringstream lines{ran.out};
      std::string header;
      std::getline(lines, header);
      const auto tabs = std::count(header.begin(), header.end(), '\t');
      for (std::string line; std::getline(lines, line);) {
        EXPECT_EQ(std::count(line.begin(), line.end(), '\t'), tabs) << line;
      }
    }
  }
}

TEST(Status, ShowsACalmFleetInEveryFormat) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  expect_views(world, "status_calm", {"status"});
}

TEST(Status, ShowsEverythingAbnormalInEveryFormat) {
  FakeWorld world;
  world.script.snapshot = troubled_snapshot();
  expect_views(world, "status_troubled", {"status", "mail"});
}

TEST(Status, NamesTheExactCommandThatLiftsACooldown) {
  FakeWorld world;
  world.script.snapshot = troubled_snapshot();
  EXPECT_NE(world.run({"status"}).out.find("jobflip ack mail --comment TEXT"), std::string::npos);
}

TEST(Status, ShowsDamagedRowsAndTheRestAsItIs) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  for (int i = 0; i < 12; ++i)
    world.script.snapshot.damaged.push_back("pool gone" + std::to_string(i) + ": its row \x1b[31m");
  const auto ran = world.run({"status"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("DAMAGED: pool gone0: its row"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("DAMAGED: 12 rows in all"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
  EXPECT_NE(ran.out.find("mail"), std::string::npos);
  EXPECT_NE(world.run({"explain", "mail"}).out.find("DAMAGED: pool gone0"), std::string::npos);
  const auto asked = world.run({"status", "gone3"});
  EXPECT_EQ(asked.code, 1) << asked.err;
  EXPECT_NE(asked.err.find("pool gone3: its row"), std::string::npos) << asked.err;
}

TEST(Status, SaysWhatToDoIfThereIsNothing) {
  FakeWorld world;
  const auto ran = world.run({"status"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("there are no pools: create them with `jobflip apply FILE`"),
            std::string::npos);
  EXPECT_NE(ran.out.find("NO SUPERVISOR leads"), std::string::npos);
}

TEST(Status, ShowsAFreePool) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  auto& owner = world.script.snapshot.pools[0].owner;
  owner = {Epoch{4}, core::OwnerState::released, NodeName::of("job1"), std::nullopt, std::nullopt};
  auto ran = world.run({"status"});
  EXPECT_NE(ran.out.find("active nowhere; the last was job1 (epoch 4)"), std::string::npos);
  EXPECT_NE(ran.out.find("NOT ACTIVE"), std::string::npos);
  owner.holder = NodeName{};
  EXPECT_NE(world.run({"status"}).out.find("active nowhere, and never was"), std::string::npos);
}

TEST(Status, DoesNotCallANodeSilentThatBeatsAndHasNotRenewed) {
  FakeWorld world;
  world.script.snapshot = troubled_snapshot();
  ASSERT_NE(world.run({"status"}).out.find("SILENT: job1"), std::string::npos);
  for (auto& candidate : world.script.snapshot.pools[0].candidates)
    candidate.beat_age = Millis{300};
  const auto ran = world.run({"status"});
  EXPECT_NE(ran.out.find("NOT RENEWED: job1 beats, and has not renewed its lease for 9.0s"),
            std::string::npos)
      << ran.out;
  EXPECT_EQ(ran.out.find("SILENT"), std::string::npos);
}

TEST(Status, AsksWhichPoolWasMeant) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  auto ran = world.run({"status", "mial"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "ERROR: there is no pool \"mial\"\nHINT: did you mean \"mail\"?\n");
  ran = world.run({"status", "x' or 1=1 --\x1b[2J"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "ERROR: there is no pool \"x' or 1=1 --\\x1b[2J\"\nHINT: pools are: mail\n");
}

TEST(Status, FitsWithTheLongestNames) {
  FakeWorld world;
  world.columns = 100;
  world.script.snapshot = troubled_snapshot();
  const std::string name(63, 'n');
  auto& pool = world.script.snapshot.pools[0];
  pool.settings.name = PoolName::of(name);
  pool.candidates[0].node = NodeName::of(name);
  pool.owner.holder = NodeName::of(name);
  pool.queues[0].queue = QueueName::of(name);
  pool.queues[0].sample->done = INT64_MAX;
  pool.queues[0].sample->runnable = INT64_MAX;
  pool.queues[0].sample->running = INT64_MAX;
  const auto ran = world.run({"status"});
  EXPECT_EQ(ran.code, 0);
  expect_fits(ran.out.substr(ran.out.find("NODE")));
}

TEST(Status, WatchContinuesThroughAStoreThatComesBack) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot_error = Error{ErrorCode::store_unreachable, "gone", ""};
  world.interrupt_at = world.now + 10s;
  world.on_wait = [&] {
    if (world.now > Instant{1h} + 5s) world.script.snapshot_error.reset();
  };
  const auto ran = world.run({"status", "--watch", "--interval", "2s"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.err.find("ERROR: gone"), std::string::npos);
  EXPECT_NE(ran.out.find("mail: active on job1"), std::string::npos);
}

TEST(Status, WatchEndsIfAnotherTryCannotHelp) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  EXPECT_EQ(world.run({"status", "none", "--watch"}).code, 2);
}

TEST(Explain, ShowsEveryRuleInEveryFormat) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  expect_views(world, "explain_calm", {"explain", "mail"});
  world.script.snapshot = troubled_snapshot();
  expect_views(world, "explain_troubled", {"explain", "mail"});
}

TEST(Explain, AStalledPoolWouldFlipOnlyWhileASupervisorLeads) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  auto& queue = world.script.snapshot.pools[0].queues[0];
  queue.verdict = "STALLED";
  auto ran = world.run({"explain", "mail"});
  EXPECT_NE(ran.out.find("automatic flip is allowed now, to job2"), std::string::npos) << ran.out;
  world.script.snapshot.supervisors->owner.beat_age = 40s;
  ran = world.run({"explain", "mail"});
  EXPECT_NE(ran.out.find("supervisor-late (no supervisor leads)"), std::string::npos) << ran.out;
  world.script.snapshot = calm_snapshot();
  world.script.snapshot.pools[0].queues[0].verdict = "STALLED";
  world.script.snapshot.pools[0].queues[0].sample_age = 10min;
  ran = world.run({"explain", "mail"});
  EXPECT_NE(ran.out.find("an automatic flip is blocked now: verdict"), std::string::npos)
      << "a verdict that is too old is none: " << ran.out;
}

std::vector<core::HistoryEntry> some_history() {
  core::HistoryEntry flip;
  flip.at = wall();
  flip.pool = PoolName::of("mail");
  flip.kind = core::HistoryKind::flip;
  flip.flip = FlipId{7};
  flip.from = "job1";
  flip.to = "job2";
  flip.outcome = "verified";
  flip.to_active = 420ms;
  flip.to_end = 4200ms;
  flip.actor = "supervisor";
  flip.reason = "queue email is STALLED: no activity for 3m10s while 3 jobs are due";
  core::HistoryEntry hold;
  hold.at = wall(-5min);
  hold.pool = flip.pool;
  hold.kind = core::HistoryKind::hold;
  hold.outcome = "cooldown";
  hold.reason = "tab\there, newline\nthere \x1b[31m";
  core::HistoryEntry takeover = flip;
  takeover.kind = core::HistoryKind::takeover;
  takeover.from = "";
  takeover.flip.reset();
  takeover.to_end.reset();
  return {flip, hold, takeover};
}

TEST(History, ShowsFlipsHoldsAndTakeoversInEveryFormat) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.history = some_history();
  expect_views(world, "history", {"history", "mail", "--limit", "5"});
  EXPECT_EQ(world.script.asked.back(), "history mail 6");
}

TEST(History, SaysThatNothingHappenedYet) {
  FakeWorld world;
  const auto ran = world.run({"history"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "NOTICE: nothing has happened yet\n");
}

TEST(History, KnowsItsPools) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  EXPECT_EQ(world.run({"history", "none"}).code, 2);
}

TEST(Show, PrintsTheTimelineInEveryFormat) {
  FakeWorld world;
  world.script.timelines.push_back(timeline_until(core::FlipState::verified));
  expect_views(world, "show", {"show", "7"});
}

TEST(Show, PrintsEvidenceThatIsNotJsonHarmlessly) {
  FakeWorld world;
  auto timeline = timeline_until(core::FlipState::started);
  timeline.evidence = "{broken \x1b[2J";
  timeline.flip.host_is_off = true;
  world.script.timelines.push_back(timeline);
  const auto table = world.run({"show", "7"});
  EXPECT_NE(table.out.find("{broken \\x1b[2J"), std::string::npos);
  EXPECT_NE(table.out.find("a person stated that the old host is powered off"), std::string::npos);
  const auto ran = world.run({"show", "7", "--format", "json"});
  EXPECT_TRUE(json::parse(ran.out)["evidence"].is_null());
  EXPECT_NE(ran.err.find("the evidence is not JSON"), std::string::npos) << ran.err;
}

TEST(Show, SaysThatThereIsNoSuchFlip) {
  FakeWorld world;
  const auto ran = world.run({"show", "99"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "ERROR: there is no flip 99\n");
}

// The hashes say which they are: a list shows them and verifies nothing.
TEST(AuditList, ShowsEventsInEveryFormat) {
  const auto named = [](std::string name) {
    name.resize(32, '.');
    return name;
  };
  FakeWorld world;
  world.script.audit = {audit_event("mail", 1, std::string(32, '\0')),
                        audit_event("mail", 2, named("mail#1"))};
  world.script.audit[0].hash = named("mail#1");
  world.script.audit[1].hash = named("mail#2");
  world.script.audit[0].reason = "a\tb\nc \x1b[31m";
  expect_views(world, "audit_list", {"audit", "list", "--pool", "mail"});
  EXPECT_EQ(world.run({"audit", "list", "--pool", "it's"}).code, 2);
}

TEST(Views, JsonHasNothingThatMovesACursorOrHides) {
  FakeWorld world;
  auto snapshot = calm_snapshot();
  snapshot.pools[0].queues[0].reason =
      "\xc2\x9b"
      "2J\x7f\xe2\x80\xae"
      "caf\xc3\xa9";
  world.script.snapshot = snapshot;
  const auto out = world.run({"status", "--format", "json"}).out;
  EXPECT_NE(out.find("\\u009b2J\\u007f\\u202ecaf\xc3\xa9"), std::string::npos);
}

TEST(Views, EvidenceNestedWithoutEndIsShownAsText) {
  FakeWorld world;
  auto timeline = timeline_until(core::FlipState::verified);
  timeline.evidence = std::string(200'000, '[') + std::string(200'000, ']');
  world.script.timelines.push_back(timeline);
  EXPECT_EQ(world.run({"show", "7", "--format", "json"}).code, 0);
  EXPECT_EQ(world.run({"show", "7"}).code, 0);
}

}  // namespace
}  // namespace jobflip::cli
