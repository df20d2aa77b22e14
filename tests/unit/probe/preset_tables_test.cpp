#include "jobflip/probe/preset_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobflip/core/presets.hpp"

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
  EXPECT_THAT(river.maybe,
              ElementsAre("\"jobs\"\"x\".\"river_queue\"", "\"jobs\"\"x\".\"river_migration\""));
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

TEST(PresetTables, EachPresetHasATableToGrant) {
  for (const auto& preset : core::presets())
    EXPECT_THAT(preset_tables(queue_of(std::string{preset.name})).tables, ::testing::Not(IsEmpty()))
        << preset.name;
}

}  // namespace
}  // namespace jobflip::probe
