// Settings that contradict what was learned: `apply` warns.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "jobflip/core/rhythm.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"
#include "unit/cli/mail_pool.hpp"

namespace jobflip::cli {
namespace {

using namespace std::chrono_literals;

/// What `apply` says of the settings of a file.
class ApplyAdvice : public ::testing::Test {
 protected:
  Ran apply(std::vector<std::string> more) {
    const auto file = folder_.path() + "/pools.toml";
    std::ofstream{file} << kMailPool << R"(stall_after = "30s"
)";
    std::vector<std::string> words{"apply", file};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }
  void learn(Millis gap) {
    core::Rhythm rhythm;
    rhythm.served = 20;
    rhythm.quiet_gaps.add(gap);
    world_.script.all_learned = std::vector<core::Learned>{
        {PoolName::of("mail"), QueueName::of("email"), core::rhythm_document(rhythm)}};
  }
  FakeWorld world_;
  test::TempFolder folder_;
};

TEST_F(ApplyAdvice, NamesTheSettingWhatWasLearnedAndTheFixAndAppliesAllTheSame) {
  world_.script.snapshot = calm_snapshot();
  learn(6min);
  for (const bool dry : {true, false}) {
    const auto ran =
        apply(dry ? std::vector<std::string>{"--dry-run"} : std::vector<std::string>{});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.err.find("WARNING: pool mail queue email: stall_after = \"30s\", but quiet gaps "
                           "of up to about 6m"),
              std::string::npos)
        << ran.err;
    EXPECT_NE(ran.err.find("HINT: set stall_after = \""), std::string::npos) << ran.err;
  }
  const auto json = nlohmann::json::parse(apply({"--dry-run", "--format", "json"}).out);
  ASSERT_EQ(json["warnings"].size(), 1U);
  EXPECT_EQ(json["warnings"][0]["pool"], "mail");
  EXPECT_EQ(json["warnings"][0]["value_ms"], 30'000);
  EXPECT_GE(json["warnings"][0]["learned_ms"], 360'000);
}

TEST_F(ApplyAdvice, SaysNothingIfAllFitsOrNothingIsKnown) {
  world_.script.snapshot = calm_snapshot();
  EXPECT_EQ(apply({"--dry-run"}).err.find("WARNING: pool "), std::string::npos);
  learn(20s);
  EXPECT_EQ(apply({"--dry-run"}).err.find("WARNING: pool "), std::string::npos);
}

TEST_F(ApplyAdvice, IsNoReasonToFail) {
  world_.script.snapshot = calm_snapshot();
  world_.script.all_learned = Error{ErrorCode::store_failed, "no function", ""};
  const auto ran = apply({});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("the settings were not compared with what was learned: no function"),
            std::string::npos)
      << ran.err;
}

TEST_F(ApplyAdvice, IsBesideATableForProgramsToo) {
  world_.script.snapshot = calm_snapshot();
  learn(6min);
  const auto ran = apply({"--dry-run", "--format", "tsv"});
  EXPECT_NE(ran.err.find("WARNING: pool mail queue email: stall_after"), std::string::npos)
      << ran.err;
  EXPECT_EQ(apply({"--dry-run", "--format", "json"}).err.find("stall_after"), std::string::npos)
      << "the document has it";
}

}  // namespace
}  // namespace jobflip::cli
