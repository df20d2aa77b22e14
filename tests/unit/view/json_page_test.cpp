/// docs/json.md names every key that programs get, and every condition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "jobflip/core/plan_now.hpp"
#include "jobflip/view/incident_view.hpp"
#include "jobflip/view/json_view.hpp"
#include "jobflip/view/plan_view.hpp"
#include "jobflip/view/plugin_check.hpp"
#include "support/build_paths.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string json_page() {
  std::ifstream file{test::source_path("docs/json.md")};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Values whose own keys stand on another page.
const std::set<std::string> kElsewhere{"sample", "preset", "learned"};

void add_keys(const Json& json, std::set<std::string>& keys) {
  if (json.is_array()) {
    for (const auto& one : json) add_keys(one, keys);
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      keys.insert(key);
      if (!kElsewhere.contains(key)) add_keys(value, keys);
    }
  }
}

/// With everything that JSON may show of a pool.
core::Snapshot full_fleet() {
  auto fleet = core::healthy_fleet();
  auto pool = core::healthy_pool();
  core::QueueSample sample;
  sample.oldest_runnable = 1min;
  pool.queues = {{QueueName::of("email"), "STALLED", "nothing moved", 45s, Millis{}, sample}};
  pool.pause = core::PauseView{};
  pool.cooldown = core::CooldownView{};
  pool.restart = core::RestartView{};
  pool.open_flip = core::FlipView{};
  pool.incident = core::OpenIncident{};
  pool.candidates[1].crashes = 3;
  fleet.pools = {pool};
  fleet.copied = true;
  return fleet;
}

TEST(JsonPage, NamesEveryKey) {
  const auto page = json_page();
  ASSERT_FALSE(page.empty());
  const auto fleet = full_fleet();
  const auto& pool = fleet.pools[0];
  const core::ObservedPools observed{{pool.settings.name, {}}};
  std::set<std::string> keys;
  add_keys(fleet_json(fleet, {&pool}, observed), keys);
  const auto plan = core::plan_automatic(fleet, pool);
  add_keys(explain_json(fleet, pool, plan, plan, observed), keys);
  add_keys(plugin_json(plugin_report(fleet, {&pool}, {})), keys);
  core::Incident incident;
  incident.stages.emplace_back();
  incident.notes.emplace_back();
  add_keys(incident_json(incident, true), keys);
  EXPECT_GT(keys.size(), 100U);
  for (const auto& key : keys) EXPECT_THAT(page, HasSubstr('`' + key + '`')) << key;
}

TEST(JsonPage, NamesEveryConditionWithItsLevel) {
  const auto page = json_page();
  std::size_t rows = 0;
  for (const auto& name : core::alarm_kind_names()) {
    const auto level = core::name_of(core::level_of(*core::parse_alarm_kind(name)));
    EXPECT_THAT(page, HasSubstr("\n| `" + name + "` | " + std::string{level} + " | "));
  }
  for (const std::string_view level : {" | note | ", " | warning | ", " | critical | "})
    for (auto at = page.find(level); at != std::string::npos; at = page.find(level, at + 1)) ++rows;
  EXPECT_EQ(rows, core::alarm_kind_names().size());
}

}  // namespace
}  // namespace jobflip::view
