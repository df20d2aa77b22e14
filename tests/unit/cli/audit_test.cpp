/// audit verify and audit export: valid exports, broken chains, and files that are not an export.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using nlohmann::json;

TEST(AuditVerify, SaysThatTheLogHolds) {
  FakeWorld world;
  fill_audit(world.script, 2500);
  const auto ran = world.run({"audit", "verify"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("the audit log is intact: 2501 events in 2 chains"), std::string::npos);
  const auto parsed = json::parse(world.run({"audit", "verify", "--format", "json"}).out);
  EXPECT_EQ(parsed["sound"], true);
  EXPECT_EQ(parsed["chains"][1]["events"], 2500);
}

TEST(AuditVerify, IgnoresEventsThatWereAddedMeanwhile) {
  FakeWorld world;
  fill_audit(world.script, 1500);
  world.script.audit.push_back(audit_event("mail", 1501, world.script.heads[1].hash));
  EXPECT_EQ(world.run({"audit", "verify"}).code, 0);
}

void expect_broken(Script script, const std::string& wanted) {
  FakeWorld world;
  world.script = std::move(script);
  const auto ran = world.run({"audit", "verify"});
  EXPECT_EQ(ran.code, 8);
  EXPECT_NE(ran.err.find(wanted), std::string::npos) << ran.err;
  const auto parsed = json::parse(world.run({"audit", "verify", "--format", "json"}).out);
  EXPECT_EQ(parsed["sound"], false);
}

TEST(AuditVerify, NamesTheChainTheEventAndWhy) {
  Script sound;
  fill_audit(sound, 1200);
  auto changed = sound;
  changed.audit[1100].hash[0] = 'X';
  expect_broken(changed,
                "chain mail, event 1101: edited\nDETAIL: its hash is not the hash of what it says "
                "(lease_taken, 2026-11-23 03:18:21Z)");
  auto removed = sound;
  removed.audit.erase(removed.audit.begin() + 4);
  expect_broken(removed,
                "chain mail, event 5: deleted\nDETAIL: event 5 is missing: 6 (lease_taken, ");
  auto cut = sound;
  cut.audit.erase(cut.audit.begin() + 1199);
  expect_broken(
      cut,
      "chain mail, event 1200: truncated\nDETAIL: the chain ends at 1199, and its head says 1200");
  auto empty = sound;
  empty.audit.clear();
  expect_broken(empty, "the chain ends at 0, and its head says 1");
  auto head = sound;
  head.heads[1].hash[5] = 'X';
  expect_broken(head, "the chain's head has another hash than its last event");
}

// As the store lists a chain whose head row is missing.
TEST(AuditVerify, FindsAChainWhoseHeadIsGoneAndEventsBelowTheFirst) {
  Script sound;
  fill_audit(sound, 30);
  auto headless = sound;
  headless.heads[1] = {"mail", 0, std::string(32, '\0')};
  expect_broken(headless,
                "chain mail, event 30: headless\nDETAIL: the chain has events and no head");
  for (const std::int64_t seq : {0, -7}) {
    auto below = sound;
    below.audit.insert(below.audit.begin(), audit_event("mail", seq, std::string(32, '\0')));
    expect_broken(below, "chain mail, event " + std::to_string(seq) +
                             ": inserted\nDETAIL: no event has a number below 1");
  }
}

class AuditFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "jobflip-audit-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    fill_audit(world_.script, 20);
    path_ = folder_ / "audit.json";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// Exports, lets `change` edit the file, and verifies it.
  Ran verify_changed(const std::function<void(json&)>& change) {
    EXPECT_EQ(world_.run({"audit", "export", "--output", path_}).code, 0);
    json document = json::parse(std::ifstream{path_});
    change(document);
    std::ofstream{path_} << document.dump();
    return world_.run({"audit", "verify", "--file", path_});
  }
  FakeWorld world_;
  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(AuditFile, HoldsAfterTheWayThroughAFile) {
  world_.script.audit.clear();
  fill_audit(world_.script, 1100);  // more than a page
  const auto ran = verify_changed([](json&) {});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("1101 events in 2 chains"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".partial"));
}

