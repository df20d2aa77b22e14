// Kept readings on PostgreSQL: their days, midnight, what is dropped, what a reader gets.

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <pqxx/pqxx>

#include "contract/pg_samples.hpp"

namespace jobflip::test {
namespace {

constexpr WallTime at(int year, unsigned month, unsigned day, int hour) {
  return WallTime{std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) /
                                        static_cast<int>(day)} +
                  std::chrono::hours{hour}};
}

TEST_F(PgSamples, ReadingsOfAQueueInOneCallAreOneRowOfTheirDayAndTomorrowsDayIsThere) {
  std::vector<core::NewSample> readings;
  for (int i = 0; i < 60; ++i) readings.push_back(reading(Millis{i}));
  ASSERT_TRUE(keep(readings).value());
  EXPECT_EQ(days(), day(-1) + " " + day(0) + " " + day(1));
  EXPECT_LE(std::stoi(store_.sql("select count(*) from jobflip_data.sample")), 2) << "midnight";
  EXPECT_EQ(store_.sql("select sum(cardinality(after_ms)) from jobflip_data.sample"), "60");
  readings.push_back(reading(Millis{60}));
  ASSERT_TRUE(keep(readings).value());
  EXPECT_GE(std::stoi(store_.sql("select count(*) from jobflip_data.sample")), 3)
      << "a row has 60 at most";
  EXPECT_EQ(kept().size(), 121u);
}

TEST_F(PgSamples, ThatCrossMidnightAreInTheDayOfEachInUtcAndAreReadInOrder) {
  store_.sql("alter role postgres set timezone = 'Pacific/Auckland'");
  write_at("2026-03-02 00:00:25+00", 6);
  store_.sql("alter role postgres reset timezone");
  EXPECT_EQ(days(), "20260301 20260302 20260303");
  EXPECT_EQ(store_.sql("select cardinality(after_ms) from jobflip_data.sample_20260301"), "3");
  EXPECT_EQ(store_.sql("select cardinality(after_ms) from jobflip_data.sample_20260302"), "3");
  const auto found = kept(at(2026, 3, 1, 12), at(2026, 3, 2, 12));
  ASSERT_EQ(found.size(), 6u);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(found[i].at, at(2026, 3, 2, 0) + std::chrono::seconds{25 - 10 * (5 - i)}) << i;
  EXPECT_EQ(kept(at(2026, 3, 2, 0), at(2026, 3, 2, 1)).size(), 3u)
      << "a row that begins before the time is read all the same";
}

TEST_F(PgSamples, OfTwoSupervisorsAtMidnightOneMakesTheDayAndTheOtherGoesOn) {
  pqxx::connection first{store_.conninfo("sup1")};
  pqxx::work holder{first};
  const std::string none =
      "'{mail}', '{email}', '{0}', '{0}', '{OK}', array['{\"runnable\":1}'], '{\"\"}')";
  ASSERT_TRUE(holder.exec("select jobflip.keep_samples('sup1', 7, " + none).at(0)[0].as<bool>());
  lead("sup2", 8);
  auto second = std::async(std::launch::async, [this] { return keep({reading({})}); });
  EXPECT_TRUE(eventually([&] { return store_.waits_for_lock("sup2"); }, std::chrono::seconds{5}));
  holder.commit();
  const auto done = second.get();
  ASSERT_TRUE(done.has_value()) << done.error().text;
  EXPECT_TRUE(*done);
  EXPECT_EQ(days(), day(-1) + " " + day(0) + " " + day(1));
  EXPECT_EQ(kept().size(), 2u);
}

