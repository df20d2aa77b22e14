// What a fleet may contain beside its known settings, and what one pool's bad settings may cost
// the others: nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <pqxx/pqxx>

#include "contract/one_node.hpp"
#include "contract/pg_changed_fleet.hpp"

namespace jobflip::test {
namespace {

class PgOddSettings : public PgChangedFleet {
 protected:
  void expect_refused(const std::vector<std::array<std::string, 3>>& cases) {
    for (const auto& [path, value, words] : cases) {
      const auto error = apply(path, value);
      EXPECT_NE(error.find(words), std::string::npos)
          << path << " " << value.substr(0, 80) << ": " << error.substr(0, 300);
    }
  }
};

TEST_F(PgOddSettings, ThatSqlDoesNotKnowAreOneValueEach) {
  for (const std::string value : {"1", "-0.25", "\"x\"", "true", "null"})
    for (const std::string of : {"{pools,mail,new}", "{pools,mail,queues,email,new}"})
      EXPECT_EQ(apply(of, value), "") << of << " " << value;
  expect_refused({
      {"{pools,mail,zzz}", R"({"y": 1e400})", "pool mail: zzz has a number with more than"},
      {"{pools,mail,zzz}", R"({"y": 1})", "pool mail: zzz is an object"},
      {"{pools,mail,zzz}", "[1]", "pool mail: zzz is a list"},
      {"{pools,mail,mode}", "[1]", "pool mail: mode is a list"},
      {"{pools,mail,queues,email,zzz}", "[[1]]", "queue email of pool mail: zzz is a list"},
      {"{pools,mail,queues,email,query}", R"({"a": 1})", "queue email of pool mail: query is"},
      {"{nodes,job1,login}", R"({"a": 1})", "node job1: login is"},
  });
}

// 1e131071 has 7 bytes in a request, and 131,072 as text
TEST_F(PgOddSettings, NoNumberIsWrittenOutBeforeItsLengthIsKnown) {
  std::string numbers = "[1e131071";
  for (int i = 1; i < 9000; ++i) numbers += ",1e131071";
  numbers += "]";
  EXPECT_EQ(apply("{pools,mail,queues,email,query}", "\"select 1\""), "");
  for (const std::string path :
       {"{pools,mail,query}", "{pools,mail,zzz}", "{pools,mail,queues,email,query}",
        "{pools,mail,queues,email,zzz}", "{budget,zzz}", "{nodes,job1,zzz}", "{zzz}"}) {
    const auto error = apply(path, numbers);
    EXPECT_NE(error.find("a number with more than 40 digits"), std::string::npos)
        << path << ": " << error.substr(0, 300);
  }
  expect_refused({{"{pools,mail,zzz}", "1e-16000", "a number with more than 40 digits"},
                  {"{pools,mail,zzz}", "-1e300", "a number with more than 40 digits"},
                  {"{pools,mail,zzz}", "1e39", "pool mail: zzz is 1000"}});
}

TEST_F(PgOddSettings, AQueryIsATextAndOnlyAQueueHasOne) {
  const std::string text(60'000, 'x');
  EXPECT_EQ(apply("{pools,mail,queues,email,query}", "\"" + text + "\""), "");
  expect_refused({
      {"{pools,mail,query}", "\"" + text + "\"", "pool mail: its settings have"},
      {"{pools,mail,queues,email,query}", "\"" + text + text + "\"", "at most 65536"},
      {"{pools,mail,queues,email,query}", "7", "queue email of pool mail: query is 7"},
      {"{pools,mail,queues,email,query}", "null", "queue email of pool mail: query is null"},
  });
}

TEST_F(PgOddSettings, ThatATableWouldRefuseAreRefusedByName) {
  EXPECT_EQ(apply("{budget,flips}", "3.0"), "") << "it is a whole number";
  EXPECT_EQ(apply("{pools,mail,candidates,job1}", "7.0"), "");
  EXPECT_EQ(apply("{pools,mail,queues,email,place}", "2.0"), "");
  for (const std::string may_be_left_out :
       {"{pools,mail,when_workers_end}", "{pools,mail,queues,email,done}"})
    EXPECT_EQ(apply(may_be_left_out, "null"), "");
  EXPECT_EQ(store_.sql("select flips from jobflip_data.budget"), "2") << "the last fleet has 2";
  expect_refused({
      {"{pools,mail,workers_fence_every_claim}", "\"x\"",
       "pool mail: workers_fence_every_claim is x; it must be true or false"},
      {"{pools,mail,workers_fence_every_claim}", "null", "workers_fence_every_claim is null"},
      {"{pools,mail,mode}", "null", "pool mail: mode is null; it must be one of auto, observe"},
      {"{pools,mail,mode}", "\"off\"", "pool mail: mode is off"},
      {"{pools,mail,kind}", "\"x\"", "pool mail: kind is x"},
      {"{pools,mail,kind}", "null", "pool mail: kind is null"},
      {"{pools,mail,when_store_lost}", "7", "pool mail: when_store_lost is 7"},
      {"{pools,mail,when_workers_end}", "\"x\"", "pool mail: when_workers_end is x"},
      {"{pools,mail,queues,email,done}", "\"x\"", "queue email of pool mail: done is x"},
      {"{pools,mail,queues,email,database}", "7", "queue email of pool mail: database is 7"},
      {"{pools,mail,queues,email,database}", "\"" + std::string(300, 'd') + "\"",
       "queue email of pool mail: database"},
      {"{pools,mail,queues,email,query}", R"("select \u0007")", "queue email of pool mail: query"},
      {"{pools,mail,beat_every_ms}", "0", "pool mail: beat_every_ms is 0"},
      {"{pools,mail,lease_ms}", "0", "pool mail: lease_ms is 0"},
      {"{pools,mail,verify_timeout_ms}", "0", "pool mail: verify_timeout_ms is 0"},
      {"{nodes,job1,login}", "7", "node job1: login is"},
      {"{pools,mail,takeover_after_ms}", "1", "pool mail: takeover_after_ms times"},
      {"{pools,mail,freeze_ms}", "1", "pool mail: freeze_ms must be at least"},
      {"{pools,mail,cooldown_max_ms}", "0", "pool mail: cooldown_max_ms must be at least"},
      {"{pools,jobflip.supervisor,when_store_lost}", "\"keep\"", "supervisors have no fence"},
  });
}

// the tables refuse less than apply() does, and what is in them may be of a store before that
TEST_F(PgOddSettings, OfOnePoolStopNoOtherPoolOfItsNodeAndAnotherApplyRepairsThem) {
  OneNode node{job1, store_.settings("job1")};
  const auto sees = [&](const PoolName& pool) {
    const auto reply = node.beat();
    EXPECT_TRUE(reply.has_value()) << (reply ? "" : reply.error().text);
    return reply && std::ranges::any_of(reply->pools, [&](const core::PoolReport& one) {
             return one.pool == pool && one.settings.has_value();
           });
  };
  EXPECT_TRUE(sees(mail) && sees(paper));
  store_.sql(
      "update jobflip_data.pool set settings_version = settings_version + 1, "
      "settings = settings || '{\"zzz\": {\"y\": 1e400}}' where name = 'paper'");
  EXPECT_TRUE(sees(mail));
  EXPECT_FALSE(sees(paper));
  const auto repaired = store_.oper().apply(small_fleet(), {"alice", "test"}, false);
  ASSERT_TRUE(repaired.has_value()) << repaired.error().text;
  EXPECT_TRUE(sees(mail) && sees(paper));
}

}  // namespace
}  // namespace jobflip::test