/// The store may be out of reach, or what is suspected.
TEST_F(AuditFile, IsComparedWithHeadsThatWereKeptElsewhere) {
  ASSERT_EQ(verify_changed([](json&) {}).code, 0);
  const auto document = json::parse(std::ifstream{path_});
  const auto anchors = (folder_ / "heads").string();
  const auto verify = [&](const std::string& line) {
    std::ofstream{anchors} << line << "\n";
    return world_.run({"audit", "verify", "--file", path_, "--anchors", anchors});
  };
  const std::string seventh = document["events"][7]["hash"];
  ASSERT_EQ(document["events"][7]["chain"], "mail");
  const auto seq = std::to_string(document["events"][7]["seq"].get<int>());
  world_.script.conninfo.clear();
  EXPECT_EQ(verify("mail " + seq + " " + seventh).code, 0);
  auto ran = verify("mail " + seq + " " + std::string(64, 'a'));
  EXPECT_EQ(ran.code, 8);
  EXPECT_NE(ran.err.find("another hash than the one that was anchored"), std::string::npos);
  ran = verify("mail 21 " + seventh);
  EXPECT_EQ(ran.code, 8);
  EXPECT_NE(ran.err.find("event 21: truncated\nDETAIL: the chain ends at 20, and an anchor has "
                         "event 21"),
            std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find("HINT: an older export has the event as it was: jq '.events[] | "
                         "select(.chain == \"mail\" and .seq == 21)' FILE"),
            std::string::npos);
  EXPECT_EQ(world_.script.conninfo, "") << "no store was opened";
}

