#include "jobflip/core/presets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace jobflip::core {
namespace {

using ::testing::HasSubstr;

QueueSettings queue_of(const char* preset) {
  QueueSettings out;
  out.preset = preset;
  return out;
}

std::string fault_of(const QueueSettings& queue) {
  const auto fault = check_source(queue);
  return fault ? fault->field + ": " + fault->text + " | " + fault->hint : "none";
}

TEST(Presets, HaveNamesThatAPoolFileCanHold) {
  std::set<std::string_view> names, titles;
  for (const auto& preset : presets()) {
    EXPECT_EQ(why_not_a_name(preset.name), "");
    EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
    EXPECT_TRUE(titles.insert(preset.title).second) << preset.title;
    EXPECT_EQ(find_preset(preset.name), &preset);
    EXPECT_EQ(why_not_an_identifier(preset.schema), "");
    for (const auto text : {preset.rescue, preset.cannot_see, preset.stop, preset.history})
      EXPECT_NE(text, "");
    EXPECT_EQ(fault_of(queue_of(std::string{preset.name}.c_str())), "none");
  }
  EXPECT_EQ(find_preset("sidekiq"), nullptr);
}

TEST(Presets, TakeThePlaceOfAQueryAndNeverStandBesideOne) {
  QueueSettings queue;
  queue.query = "select 1";
  EXPECT_EQ(fault_of(queue), "none");
  queue.schema = "app";
  EXPECT_THAT(fault_of(queue), HasSubstr("schema: belongs to a preset, and there is none"));
  queue.preset = "river";
  EXPECT_THAT(fault_of(queue), HasSubstr("preset: is there beside query: exactly one of the two"));
  queue.query = "";
  EXPECT_EQ(fault_of(queue), "none");
  EXPECT_THAT(fault_of({}), HasSubstr("query: is missing, and so is preset: exactly one"));
  EXPECT_THAT(fault_of(queue_of("sidekiq")),
              HasSubstr("preset: \"sidekiq\" is not a preset of this program | presets: river, "));
}

TEST(Presets, AreFoundAsTheirAuthorsAndTheirTablesWriteThem) {
  for (const auto& [written, meant] : {std::pair{"River", "river"},
                                       {"graphile_worker", "graphile-worker"},
                                       {"solid_queue", "solid-queue"},
                                       {"GoodJob", "good-job"},
                                       {"Delayed::Job", "delayed-job"},
                                       {"Hangfire.PostgreSql", "hangfire"},
                                       {"pgboss", "pg-boss"}})
    EXPECT_THAT(fault_of(queue_of(written)),
                HasSubstr("| did you mean \"" + std::string{meant} + "\"?"));
}

TEST(Presets, HaveTheNamesOnlyThatTheirSystemLetsChange) {
  auto queue = queue_of("river");
  queue.table = "jobs";
  EXPECT_EQ(fault_of(queue), "table: preset river has no table | what it has: schema");
  queue = queue_of("river");
  queue.prefix = "x_";
  EXPECT_EQ(fault_of(queue), "prefix: preset river has no prefix | what it has: schema");
}

TEST(Presets, TakeAnyNameThatPostgresqlTakes) {
  auto queue = queue_of("river");
  for (const std::string name : {"app", "App's \"own\"; drop", "\xc3\xa9t\xc3\xa9", "a.b"}) {
    queue.schema = name;
    EXPECT_EQ(fault_of(queue), "none") << name;
  }
  queue.schema = std::string(63, 'x');
  EXPECT_EQ(fault_of(queue), "none");
  const std::pair<std::string, std::string> bad[] = {
      {std::string(64, 'x'), "it has 64 bytes, and may have 63"},
      {"", "it is empty"},
      {"a\nb", "it has a control character in it"},
      {std::string{"a\0b", 3}, "it has a control character in it"},
      {"\xff", "it is not UTF-8"}};
  for (const auto& [name, why] : bad) {
    queue.schema = name;
    EXPECT_THAT(fault_of(queue), HasSubstr("can't be a name in PostgreSQL: " + why));
  }
}

}  // namespace
}  // namespace jobflip::core
