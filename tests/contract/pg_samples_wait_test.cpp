// Kept readings on PostgreSQL: who waits for whom, rows that nobody can read, lists that nobody
// should send.

#include <gtest/gtest.h>

#include <future>
#include <pqxx/pqxx>

#include "contract/pg_samples.hpp"

namespace jobflip::test {
namespace {

TEST_F(PgSamples, ATableThatIsLockedFailsTheCallInTimeAndDelaysNobodyElse) {
  ASSERT_TRUE(keep({reading({})}).value());
  pqxx::connection connection{store_.conninfo("postgres")};
  pqxx::work holder{connection};
  holder.exec("lock table jobflip_data.sample, jobflip_data.learned in access exclusive mode");
  auto waiting = std::async(std::launch::async, [this] { return keep({reading({})}); });
  ASSERT_TRUE(eventually([&] { return store_.waits_for_lock("sup1"); }, std::chrono::seconds{5}));
  core::BeatRequest beat;
  beat.node = job1;
  beat.instance = Uuid{"10000000-0000-4000-8000-000000000000"};
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(store_.agent(job1).beat(beat).has_value());
  EXPECT_TRUE(store_.oper().request_flip(persons_flip(job2)).has_value());
  EXPECT_TRUE(store_.supervisor(leader_).snapshot().has_value());
  EXPECT_TRUE(store_.supervisor(leader_)
                  .publish({leader_, epoch_, mail, {{email, "OK", "", std::nullopt}}})
                  .value());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{900});
  const auto done = waiting.get();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, ErrorCode::store_conflict) << done.error().text;
}

TEST_F(PgSamples, AnApplyDoesNotWaitForWhatIsBeingLearned) {
  ASSERT_TRUE(
      store_.samples(leader_).keep_learned({leader_, epoch_, {{mail, email, "{}"}}}).value());
  pqxx::connection connection{store_.conninfo("sup1")};
  pqxx::work holder{connection};
  holder.exec("select jobflip.keep_learned('sup1', 7, '{mail}', '{email}', array['{\"a\":1}'])");
  auto fleet = small_fleet();
  fleet.pools[0].queues[0].name = QueueName::of("letters");
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{900});
  holder.commit();
  EXPECT_EQ(store_.reader().learned(mail, email).value(), "") << "it is of no queue";
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.learned"), "1");
  ASSERT_TRUE(store_.samples(leader_).keep_learned({leader_, epoch_, {}}).value());
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.learned"), "0");
}

TEST_F(PgSamples, RowsThatCannotBeReadAreReadingsWithAnError) {
  ASSERT_TRUE(keep({reading(Millis{2000}), reading(Millis{1000}), reading({})}).value());
  ASSERT_TRUE(kept().at(1).sample.has_value());
  store_.sql(
      "update jobflip_data.sample set document = array['{', '{\"runnable\":\"many\"}', "
      "chr(27)], verdict = array['?']");
  const auto found = kept();
  ASSERT_EQ(found.size(), 3u);
  for (const auto& one : found) {
    EXPECT_FALSE(one.sample.has_value());
    EXPECT_NE(one.error, "");
  }
}

TEST_F(PgSamples, ListsThatDoNotBelongTogetherAreRefusedByName) {
  const auto end = [this](const std::string& lists) {
    try {
      pqxx::connection connection{store_.conninfo("sup1")};
      pqxx::work session{connection};
      return std::string{
          session.exec("select jobflip.keep_samples('sup1', 7, " + lists + ")").at(0)[0].c_str()};
    } catch (const pqxx::sql_error& error) {
      const std::string words = error.what();
      return words.substr(0, words.find('\n'));
    }
  };
  EXPECT_EQ(end("'{mail}', '{email}', '{0}', '{0}', '{OK}', '{x}', '{\"\"}'"), "t");
  EXPECT_EQ(end("'{mail}', '{email,email}', '{0}', '{0}', '{OK}', '{x}', '{\"\"}'"),
            "ERROR:  queues has 2 items; it must have 1");
  EXPECT_EQ(end("'{mail}', '{email}', '{0,1}', '{0}', '{OK}', '{x}', '{\"\"}'"),
            "ERROR:  ages_ms has 2 items; it must have 1");
  EXPECT_EQ(end("'{mail}', '{email}', '{3600001}', '{0}', '{OK}', '{x}', '{\"\"}'"),
            "ERROR:  ages_ms has a number that is null, or not from 0 to 3600000");
  EXPECT_EQ(end("'{mail}', '{email}', '{0}', '{0}', '{OK}', '{x}', '{}'"),
            "ERROR:  errors has 0 items; it must have 1");
}

TEST_F(PgSamples, AnApplyOfAProgramThatDoesNotKnowTheSettingLeavesItAsItIs) {
  keep_for(90);
  const auto lines = [this](const std::string& change) {
    return store_.sql(
        "set session authorization ops1; select count(*) from "
        "jobflip.apply(" +
        change + ", '', 'test', false)");
  };
  store_.sql(
      "create table public.fleet as select jobflip.fleet_json() as doc; "
      "grant select on public.fleet to ops1");
  EXPECT_EQ(lines("(select doc - 'samples_kept_ms' from public.fleet)"), "0");
  EXPECT_EQ(store_.sql("select samples_kept_ms from jobflip_data.sample_keeping"), "7776000000");
  EXPECT_EQ(lines("(select doc || '{\"samples_kept_ms\":86400000}' from public.fleet)"), "1");
  EXPECT_ANY_THROW(lines("(select doc || '{\"samples_kept_ms\":86399999}' from public.fleet)"));
  EXPECT_EQ(store_.sql("select samples_kept_ms from jobflip_data.sample_keeping"), "86400000");
}

}  // namespace
}  // namespace jobflip::test
