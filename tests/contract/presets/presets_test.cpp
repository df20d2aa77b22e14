// The presets on a real PostgreSQL whose time zone is not UTC, with the tables of each generation
// of each system, by a login that has what docs/presets.md tells to grant and no more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "contract/presets/preset_case.hpp"
#include "contract/read_queue.hpp"
#include "jobflip/core/presets.hpp"
#include "probe/preset_choice.hpp"
#include "probe/preset_shape.hpp"
#include "support/pg_cluster.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;

PgCluster& cluster() {
  static PgCluster one{{"timezone = 'America/New_York'"}};
  static const bool has_login = (one.sql("create role probe login"), true);
  EXPECT_TRUE(has_login);
  return one;
}

std::string without_quotes(std::string text) {
  std::erase(text, '"');
  return text;
}

class Preset : public ::testing::TestWithParam<PresetCase> {
 protected:
  void SetUp() override {
    static int databases = 0;
    database_ = "d" + std::to_string(++databases);
    cluster().sql("create database " + database_);
    sql("revoke all on schema public from public");
    sql(the_case().part("tables"));
    probe_ = probe::open_queue_probe({{"app", cluster().conninfo("probe", database_)}});
  }
  void TearDown() override {
    probe_.reset();
    cluster().sql("drop database " + database_ + " with (force)");
  }

  const PresetCase& the_case() const { return GetParam(); }
  std::vector<std::string> grants() const { return grants_of(the_case()); }
  std::string sql(const std::string& statements) { return cluster().sql(statements, database_); }
  /// Statistics that other sessions see at once.
  void run_part(const std::string& part) {
    sql(the_case().part(part) + ";select pg_stat_force_next_flush()");
  }
  void grant_all() {
    for (const auto& grant : grants()) sql(grant);
  }
  Result<core::QueueSample> sample() { return read_queue(*probe_, the_case().queue); }
  Values values(const std::string& part) {
    const auto read = sample();
    if (!read) return {{"error", read.error().text + " | " + read.error().hint}};
    return values_of(*read, the_case().values(part));
  }
  /// Makes two values of this type always differ, for whoever has `public` in the search path.
  void plant(const std::string& type) {
    const auto never = "public.never(" + type + ", " + type + ")";
    sql("create function " + never +
        " returns boolean immutable language sql as 'select false';"
        "alter function " +
        never +
        " owner to planter;"
        "create operator public.= (function = public.never, leftarg = " +
        type + ", rightarg = " + type + "); alter operator public.= (" + type + ", " + type +
        ") owner to planter");
  }
  std::string error() {
    const auto read = sample();
    return read ? "no error" : read.error().text + " | " + read.error().hint;
  }

  std::string database_;
  std::unique_ptr<ports::QueueProbe> probe_;
};

TEST_P(Preset, ReadsJobsInEveryStateWithTheGrantsOfThePage) {
  grant_all();
  run_part("rows");
  const auto wanted = the_case().values("expect");
  EXPECT_TRUE(eventually([&] { return values("expect") == wanted; })) << "it stays another";
  EXPECT_EQ(values("expect"), wanted);
}

/// The generations that have no index for running jobs, and the system that has no ids of them.
bool has_ids(const std::string& file) {
  return file != "pgboss_24" && file != "pgboss_26" && file != "pgboss_37" &&
         !file.starts_with("quartz");
}

TEST_P(Preset, NamesTheJobsThatRunWithTheSameGrants) {
  grant_all();
  run_part("rows");
  ASSERT_TRUE(eventually([&] { return values("expect") == the_case().values("expect"); }));
  const auto source = probe_->source_of(the_case().queue).value();
  const auto read = source->sample(the_case().queue);
  ASSERT_TRUE(read.has_value());
  // a running job of Que is an advisory lock, which a table can't have
  ASSERT_TRUE(read->running > 0 || the_case().file == "que") << "the case has none";
  auto ids = source->running_ids(the_case().queue);
  ASSERT_TRUE(ids.has_value()) << ids.error().text;
  if (!has_ids(the_case().file)) {
    EXPECT_TRUE(ids->empty());
    return;
  }
  EXPECT_EQ(static_cast<std::int64_t>(ids->size()), read->running);
  std::ranges::sort(*ids);
  EXPECT_EQ(std::ranges::unique(*ids).begin(), ids->end()) << "a job twice";
  auto other = the_case().queue;
  other.name = QueueName::of("another");
  EXPECT_EQ(source->running_ids(other).value().size(), 0u) << "not the queue that was read last";
}