TEST_F(PgSamples, DaysThatAreTooOldAreDroppedAsAWholeAndOthersStay) {
  for (const int old : {28, 29, 33, 40})
    write_at(store_.sql("select clock_timestamp() - interval '" + std::to_string(old) + " days'"),
             6);
  ASSERT_NE(days().find(day(-41)), std::string::npos);
  EXPECT_EQ(kept().size(), 24u);
  see_midnights();
  ASSERT_TRUE(keep({reading({})}).value());
  // the day before and the day after each write; of 30 days the last one is kept in part
  EXPECT_EQ(days(), day(-30) + " " + day(-29) + " " + day(-28) + " " + day(-27) + " " + day(-3) +
                        " " + day(-2) + " " + day(-1) + " " + day(0) + " " + day(1));
  EXPECT_EQ(kept().size(), 13u);
  keep_for(2);
  ASSERT_TRUE(keep({reading({})}).value());
  EXPECT_EQ(days(), day(-2) + " " + day(-1) + " " + day(0) + " " + day(1));
  EXPECT_EQ(store_.sql("select sum(n_tup_del) from pg_stat_all_tables where relname ~ '^sample_'"),
            "0");
}

TEST_F(PgSamples, ManyOldDaysAreDroppedAFewACallSoThatNoCallIsLong) {
  for (int old = 40; old < 60; old += 2)
    write_at(store_.sql("select clock_timestamp() - interval '" + std::to_string(old) + " days'"),
             1);
  see_midnights();
  const auto count = [this] {
    return std::stoi(store_.sql(
        "select count(*) from pg_inherits where inhparent = 'jobflip_data.sample'::regclass"));
  };
  const int before = count();
  ASSERT_TRUE(keep({reading({})}).value());
  EXPECT_EQ(count(), before + 2 - 8);
  ASSERT_TRUE(keep({reading({})}).value());
  ASSERT_TRUE(keep({reading({})}).value());
  EXPECT_EQ(count(), 5);
}

TEST_F(PgSamples, AReaderInTheWayOfADropDelaysNoCallForLong) {
  write_at(store_.sql("select clock_timestamp() - interval '40 days'"), 6);
  see_midnights();
  pqxx::connection connection{store_.conninfo("reader1")};
  pqxx::work reading_on{connection};
  const auto until = store_.reader().snapshot()->store_time - std::chrono::days{39};
  const auto micros = [](WallTime time) { return std::to_string(time.time_since_epoch().count()); };
  ASSERT_EQ(reading_on
                .exec("select * from jobflip.samples('mail', 'email', " +
                      micros(until - std::chrono::days{3}) + ", " + micros(until) + ", 0, 10)")
                .size(),
            6u);
  // other waits for locks may take a second; a busy machine may delay some calls, but not each
  auto quickest = std::chrono::steady_clock::duration::max();
  std::size_t calls = 0;
  for (; calls < 5 && quickest >= std::chrono::milliseconds{900}; ++calls) {
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(keep({reading({})}).value());
    quickest = std::min(quickest, std::chrono::steady_clock::now() - begun);
  }
  EXPECT_LT(quickest, std::chrono::milliseconds{900});
  EXPECT_NE(days().find(day(-40)), std::string::npos);
  reading_on.commit();
  EXPECT_TRUE(keep({reading({})}).value());
  EXPECT_EQ(days().find(day(-40)), std::string::npos);
  EXPECT_EQ(kept().size(), calls + 1);
}

TEST_F(PgSamples, AReaderLocksOnlyTheDaysOfItsWindow) {
  for (const int old : {3, 8, 13, 18, 23})
    write_at(store_.sql("select clock_timestamp() - interval '" + std::to_string(old) + " days'"),
             6);
  pqxx::connection connection{store_.conninfo("reader1")};
  pqxx::work reading_on{connection};
  const auto now = store_.reader().snapshot()->store_time;
  const auto call = [&](std::chrono::days back, std::chrono::days length) {
    const auto since = now - back;
    return "select count(*) from jobflip.samples('mail', 'email', " +
           std::to_string(since.time_since_epoch().count()) + ", " +
           std::to_string((since + length).time_since_epoch().count()) + ", 0, 10)";
  };
  using std::chrono::days;
  EXPECT_EQ(reading_on.exec(call(days{14}, days{2})).at(0)[0].as<int>(), 6);
  EXPECT_EQ(store_.sql("select string_agg(c.relname, ' ' order by c.relname) from pg_locks l join "
                       "pg_class c on c.oid = l.relation where c.relname ~ '^sample_[0-9]+$'"),
            "sample_" + day(-14) + " sample_" + day(-13) + " sample_" + day(-12));
  EXPECT_ANY_THROW(reading_on.exec(call(days{14}, days{9}))) << "a window is of bounded length";
}

