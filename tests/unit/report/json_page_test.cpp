/// docs/json.md names every key of a post-mortem and of a report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "jobflip/report/json.hpp"
#include "jobflip/report/month_json.hpp"
#include "support/build_paths.hpp"
#include "unit/report/sample_facts.hpp"
#include "unit/report/sample_month.hpp"

namespace jobflip::report {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

/// The section of the page that is about the command.
std::string section_of(const std::string& command) {
  std::ifstream file{test::source_path("docs/json.md")};
  std::ostringstream text;
  text << file.rdbuf();
  const auto page = text.str();
  const auto begin = page.find("\n## jobflip " + command + "\n");
  if (begin == std::string::npos) return "";
  return page.substr(begin, page.find("\n## ", begin + 4) - begin);
}

/// A flip is as `jobflip show` prints it, and the incident as `jobflip incident show` does.
void collect_keys(const Json& json, std::set<std::string>& keys) {
  if (json.is_array()) {
    for (const auto& one : json) collect_keys(one, keys);
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      keys.insert(key);
      if (key != "flips" && key != "incident") collect_keys(value, keys);
    }
  }
}

TEST(PostmortemJson, HasEveryKeyOnThePage) {
  const auto page = section_of("postmortem");
  ASSERT_FALSE(page.empty());
  std::set<std::string> keys;
  collect_keys(postmortem_json(full_facts()), keys);
  EXPECT_GT(keys.size(), 40u);
  for (const auto& key : keys) EXPECT_THAT(page, HasSubstr('`' + key + '`')) << key;
}

TEST(MonthJson, HasEveryKeyOnThePage) {
  const auto page = section_of("report");
  ASSERT_FALSE(page.empty());
  std::set<std::string> keys;
  auto document = month_json(full_month());
  // rules and classes are names, not keys
  document["flips"]["holds"] = Json::object();
  document["incidents"]["classes"] = Json::object();
  for (auto& trigger : document["flips"]["triggers"]) trigger["outcomes"] = Json::object();
  collect_keys(document, keys);
  // collect_keys() does not go into these, which are other things in a post-mortem
  for (const auto* part : {"flips", "incidents"})
    for (const auto& [key, value] : document[part].items()) {
      keys.insert(key);
      collect_keys(value, keys);
    }
  EXPECT_GT(keys.size(), 60u);
  for (const auto& key : keys) EXPECT_THAT(page, HasSubstr('`' + key + '`')) << key;
}

TEST(PostmortemJson, HasTheFacts) {
  const auto json = postmortem_json(full_facts());
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["incident"]["incident"], 12);
  EXPECT_EQ(json["incident"]["stages"][0]["stage"], "onset");
  EXPECT_EQ(json["incident"]["stages"][0]["at"], "2026-11-23T03:00:00.000000Z");
  EXPECT_EQ(json["incident"]["downtime"]["by"], "ann");
  EXPECT_EQ(json["figures"]["standstill_ms"], 95'000);
  EXPECT_EQ(json["figures"]["maybe_twice"], 2);
  EXPECT_EQ(json["flips"][0]["left_behind"]["workers"], "killed");
  EXPECT_EQ(json["flips"][0]["black_boxes"][0]["document"]["source"], "guard");
  EXPECT_EQ(json["events"].size(), 5u);
  EXPECT_EQ(json["queues"][0]["points"]["waiting"].size(), 42u);
  EXPECT_EQ(json["queues"][0]["points"]["at"].size(), 42u);
}

TEST(PostmortemJson, JudgesNothingOfAFlipWithoutAnIncident) {
  auto facts = full_facts();
  facts.of_flip = true;
  const auto json = postmortem_json(facts);
  for (const char* key : {"incident", "class", "severity", "perceptible", "downtime"})
    EXPECT_TRUE(json["incident"][key].is_null()) << key;
  EXPECT_EQ(json["incident"]["pool"], "mail");
}

}  // namespace
}  // namespace jobflip::report