TEST_P(Preset, ReadsATableWithoutJobsAsARowOfZeros) {
  grant_all();
  if (the_case().has("register")) {
    EXPECT_THAT(error(), HasSubstr("has no queue of this name | it has no queue at all"));
    run_part("register");
  }
  EXPECT_EQ(values("empty"), the_case().values("empty"));
}

/// The tables that the preset can do without, of those that are there.
std::vector<std::string> optional_tables(const PresetCase& one, const std::string& found) {
  const auto& preset = *core::find_preset(*one.queue.preset);
  const auto prefix = one.queue.prefix.value_or(std::string{preset.prefix.value_or("")});
  std::vector<std::string> out;
  for (const auto& relation : probe::find_shape(preset.name)->relations()) {
    const auto name = prefix + std::string{relation.name};
    const bool is_there = ("\n" + found + "\n").find("\n" + name + "\n") != found.npos;
    if (!relation.absent.empty() && is_there) out.push_back(name);
  }
  return out;
}

TEST_P(Preset, ReadsEachCombinationOfOptionalTables) {
  grant_all();
  run_part("rows");
  const auto& queue = the_case().queue;
  const auto& preset = *core::find_preset(*queue.preset);
  const auto schema = probe::quoted_identifier(queue.schema.value_or(std::string{preset.schema}));
  const auto tables = optional_tables(
      the_case(),
      sql("select relname from pg_class where relnamespace = to_regnamespace('" + schema + "')"));
  const auto rename = [&](const std::string& from, const std::string& to) {
    sql("alter table " + schema + "." + from + " rename to " + to);
  };
  const auto source = probe_->source_of(queue).value();
  for (std::size_t absent = 0; absent < std::size_t{1} << tables.size(); ++absent) {
    std::vector<std::string> without;
    for (std::size_t i = 0; i < tables.size(); ++i)
      if ((absent >> i & 1) != 0) without.push_back(tables[i]);
    for (const auto& table : without) rename(table, "hidden_" + table);
    const auto what = "without " + ::testing::PrintToString(without);
    EXPECT_TRUE(sample().has_value()) << what << ": " << error();
    EXPECT_TRUE(source->running_ids(queue).has_value()) << what;
    EXPECT_EQ(source->finished_jobs(queue).has_value(), preset.has_history) << what;
    for (const auto& table : without) rename("hidden_" + table, table);
  }
}

TEST_P(Preset, TakesAClaimForAnAttemptAndANewJobForNone) {
  grant_all();
  run_part("rows");
  ASSERT_TRUE(eventually([&] { return values("expect") == the_case().values("expect"); }));
  const auto before = sample().value().marker;
  run_part("enqueue");
  EXPECT_TRUE(eventually([&] { return sample().value().runnable > 0; }));
  EXPECT_EQ(sample().value().marker, before);
  run_part("claim");
  EXPECT_TRUE(eventually([&] { return sample().value().marker > before; }));
}

/// "9m 3m 2m": of each completed job the age in minutes of its times; "-": not kept.
std::string ages_of(const std::vector<core::FinishedJob>& jobs) {
  const auto now = std::chrono::system_clock::now();
  const auto minutes = [&](WallTime at) {
    return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(now - at).count());
  };
  std::string out;
  for (const auto& job : jobs)
    out += (out.empty() ? "" : ", ") + minutes(job.due) + " " +
           (job.started ? minutes(*job.started) : "-") + " " + minutes(job.ended);
  return out;
}

TEST_P(Preset, HasTheCompletedJobsThatItsSystemKeepsNewestFirst) {
  grant_all();
  run_part("rows");
  const auto& queue = the_case().queue;
  const auto jobs = probe_->source_of(queue).value()->finished_jobs(queue);
  if (!core::find_preset(*queue.preset)->has_history) {
    ASSERT_TRUE(jobs.has_error());
    EXPECT_THAT(jobs.error().text, HasSubstr("has no history"));
    return;
  }
  ASSERT_TRUE(jobs.has_value()) << jobs.error().text;
  ASSERT_TRUE(the_case().has("history")) << "found: " << ages_of(*jobs);
  EXPECT_EQ(ages_of(*jobs) + "\n", the_case().part("history"));
}

