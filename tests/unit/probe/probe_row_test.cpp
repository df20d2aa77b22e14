#include "probe/probe_row.hpp"

#include <gtest/gtest.h>

#include <map>

namespace jobflip::probe {
namespace {

using Cells = std::map<std::string, std::optional<std::string>>;
const auto email = QueueName::of("email");

Cells good() {
  return {{"queue", "email"},
          {"runnable", "5"},
          {"oldest_runnable_s", "1.5"},
          {"unpromoted", "0"},
          {"running", "1"},
          {"oldest_running_s", std::nullopt},
          {"done", "7"},
          {"last_done_at", "2026-11-23 03:12:09+00"},
          {"failed", "0"},
          {"paused", "f"}};
}

ProbeAnswer answer_of(const std::vector<Cells>& rows) {
  ProbeAnswer answer;
  for (const auto& [column, value] : rows.front()) answer.columns.push_back(column);
  for (const auto& cells : rows) {
    auto& row = answer.rows.emplace_back();
    for (const auto& [column, value] : cells) row.push_back(value);
  }
  return answer;
}

TEST(ProbeRow, IsReadWithAndWithoutWhatMayBeAbsent) {
  const auto sample = read_probe(answer_of({good()}), email);
  ASSERT_TRUE(sample.has_value()) << sample.error().text;
  EXPECT_EQ(sample->oldest_runnable, Millis{1500});
  EXPECT_EQ(sample->paused, false);
  auto bare = good();
  for (const auto* column : {"oldest_runnable_s", "last_done_at", "paused"})
    bare[column] = std::nullopt;
  bare["marker"] = "-3";
  bare["head"] = std::string(300, 'x');
  const auto other = read_probe(answer_of({bare}), email);
  ASSERT_TRUE(other.has_value()) << other.error().text;
  EXPECT_FALSE(other->oldest_runnable || other->last_done_at || other->paused);
  EXPECT_EQ(other->marker, -3);
  EXPECT_EQ(other->head->size(), 203u) << "200 of its own, and ... for the rest";
}

TEST(ProbeRow, AnAgeMayBeALittleNegativeSinceClocksDiffer) {
  for (const char* age : {"-5", "-0.5", "0"}) {
    auto row = good();
    row["oldest_runnable_s"] = age;
    const auto sample = read_probe(answer_of({row}), email);
    ASSERT_TRUE(sample.has_value()) << sample.error().text;
    EXPECT_EQ(sample->oldest_runnable, Millis{0}) << age;
  }
}

TEST(ProbeRow, EachBadValueIsNamedWithQueueColumnAndValue) {
  struct Case {
    const char* column;
    std::optional<std::string> value;
  };
  const Case cases[] = {
      {"runnable", "-1"},
      {"runnable", "five"},
      {"runnable", "1.5"},
      {"runnable", ""},
      {"runnable", std::nullopt},
      {"running", std::nullopt},
      {"done", std::nullopt},
      {"failed", std::nullopt},
      {"unpromoted", "99999999999999999999"},
      {"oldest_runnable_s", "-5.5"},
      {"oldest_runnable_s", "nan"},
      {"oldest_runnable_s", "Infinity"},
      {"oldest_runnable_s", "00:01:00"},
      {"oldest_running_s", "1e11"},
      {"oldest_running_s", "3162240001"},
      {"last_done_at", "-999-01-01 00:00:00"},
      {"last_done_at", "2026-01-01 24:00:00"},
      {"last_done_at", "2026-01-01 -1:00:00"},
      {"last_done_at", "yesterday"},
      {"last_done_at", "infinity"},
      {"last_done_at", "9999-12-31 00:00:00+00"},
      {"last_done_at", "2200-01-01 00:00:00+00"},
      {"last_done_at", "294276-12-31 00:00:00+00"},
      {"last_done_at", "2026-13-01 00:00:00"},
      {"last_done_at", "2026-11-23 03:12:09+02"},
      {"paused", "maybe"},
  };
  for (const auto& one : cases) {
    auto row = good();
    row[one.column] = one.value;
    const auto sample = read_probe(answer_of({row}), email);
    const auto what = std::string{one.column} + "=" + one.value.value_or("NULL");
    ASSERT_TRUE(sample.has_error()) << what;
    EXPECT_EQ(sample.error().code, ErrorCode::probe_failed);
    for (const auto& word :
         {std::string{"email"}, std::string{one.column}, one.value.value_or("NULL")})
      EXPECT_NE(sample.error().text.find(word), std::string::npos) << sample.error().text;
    EXPECT_NE(sample.error().hint, "") << what;
  }
}

TEST(ProbeRow, NamesTheRowsThatItFoundInPlaceOfTheQueues) {
  auto row = good();
  row["queue"] = "letters\x1b";
  EXPECT_EQ(read_probe(answer_of({row}), email).error().text,
            "queue email: the query returns no row for it; rows found: letters\\x1b");
  std::vector<Cells> many(14, good());
  for (std::size_t i = 0; i < many.size(); ++i) many[i]["queue"] = "q" + std::to_string(i);
  EXPECT_EQ(read_probe(answer_of(many), email).error().text,
            "queue email: the query returns no row for it; rows found: q0, q1, q2, q3, q4, q5, q6, "
            "q7, q8, q9 and 4 more");
  auto none = answer_of({good()});
  none.rows.clear();
  EXPECT_EQ(read_probe(none, email).error().text,
            "queue email: the query returns no row for it; it found no rows at all");
}

TEST(ProbeRow, SaysWhatToDoAboutEachKindOfNonsense) {
  struct Case {
    const char* column;
    std::optional<std::string> value;
    const char* wanted;
  };
  const Case cases[] = {
      {"runnable", std::nullopt, "column runnable: NULL must be a number | use coalesce"},
      {"runnable", "9223372036854775808", "\" does not fit into a bigint | is it a count of jobs?"},
      {"runnable", "1" + std::string(300, '0'), "0...\" does not fit into a bigint | "},
      {"runnable", "NaN", "\"NaN\" is not a whole number | cast it: count(*)::bigint"},
      {"oldest_runnable_s", "-3600", "\"-3600\" is negative | a job that is not due yet"},
      {"oldest_running_s", "-3600", "\"-3600\" is negative | is the clock of the application"},
      {"oldest_runnable_s", "347133600000", "is more than 100 years | is it in milliseconds?"},
      {"last_done_at", "9999-12-31 00:00:00+00", "is after 2199 | return NULL if no job"},
      {"last_done_at", "2300-01-01", "\"2300-01-01\" is after 2199 | return NULL if no job"},
      {"last_done_at", "10000-01-01 00:00:00+00", "is after 2199 | return NULL if no job"},
      {"last_done_at", "infinity", "\"infinity\" is after 2199 | return NULL if no job"},
      {"last_done_at", "2026-11-23", "\"2026-11-23\" is not a time | use a timestamp"},
      {"paused", "1", "\"1\" is not a boolean | cast it: paused::boolean"},
  };
  for (const auto& one : cases) {
    auto row = good();
    row[one.column] = one.value;
    const auto sample = read_probe(answer_of({row}), email);
    ASSERT_TRUE(sample.has_error()) << one.column;
    const auto said = sample.error().text + " | " + sample.error().hint;
    EXPECT_NE(said.find(one.wanted), std::string::npos) << said;
  }
  auto row = good();
  row["last_done_at"] = "2199-12-31 23:59:59+00";
  row["oldest_runnable_s"] = "1767225600";  // since 1970: it may be true
  EXPECT_TRUE(read_probe(answer_of({row}), email).has_value());
}

TEST(ProbeRow, AHeadOfWhateverBytesIsOneThatTheStoreTakes) {
  auto row = good();
  std::string long_head(199, 'a');
  std::string shown = long_head;
  shown.append("...");
  long_head.append("\xc3\xa9tail");  // the cut falls into the character
  row["head"] = long_head;
  EXPECT_EQ(read_probe(answer_of({row}), email)->head, shown);
  row["head"] = "job \xff\x1f";
  EXPECT_EQ(read_probe(answer_of({row}), email)->head, "job \\xff\\x1f");
}

TEST(ProbeRow, EachMissingColumnAndAnUnknownOneIsNamed) {
  for (const auto& [column, value] : good()) {
    auto row = good();
    row.erase(column);
    const auto sample = read_probe(answer_of({row}), email);
    ASSERT_TRUE(sample.has_error()) << column;
    EXPECT_NE(sample.error().text.find(column), std::string::npos) << sample.error().text;
  }
  auto row = good();
  row["colour\x1b[31m"] = "blue";
  const auto sample = read_probe(answer_of({row}), email);
  ASSERT_TRUE(sample.has_error());
  EXPECT_EQ(sample.error().text.find('\x1b'), std::string::npos) << "shown as it came";
}

TEST(ProbeRow, AllWrongColumnsAreNamedAtOnce) {
  auto row = good();
  for (const char* column : {"paused", "failed"}) row.erase(column);
  row["colour"] = row["due"] = "x";
  auto answer = answer_of({row});
  answer.columns.emplace_back("done");
  answer.rows[0].emplace_back("7");
  EXPECT_EQ(read_probe(answer, email).error().text,
            "queue email: the query returns no columns failed, paused; twice the column done; the "
            "unknown columns \"colour\", \"due\"");
}

TEST(ProbeRow, NoRowTwoRowsAndTooManyRowsAreNotASample) {
  auto other = good();
  other["queue"] = "other";
  EXPECT_TRUE(read_probe(answer_of({other, good()}), email).has_value());
  EXPECT_TRUE(read_probe(answer_of({other}), email).has_error());
  EXPECT_TRUE(read_probe(answer_of({good(), good()}), email).has_error());
  std::vector<Cells> many(1000, other);
  many.back() = good();
  EXPECT_TRUE(read_probe(answer_of(many), email).has_value());
  many.push_back(other);
  EXPECT_TRUE(read_probe(answer_of(many), email).has_error());
  other["queue"] = std::nullopt;
  EXPECT_TRUE(read_probe(answer_of({other, good()}), email).has_error());
}

}  // namespace
}  // namespace jobflip::probe
