/// audit prune: what is removed, and that nothing is unless an export has it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/audit_prune.hpp"
#include "jobflip/audit/chain.hpp"
#include "jobflip/audit/file_digest.hpp"
#include "jobflip/base/time_text.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

class AuditPrune : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_ / "old.json";
    fill_audit(world_.script, 8);
    happened(3, "2024-12-30 00:00:00");
    world_.typed = "yes\n";
    world_.terminal = true;
  }

  /// The first `count` events of mail at that time, each with its right hash.
  void happened(int count, const std::string& at) {
    auto& script = world_.script;
    std::string previous(audit::kHashBytes, '\0');
    for (auto& event : script.audit) {
      if (event.chain != "mail") continue;
      if (event.seq <= count) event.at = *parse_utc_time(at) + Micros{event.seq};
      event.previous_hash = previous;
      previous = event.hash = audit::audit_hash(previous, event);
    }
    script.heads[1].hash = previous;
  }
  Ran prune(const std::vector<std::string>& more = {}, const std::string& before = "2025-01") {
    std::vector<std::string> words{"audit", "prune", "--before", before, "--export", path_};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }
  bool exported() const { return std::filesystem::exists(path_); }
  std::vector<ports::AuditSeal>& seals() { return world_.script.seals; }

  FakeWorld world_;
  const test::TempFolder temp_;
  const std::filesystem::path folder_ = temp_.path();
  std::string path_;
};

TEST_F(AuditPrune, SealsWhatAnExportHas) {
  const auto ran = prune({"--reason", "the rule of two years"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(seals().size(), 1u);
  const auto& seal = seals()[0];
  EXPECT_EQ(seal.chain, "mail");
  EXPECT_EQ(seal.up_to, 3);
  EXPECT_EQ(seal.events, 3);
  EXPECT_EQ(seal.hash, world_.script.audit[2].hash);
  EXPECT_EQ(seal.reason, "the rule of two years");
  EXPECT_EQ(seal.actor, "ann");
  EXPECT_EQ(seal.before, parse_utc_time("2025-01-01 00:00:00"));
  std::ifstream in{path_};
  EXPECT_EQ(seal.sha256, audit::sha256_of(in));
  EXPECT_NE(ran.err.find(seal.sha256), std::string::npos);
  const auto verified = world_.run({"audit", "verify", "--file", path_});
  EXPECT_NE(verified.out.find("intact: 3 events in 1 chain\n"), std::string::npos) << verified.out;
}

TEST_F(AuditPrune, TheSecondTimeTheExportBeginsWhereTheFirstOneEnded) {
  auto& audit = world_.script.audit;
  audit.erase(audit.begin(), audit.begin() + 2);
  auto& last = audit[5];
  ASSERT_EQ(last.seq, 8);
  last.kind = "audit_sealed";
  last.payload = R"({"up_to": 2, "events": 2, "sha256": "ab", "hash": ")" +
                 [](const std::string& bytes) {
                   std::string out;
                   for (const unsigned char c : bytes) {
                     constexpr const char* kDigits = "0123456789abcdef";
                     out += kDigits[c / 16];
                     out += kDigits[c % 16];
                   }
                   return out;
                 }(audit[0].previous_hash) +
                 "\"}";
  last.hash = audit::audit_hash(last.previous_hash, last);
  world_.script.heads[1].hash = last.hash;
  const auto store = world_.run({"audit", "verify"});
  EXPECT_NE(store.out.find("sealed: 2 events up to 2, in the export with sha256 ab"),
            std::string::npos)
      << store.out << store.err;
  const auto ran = prune();
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(seals().size(), 1u);
  EXPECT_EQ(seals()[0].events, 1);
  EXPECT_EQ(seals()[0].up_to, 3);
  const auto verified = world_.run({"audit", "verify", "--file", path_});
  EXPECT_NE(verified.out.find("intact from event 3 on"), std::string::npos) << verified.out;
}

TEST_F(AuditPrune, GoesUpToTheFirstEventThatIsNotOldAndNoFurther) {
  happened(8, "2024-12-30 00:00:00");
  world_.script.audit[4].at = wall();  // the clock was set back after it
  happened(0, "2024-12-30 00:00:00");
  EXPECT_EQ(prune().code, 0);
  ASSERT_EQ(seals().size(), 1u);
  EXPECT_EQ(seals()[0].up_to, 4);
}

TEST_F(AuditPrune, AChainOfWhichAllIsOldGoesAsAWhole) {
  happened(8, "2024-12-30 00:00:00");
  EXPECT_EQ(prune().code, 0);
  ASSERT_EQ(seals().size(), 1u);
  EXPECT_EQ(seals()[0].up_to, 8);
  EXPECT_EQ(seals()[0].hash, world_.script.heads[1].hash);
}

TEST_F(AuditPrune, RemovesNothingWithoutAYesOrWithDryRun) {
  world_.typed = "no\n";
  EXPECT_EQ(prune().code, 1);
  EXPECT_FALSE(exported());
  const auto dry = prune({"--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("mail"), std::string::npos);
  EXPECT_FALSE(exported());
  world_.terminal = false;
  const auto blind = prune();
  EXPECT_EQ(blind.code, 2);
  EXPECT_NE(blind.err.find("--yes"), std::string::npos);
  EXPECT_TRUE(seals().empty());
  EXPECT_EQ(prune({"--yes"}).code, 0);
  EXPECT_EQ(seals().size(), 1u);
}

TEST_F(AuditPrune, RefusesALogThatIsBroken) {
  world_.script.audit[5].reason = "x";
  const auto ran = prune();
  EXPECT_EQ(ran.code, 8);
  EXPECT_NE(ran.err.find("chain mail, event 6: edited"), std::string::npos) << ran.err;
  EXPECT_FALSE(exported());
  EXPECT_TRUE(seals().empty());
}

TEST_F(AuditPrune, OverwritesNoFile) {
  std::ofstream{path_} << "the only copy";
  const auto ran = prune();
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("is there already"), std::string::npos) << ran.err;
  EXPECT_TRUE(seals().empty());
  std::ifstream in{path_};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>{in}, {}), "the only copy");
}