TEST_F(PgSamples, AreNotDroppedAtOnceIfTheClockOfTheStoreIsSetAheadByAYear) {
  const auto at_day = [this](int days) {
    return store_.sql("select clock_timestamp() + interval '" + std::to_string(days) + " days'");
  };
  for (const int old : {5, 4, 3, 2}) write_at(at_day(-old), 6);
  const auto had = days();
  for (int call = 0; call < 3; ++call) write_at(at_day(365), 1);
  EXPECT_EQ(days(), had + " " + day(364) + " " + day(365) + " " + day(366));
  write_at(at_day(366), 1);
  EXPECT_NE(days().find(had), std::string::npos) << "the first midnight may be a minute later";
  EXPECT_EQ(kept().size(), 24u);
  // a clock that goes on was right
  write_at(at_day(367), 1);
  EXPECT_EQ(days().find(day(-5)), std::string::npos);
}

TEST_F(PgSamples, OfALeaderThatFillsTheDiskAreRefusedForTheRestOfTheDay) {
  const std::string flood =
      "select jobflip.keep_samples('sup1', 7, array_fill('mail'::text, array[2000]), "
      "array_fill('email'::text, array[2000]), array_fill(0::bigint, array[2000]), "
      "array_fill(0::bigint, array[2000]), array_fill('OK'::text, array[2000]), "
      "array(select string_agg(md5(random()::text || j || i), '') from generate_series(1, 62) j, "
      "generate_series(1, 2000) i group by i), array_fill(''::text, array[2000]))";
  pqxx::connection connection{store_.conninfo("sup1")};
  std::string error;
  int calls = 0;
  for (; calls < 40 && error.empty(); ++calls) {
    pqxx::nontransaction work{connection};
    try {
      work.exec(flood);
    } catch (const pqxx::sql_error& failed) {
      error = failed.what();
    }
  }
  EXPECT_GT(calls, 5) << "what 14 MB of readings need is there";
  EXPECT_NE(error.find("73 MB, more than those of 2 queues need"), std::string::npos) << error;
  EXPECT_LT(
      std::stoll(store_.sql("select pg_total_relation_size('jobflip_data.sample_" + day(0) + "')")),
      80'000'000);
  const auto refused = keep({reading({})});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::refused) << refused.error().text;
  EXPECT_TRUE(
      store_.samples(leader_).keep_learned({leader_, epoch_, {{mail, email, "{}"}}}).value())
      << "it is about readings only";
  store_.sql("drop table jobflip_data.sample_" + day(0));
  EXPECT_TRUE(keep({reading({})}).value());
}

TEST_F(PgSamples, ManyRowsAreReadEachOnceInOrder) {
  const auto now = store_.reader().snapshot()->store_time;
  for (int day = 12; day >= 2; --day)
    for (int hour = 0; hour < 24; hour += 2)
      write_at(store_.sql("select clock_timestamp() - interval '" + std::to_string(day) +
                          " days' + interval '" + std::to_string(hour) + " hours'"),
               61);
  const auto found = kept(now - std::chrono::days{30}, now);
  EXPECT_EQ(found.size(), 11u * 12 * 61);
  for (std::size_t i = 1; i < found.size(); ++i) ASSERT_LT(found[i - 1].at, found[i].at) << i;
}

}  // namespace
}  // namespace jobflip::test
