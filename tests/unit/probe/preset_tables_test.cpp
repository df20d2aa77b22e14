#include "jobflip/probe/preset_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "jobflip/core/presets.hpp"
#include "support/build_paths.hpp"

namespace jobflip::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

core::QueueSettings queue_of(const std::string& preset) {
  core::QueueSettings queue;
  queue.name = QueueName::of("mail");
  queue.preset = preset;
  return queue;
}

TEST(PresetTables, ThoseOfEveryVersionAreApartFromTheOthers) {
  auto queue = queue_of("river");
  queue.schema = "jobs\"x";
  const auto river = preset_tables(queue);
  EXPECT_EQ(river.schema, "\"jobs\"\"x\"");
  EXPECT_THAT(river.tables, ElementsAre("\"jobs\"\"x\".\"river_job\""));
  EXPECT_THAT(river.maybe, ElementsAre("\"jobs\"\"x\".\"river_queue\""));
  const auto procrastinate = preset_tables(queue_of("procrastinate"));
  EXPECT_THAT(procrastinate.maybe, ElementsAre("\"public\".\"procrastinate_paused_queues\""));
}

TEST(PresetTables, ATableThatIsNeverReadNeedsNoGrant) {
  EXPECT_THAT(preset_tables(queue_of("graphile-worker")).tables,
              ElementsAre("\"graphile_worker\".\"jobs\""));
}

TEST(PresetTables, NamesAreThoseOfTheQueueAndItsSettings) {
  EXPECT_THAT(preset_tables(queue_of("pgmq")).tables,
              ElementsAre("\"pgmq\".\"meta\"", "\"pgmq\".\"q_mail\"", "\"pgmq\".\"a_mail\""));
  auto laravel = queue_of("laravel");
  laravel.table = "work";
  EXPECT_THAT(preset_tables(laravel).tables, ElementsAre("\"public\".\"work\""));
}

/// The tables that docs/presets.md has the owner grant.
std::set<std::string> granted_on_page(std::string_view title) {
  std::ifstream page{test::source_path("docs/presets.md")};
  std::set<std::string> out;
  bool here = false;
  constexpr std::string_view kGrant = "grant select on ";
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) here = line.substr(3) == title;
    if (here && line.starts_with(kGrant))
      out.insert(line.substr(kGrant.size(), line.find(" to ") - kGrant.size()));
  }
  return out;
}

TEST(PresetTables, AreThoseThatThePageGrants) {
  for (const auto& preset : core::presets()) {
    auto queue = queue_of(std::string{preset.name});
    queue.name = QueueName::of("email");
    auto tables = preset_tables(queue);
    EXPECT_THAT(tables.tables, ::testing::Not(IsEmpty())) << preset.name;
    tables.tables.insert(tables.tables.end(), tables.maybe.begin(), tables.maybe.end());
    std::set<std::string> all;
    for (auto& one : tables.tables) {
      std::erase(one, '"');
      all.insert(one);
    }
    EXPECT_EQ(all, granted_on_page(preset.title)) << preset.name;
  }
}

}  // namespace
}  // namespace jobflip::probe