TEST_F(AuditPrune, RemovesNothingIfTheFileCannotBeWritten) {
  path_ = folder_ / "no" / "such.json";
  EXPECT_EQ(prune().code, 1);
  EXPECT_TRUE(seals().empty());
}

TEST_F(AuditPrune, WantsAMonthThatHasBegun) {
  EXPECT_EQ(prune({"--dry-run"}, "2026-11").code, 0) << "the month of wall()";
  for (const std::string month : {"2026-12", "2025", "2025-13", "2025-1", "2025-01-01", "soon"}) {
    const auto ran = prune({}, month);
    EXPECT_EQ(ran.code, 2) << month;
    EXPECT_NE(ran.err.find("--before"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(world_.run({"audit", "prune", "--before", "2025-01"}).code, 2);
  EXPECT_EQ(world_.run({"audit", "prune", "--export", path_}).code, 2);
}

TEST_F(AuditPrune, SaysThatNothingIsAsOld) {
  const auto ran = prune({}, "2024-01");
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.err.find("nothing in the log is as old"), std::string::npos);
  EXPECT_FALSE(exported());
}

// As the timer runs it. wall() is in November 2026.
class AuditPruneByItself : public AuditPrune {
 protected:
  Ran keep(const std::string& months, const std::vector<std::string>& more = {"--yes"}) {
    std::vector<std::string> words{"audit", "prune",    "--keep-months",
                                   months,  "--folder", folder_.string()};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }
  bool has(const std::string& name) const { return std::filesystem::exists(folder_ / name); }
};

TEST_F(AuditPruneByItself, KeepsSoManyWholeMonthsAndNamesTheFile) {
  EXPECT_EQ(keep("23").code, 0) << "December 2024 is the 23rd";
  EXPECT_TRUE(seals().empty());
  const auto ran = keep("22");
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(seals().size(), 1u);
  EXPECT_EQ(rfc3339(seals()[0].before).substr(0, 10), "2025-01-01");
  EXPECT_TRUE(has("audit-before-2025-01.json"));
  EXPECT_NE(ran.err.find("audit-before-2025-01.json has them"), std::string::npos) << ran.err;
}

TEST_F(AuditPruneByItself, TakesAnotherNameIfARunFailedHalfway) {
  std::ofstream{folder_ / "audit-before-2025-01.json"} << "what the first run removed";
  EXPECT_EQ(keep("22").code, 0);
  EXPECT_TRUE(has("audit-before-2025-01.2.json"));
  EXPECT_EQ(std::filesystem::file_size(folder_ / "audit-before-2025-01.json"), 26u);
}

TEST_F(AuditPruneByItself, NeverFollowsALinkThatStandsInTheFolder) {
  std::filesystem::create_symlink("elsewhere", folder_ / "audit-before-2025-01.json");
  EXPECT_EQ(keep("22").code, 0);
  EXPECT_FALSE(has("elsewhere"));
  EXPECT_TRUE(has("audit-before-2025-01.2.json"));
}

TEST_F(AuditPruneByItself, StopsIfTheFolderIsFullOfSuchFiles) {
  std::ofstream{folder_ / "audit-before-2025-01.json"} << "x";
  for (int n = 2; n <= 100; ++n)
    std::ofstream{folder_ / ("audit-before-2025-01." + std::to_string(n) + ".json")} << "x";
  const auto ran = keep("22");
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("failed halfway"), std::string::npos) << ran.err;
  EXPECT_TRUE(seals().empty());
}

TEST_F(AuditPruneByItself, WantsAFolderBeforeItLooksAtTheLog) {
  std::filesystem::remove(folder_);
  const auto ran = keep("500");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("is not a folder"), std::string::npos) << ran.err;
}