TEST_P(Preset, HistoryLeavesOutTimesThatAreInfinite) {
  if (!the_case().has("infinite")) GTEST_SKIP() << "its times are its own, or it has no history";
  grant_all();
  run_part("rows");
  const auto& queue = the_case().queue;
  const auto source = probe_->source_of(queue).value();
  const auto before = source->finished_jobs(queue);
  ASSERT_TRUE(before.has_value()) << before.error().text;
  run_part("infinite");
  const auto jobs = source->finished_jobs(queue);
  ASSERT_TRUE(jobs.has_value()) << jobs.error().text;
  EXPECT_LT(jobs->size(), before->size());
}

TEST_P(Preset, HistoryIsReadWithTheGrantsOfThePageOnly) {
  const auto& queue = the_case().queue;
  if (!core::find_preset(*queue.preset)->has_history) GTEST_SKIP() << "it has none";
  const auto jobs = probe_->source_of(queue).value()->finished_jobs(queue);
  ASSERT_TRUE(jobs.has_error());
  EXPECT_THAT(jobs.error().hint, HasSubstr("grant usage on schema"));
}

TEST_P(Preset, NamesTheGrantThatIsMissing) {
  const auto all = grants();
  ASSERT_FALSE(all.empty());
  if (the_case().has("register")) run_part("register");
  for (const auto& missing : all) {
    for (const auto& grant : all)
      if (grant != missing) sql(grant);
    EXPECT_THAT(without_quotes(error()), HasSubstr("| " + without_quotes(missing)));
    grant_all();
    EXPECT_TRUE(sample().has_value()) << error() << "\nwith all grants, after " << missing;
    cluster().sql("drop owned by probe", database_);
  }
}

TEST_P(Preset, SaysWhatItFoundInsteadOfAKnownVersion) {
  grant_all();
  sql(the_case().part("old"));
  const auto text = error();
  EXPECT_THAT(text, HasSubstr("this is not a version of " +
                              std::string{core::find_preset(*the_case().queue.preset)->title} +
                              " that jobflip knows: "));
  EXPECT_THAT(text, HasSubstr("supported: "));
}

TEST_P(Preset, NoticesRowLevelSecurityThatHidesRows) {
  grant_all();
  if (the_case().has("register")) run_part("register");
  const auto last = grants().back();
  const auto at = last.find(" on ") + 4;
  const auto name = last.substr(at, last.find(" to ") - at);
  const auto kind = sql("select relkind from pg_class where oid = '" + name + "'::regclass");
  if (kind == "v") GTEST_SKIP() << name << " is a view";
  EXPECT_TRUE(sample().has_value()) << error();
  sql("alter table " + name + " enable row level security");
  EXPECT_THAT(error(), HasSubstr("row-level security may hide rows"));
  const auto read = sample();
  ASSERT_TRUE(read.has_error());
  sql(read.error().hint);
  EXPECT_TRUE(sample().has_value()) << error() << "\nafter what its hint says";
  sql("create policy less on " + name + " as restrictive using (random() < 0)");
  EXPECT_THAT(error(), HasSubstr("row-level security may hide rows"));
}

TEST_P(Preset, IsNotChangedByOperatorsOfOthersThatFitBetter) {
  grant_all();
  run_part("rows");
  const auto wanted = the_case().values("expect");
  ASSERT_TRUE(eventually([&] { return values("expect") == wanted; }));
  // whoever may create objects in `public` (everybody, before PostgreSQL 15) needs nothing else
  sql("create role planter; grant usage, create on schema public to planter;"
      "grant usage on schema public to probe");
  for (const auto* type : {"varchar", "bpchar"}) plant(type);
  const auto enums =
      sql("select t.oid::regtype from pg_type t join pg_namespace n on n.oid = "
          "t.typnamespace where t.typtype = 'e' and n.nspname !~ '^pg_'");
  std::istringstream lines{enums};
  for (std::string type; std::getline(lines, type);) plant(type);
  EXPECT_EQ(sql("set session authorization probe; select 'a'::varchar = 'a'::varchar"), "f");
  EXPECT_EQ(values("expect"), wanted);
  sql("drop owned by planter; drop role planter");
}

INSTANTIATE_TEST_SUITE_P(All, Preset, ::testing::ValuesIn(preset_cases()),
                         [](const auto& one) { return one.param.file; });

}  // namespace
}  // namespace jobflip::test
