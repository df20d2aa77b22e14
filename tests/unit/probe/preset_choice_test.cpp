#include "probe/preset_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/embedded_sql.hpp"
#include "probe/preset_rows.hpp"

namespace jobflip::probe {
namespace {

using ::testing::HasSubstr;

/// A River whose catalog a test changes.
struct River {
  const core::Preset& preset{*core::find_preset("river")};
  const Shape& shape{*find_shape("river")};
  core::QueueSettings queue;
  Catalog catalog;

  River() {
    queue.preset = "river";
    catalog = {"probe", "app", "UTC", true, true, {}};
    for (const auto& need : shape.generations()[0].needs()) {
      const auto columns = columns_of(need);
      auto& table = catalog.tables["river_" + std::string{need.relation}];
      table.oid = 7;
      table.readable = {columns.begin(), columns.end()};
    }
  }
  TableFacts& job() { return catalog.tables["river_job"]; }
  PresetNames names() const { return names_of(queue, preset, shape); }
  std::string error() const {
    const auto choice = choose(names(), preset, shape, catalog);
    return choice.generation != nullptr ? "none" : choice.error.text + " | " + choice.error.hint;
  }
  std::string rendered(const std::string& text) const {
    return render(text, names(), shape, catalog);
  }
};

TEST(PresetChoice, TakesTheFirstGenerationWhoseColumnsAreThere) {
  River river;
  EXPECT_EQ(river.error(), "none");
  river.catalog.tables.erase("river_queue");
  EXPECT_EQ(river.error(), "none") << "before migration 4 there is none";
  river.job().readable.erase("errors");
  EXPECT_THAT(river.error(), HasSubstr("\"public\".\"river_job\" has no column errors"));
  EXPECT_THAT(river.error(), HasSubstr("supported: migration 2 and later"));
}

TEST(PresetChoice, ATableThatMayBeAbsentHasItsColumnsIfItIsThere) {
  River river;
  river.catalog.tables["river_queue"].readable.erase("paused_at");
  EXPECT_THAT(river.error(), HasSubstr("\"public\".\"river_queue\" has no column paused_at"));
}

TEST(PresetChoice, NamesTheTablesOfTheQueueAlone) {
  core::QueueSettings queue;
  queue.name = QueueName::of("mail");
  queue.preset = "pgmq";
  const auto names = names_of(queue, *core::find_preset("pgmq"), *find_shape("pgmq"));
  EXPECT_EQ(names.tables.at("meta"), "meta");
  EXPECT_EQ(names.tables.at("queue"), "q_mail");
  EXPECT_EQ(names.tables.at("archive"), "a_mail");
}

TEST(PresetChoice, NamesWhatIsNotThereAndWhereItIs) {
  River river;
  river.job() = {};
  river.job().elsewhere = "app.river_job";
  EXPECT_THAT(river.error(),
              HasSubstr("there is no table \"public\".\"river_job\"; there is app.river_job"));
  river.catalog.has_schema = false;
  EXPECT_THAT(river.error(), HasSubstr("database app has no schema \"public\"; there is app."));
}

TEST(PresetChoice, NamesTheRightThatIsMissing) {
  River river;
  river.catalog.login = "Probe";
  river.job().readable.erase("state");
  river.job().unreadable.insert("state");
  EXPECT_EQ(river.error(),
            "\"Probe\" may not read state of \"public\".\"river_job\" | grant select on "
            "\"public\".\"river_job\" to \"Probe\"");
  river.catalog.may_use_schema = false;
  EXPECT_THAT(river.error(), HasSubstr("| grant usage on schema \"public\" to \"Probe\""));
}

TEST(PresetChoice, NamesAllThatIsMissingAtOnce) {
  River river;
  river.catalog.may_use_schema = false;
  for (const char* table : {"river_job", "river_queue"}) {
    auto& facts = river.catalog.tables[table];
    facts.unreadable = std::exchange(facts.readable, {});
  }
  EXPECT_THAT(river.error(), HasSubstr("probe\" may not use schema \"public\"; \"probe\" may not "
                                       "read id, queue, state, "));
  EXPECT_THAT(river.error(),
              HasSubstr("| grant usage on schema \"public\" to \"probe\"; grant select on "
                        "\"public\".\"river_job\", \"public\".\"river_queue\" to \"probe\""));
  River other;
  for (const char* table : {"river_job", "river_queue"})
    other.catalog.tables[table].hides_rows = true;
  EXPECT_THAT(other.error(), HasSubstr("using (true); create policy jobflip_probe on \"public\"."
                                       "\"river_queue\" for select to \"probe\" using (true)"));
}

TEST(PresetChoice, ReadsNoTimesInAnotherZone) {
  River river;
  river.catalog.time_zone = "America/New_York";
  EXPECT_THAT(river.error(), HasSubstr("time zone is America/New_York, and must be UTC"));
}

/// What a preset says of a table that has the columns of another one's first table.
std::string said_of(const char* preset, const char* columns_of_preset) {
  core::QueueSettings queue;
  queue.preset = preset;
  const auto& shape = *find_shape(preset);
  const auto names = names_of(queue, *core::find_preset(preset), shape);
  Catalog catalog{"probe", "app", "UTC", true, true, {}};
  auto& table = catalog.tables[names.tables.at(shape.relations().front().key)];
  table.oid = 7;
  const auto columns = columns_of(find_shape(columns_of_preset)->generations()[0].needs()[0]);
  table.readable = {columns.begin(), columns.end()};
  const auto choice = choose(names, *core::find_preset(preset), shape, catalog);
  return choice.error.text + " | " + choice.error.hint;
}

TEST(PresetChoice, SaysWhichSystemATableBelongsTo) {
  EXPECT_THAT(said_of("graphile-worker", "laravel"), HasSubstr("it looks like preset laravel"));
  EXPECT_THAT(said_of("river", "delayed-job"), HasSubstr("it looks like preset delayed-job"));
  EXPECT_THAT(said_of("laravel", "graphile-worker"),
              HasSubstr("it looks like preset graphile-worker"));
  // the columns of Solid Queue's jobs, but never its name
  EXPECT_THAT(said_of("good-job", "solid-queue"), HasSubstr("for anything else write a query"));
  EXPECT_THAT(said_of("river", "laravel"),
              HasSubstr("this is not a version of River that jobflip knows: "
                        "\"public\".\"river_job\" has no column state, "));
  EXPECT_THAT(said_of("river", "laravel"), HasSubstr("; it has attempts, available_at, "));
}

TEST(PresetChoice, QuotesNamesThatWouldBeSql) {
  River river;
  river.queue.schema = "a\"; drop table x; --";
  EXPECT_EQ(river.rendered("from {job} j"), "from \"a\"\"; drop table x; --\".\"river_job\" j");
  EXPECT_EQ(river.rendered("f({oid:job})"), "f(7::oid)");
  river.catalog.tables.clear();
  EXPECT_EQ(river.rendered("from {queue} q"),
            "from (select null::text as name, null::timestamptz as paused_at where false) q");
}

TEST(PresetShapes, HaveAStatementForEachGenerationAndAShapeForEachPreset) {
  std::set<std::string_view> used{"catalog.sql", "fault.sql"};
  for (const auto& preset : core::presets()) {
    const auto* shape = find_shape(preset.name);
    ASSERT_NE(shape, nullptr) << preset.name;
    if (!shape->history.empty()) used.insert(shape->history);
    Catalog catalog;
    for (const auto& generation : shape->generations()) {
      used.insert(generation.file);
      const auto file = std::ranges::find(embedded_sql(), generation.file, &EmbeddedSql::name);
      ASSERT_NE(file, embedded_sql().end()) << generation.file;
      const auto sql = render(file->text, names_of({}, preset, *shape), *shape, catalog);
      EXPECT_EQ(sql.find_first_of("{}"), sql.npos) << "a table of " << generation.file;
    }
  }
  EXPECT_EQ(shapes().size(), core::presets().size());
  for (const auto& file : embedded_sql()) EXPECT_TRUE(used.contains(file.name)) << file.name;
}

/// Before PostgreSQL 16 what stands in for a table that is absent needs an alias.
TEST(PresetShapes, HaveAnAliasForEachTableThatMayBeAbsent) {
  for (const auto& shape : shapes()) {
    std::vector<std::string_view> texts{shape.version, shape.queues};
    for (const auto& file : embedded_sql())
      if (file.name == shape.history) texts.push_back(file.text);
    for (const auto& generation : shape.generations()) {
      texts.push_back(generation.running);
      texts.push_back(std::ranges::find(embedded_sql(), generation.file, &EmbeddedSql::name)->text);
    }
    for (const auto& relation : shape.relations()) {
      if (relation.absent.empty()) continue;
      const auto table = "{" + std::string{relation.key} + "}";
      for (const auto text : texts)
        for (auto at = text.find(table); at != text.npos; at = text.find(table, at + 1)) {
          const auto after = text.substr(at + table.size(), 3);
          EXPECT_TRUE(after[0] == ' ' && after[1] >= 'a' && after[1] <= 'z' &&
                      (after.size() == 2 || after[2] == ' ' || after[2] == '\n'))
              << shape.preset << ": " << text.substr(at, 40);
        }
    }
  }
}

TEST(PresetRows, NamesOfQueuesBecomeThoseOfJobflip) {
  EXPECT_EQ(queue_name_of("email"), "email");
  EXPECT_EQ(queue_name_of("Mailer::Job/high"), "mailer-job-high");
  EXPECT_EQ(queue_name_of("__mail_v1.2-x"), "mail_v1.2-x");
  EXPECT_EQ(queue_name_of("\xc3\xa9t\xc3\xa9"), "t-");
  EXPECT_EQ(queue_name_of("::"), "");
  EXPECT_EQ(queue_name_of(std::string(100, 'A')), std::string(63, 'a'));
}

TEST(PresetRows, AQueueWithoutJobsHasTheRowWithoutAName) {
  const auto email = QueueName::of("email");
  const ProbeAnswer answer{{"queue", "done"}, {{"other", "1"}, {std::nullopt, "2"}}};
  const auto idle = row_of_queue(answer, email);
  ASSERT_TRUE(idle.has_value());
  EXPECT_EQ(idle->rows, (decltype(idle->rows){{"email", "2"}}));
  auto busy = answer;
  busy.rows.push_back({"EMail", "3"});
  EXPECT_EQ(row_of_queue(busy, email)->rows, (decltype(idle->rows){{"email", "3"}}));
  busy.rows.push_back({"email", "4"});
  EXPECT_THAT(row_of_queue(busy, email).error().text,
              HasSubstr("\"EMail\" and \"email\" have the same name in jobflip"));
  busy.rows = {{"other", "1"}};
  EXPECT_TRUE(row_of_queue(busy, email)->rows.empty());
  busy.rows.assign(1001, {"other", "1"});
  EXPECT_EQ(row_of_queue(busy, email)->rows.size(), 1001u) << "its row may have been cut off";
}

}  // namespace
}  // namespace jobflip::probe