TEST_F(AuditPruneByItself, WantsBothOptionsOrTheOtherTwo) {
  EXPECT_EQ(world_.run({"audit", "prune", "--keep-months", "12", "--yes"}).code, 2);
  EXPECT_EQ(world_.run({"audit", "prune", "--folder", folder_, "--yes"}).code, 2);
  EXPECT_EQ(prune({"--keep-months", "12", "--yes"}).code, 2);
  EXPECT_EQ(prune({"--folder", folder_, "--yes"}).code, 2);
  for (const std::string months : {"0", "-1", "1201", "two", ""})
    EXPECT_EQ(keep(months).code, 2) << months;
  EXPECT_TRUE(seals().empty());
}

TEST(KeptMonths, BeginAtTheBeginningOfAMonth) {
  const auto kept = [](int months, const std::string& now) {
    return rfc3339(begin_of_kept_months(months, *parse_utc_time(now))).substr(0, 19);
  };
  EXPECT_EQ(kept(1, "2026-11-28 10:00:00"), "2026-10-01T00:00:00");
  EXPECT_EQ(kept(1, "2026-01-01 00:00:00"), "2025-12-01T00:00:00");
  EXPECT_EQ(kept(12, "2024-02-29 23:59:59"), "2023-02-01T00:00:00");
  EXPECT_EQ(kept(1200, "2026-03-31 12:00:00"), "1926-03-01T00:00:00");
}

TEST_F(AuditPrune, KeepsTheFileIfTheStoreRefuses) {
  world_.script.seal_answer = Error{ErrorCode::store_denied, "permission denied", ""};
  const auto ran = prune();
  EXPECT_NE(ran.code, 0);
  EXPECT_TRUE(exported());
  EXPECT_NE(ran.err.find("0 of 1 chains were removed: keep"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace jobflip::cli