TEST_F(AuditFile, HasNoTsvFormAndSaysSo) {
  const auto ran = world_.run({"audit", "export", "--format", "tsv"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("--format"), std::string::npos) << ran.err;
  EXPECT_EQ(world_.run({"audit", "export", "--format", "json"}).code, 0);
}

TEST(AuditList, WideHasTheReasonAndThePayloadInOneLineForEachEvent) {
  FakeWorld world;
  fill_audit(world.script, 1);
  auto& event = world.script.audit.front();
  event.reason = "a reason\x1b[31m";
  event.payload = R"({"long": ")" + std::string(6000, 'x') + R"(", "end": 1})";
  world.columns = 80;
  const auto wide = world.run({"audit", "list", "--wide"});
  EXPECT_EQ(wide.code, 0);
  EXPECT_NE(wide.out.find("PAYLOAD"), std::string::npos);
  EXPECT_NE(wide.out.find("a reason\\x1b[31m"), std::string::npos);
  EXPECT_NE(wide.out.find(event.payload + "\n"), std::string::npos) << "whole, and last";
  const auto narrow = world.run({"audit", "list"});
  EXPECT_EQ(narrow.out.find("PAYLOAD"), std::string::npos);
  EXPECT_NE(world.run({"audit", "list", "--wide", "--format", "tsv"}).out.find(event.payload),
            std::string::npos);
}

TEST(AuditList, NamesTheChainsIfThereIsNoneOfThatName) {
  FakeWorld world;
  fill_audit(world.script, 3);
  EXPECT_EQ(world.run({"audit", "list", "--pool", "mail"}).code, 0);
  const auto ran = world.run({"audit", "list", "--pool", "nosuch"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "ERROR: there is no chain \"nosuch\"\nHINT: chains are: jobflip, mail\n");
}

TEST_F(AuditFile, IsTheSameOnStandardOutput) {
  ASSERT_EQ(world_.run({"audit", "export", "--output", path_}).code, 0);
  std::ifstream in{path_};
  const std::string file{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(world_.run({"audit", "export"}).out, file);
  const auto parsed = json::parse(file);
  EXPECT_EQ(parsed["events"].size(), 21u);
  EXPECT_EQ(parsed["events"][0]["payload"]["a"], 1);
  EXPECT_EQ(parsed["events"][0]["payload_text"], "{\"a\": 1}") << "the text that was hashed";
}

TEST_F(AuditFile, ShowsEveryKindOfTampering) {
  EXPECT_EQ(verify_changed([](json& d) { d["events"][3]["hash"] = std::string(64, '0'); }).code, 8);
  EXPECT_EQ(verify_changed([](json& d) { d["events"].erase(2); }).code, 8);
  EXPECT_EQ(verify_changed([](json& d) { d["events"].erase(d["events"].size() - 1); }).code, 8);
  EXPECT_EQ(verify_changed([](json& d) { d["heads"].erase(1); }).code, 8) << "a chain without head";
  EXPECT_EQ(verify_changed([](json& d) { d["heads"][1]["seq"] = 19; }).code, 8);
}

TEST_F(AuditFile, HoldsWhatTheStoreHoldsWithoutAHeadAndBelowTheFirst) {
  world_.script.heads[1] = {"mail", 0, std::string(32, '\0')};
  EXPECT_EQ(verify_changed([](json& d) { EXPECT_EQ(d["events"].size(), 21u); }).code, 8);
  world_.script.audit.clear();
  fill_audit(world_.script, 20);
  EXPECT_EQ(verify_changed([](json&) {}).code, 0);
  world_.script.audit.insert(world_.script.audit.begin(),
                             audit_event("mail", -7, std::string(32, '\0')));
  EXPECT_EQ(verify_changed([](json& d) { EXPECT_EQ(d["events"].size(), 22u); }).code, 8);
}

TEST_F(AuditFile, RefusesAFileThatIsNotAnExport) {
  const std::function<void(json&)> changes[] = {
      [](json& d) { d = json::array(); },
      [](json& d) { d["schema"] = 2; },
      [](json& d) { d.erase("heads"); },
      [](json& d) { d["events"] = 1; },
      [](json& d) { d["events"][0].erase("reason"); },
      [](json& d) { d["events"][0]["seq"] = "1"; },
      [](json& d) { d["events"][0]["hash"] = "zz"; },
      [](json& d) { d["events"][0]["at"] = "2020-01-01T00:00:00.000000Z"; },
      [](json& d) { d["events"][0]["at_us"] = INT64_MAX; },
      [](json& d) { d["events"][0]["payload"] = "{\"a\": 1}"; },
      [](json& d) { d["events"][0]["payload"]["a"] = 2; },
      [](json& d) { d["events"][0].erase("payload_text"); },
      [](json& d) { d["events"][0] = 1; },
      [](json& d) { d["heads"][0]["hash"] = nullptr; },
  };
  for (const auto& change : changes) {
    const auto ran = verify_changed(change);
    EXPECT_EQ(ran.code, 2) << ran.err;
    EXPECT_NE(ran.err.find("is not an audit export"), std::string::npos);
  }
  std::ofstream{path_} << "{\"a\": [[[";
  EXPECT_EQ(world_.run({"audit", "verify", "--file", path_}).code, 2);
  EXPECT_EQ(world_.run({"audit", "verify", "--file", folder_ / "none"}).code, 2);
}

TEST_F(AuditFile, IsWrittenThroughNoLinkThatSomebodyElsePutBesideIt) {
  const std::string path = folder_ / "new.json";
  const auto precious = folder_ / "precious";
  std::ofstream{precious} << "precious";
  const auto is_untouched = [&] {
    std::ifstream file{precious};
    return std::string{std::istreambuf_iterator<char>{file}, {}} == "precious";
  };
  ASSERT_EQ(world_.run({"audit", "export", "--output", path}).code, 0);
  for (const std::string& name : {path, path + ".partial"}) {
    std::filesystem::remove(name);
    std::filesystem::create_symlink(precious, name);
    EXPECT_EQ(world_.run({"audit", "export", "--output", path}).code, 0) << name;
    EXPECT_TRUE(is_untouched()) << name;
    EXPECT_EQ(world_.run({"audit", "verify", "--file", path}).code, 0) << name;
  }
}

TEST_F(AuditFile, SaysWhereItCannotWrite) {
  const auto ran = world_.run({"audit", "export", "--output", folder_ / "no" / "such.json"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("can't be written"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::cli
