#pragma once
/// A store whose supervisor sup1 leads, and what it keeps of a queue's readings.

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {
inline const QueueName email = QueueName::of("email");

class PgSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    lead("sup1", 7);
  }

  void lead(const std::string& name, std::int64_t epoch) {
    leader_ = NodeName::of(name);
    epoch_ = Epoch{epoch};
    store_.sql("update jobflip_data.pool_owner set state = 'held', holder = '" + name +
               "', epoch = " + std::to_string(epoch) + " where pool = 'jobflip.supervisor'");
  }
  static core::NewSample reading(Millis age) {
    core::QueueSample sample;
    sample.queue = email;
    sample.runnable = 7;
    sample.done = age.count();
    return {mail, email, age, Millis{5}, "OK", sample, ""};
  }
  Result<bool> keep(const std::vector<core::NewSample>& samples) {
    return store_.samples(leader_).keep_samples({leader_, epoch_, samples});
  }
  /// As keep_samples() does at that time: readings every 10 s, the last one at that time.
  void write_at(const std::string& time, int count) {
    const auto n = std::to_string(count);
    store_.sql("select jobflip.roll_sample_days('" + time + "'); select jobflip.write_samples('" +
               time + "', array_fill('mail'::text, array[" + n +
               "]), array_fill('email'::text, array[" + n +
               "]), array(select i * 10000 from generate_series(0, " + n +
               " - 1) i), array_fill(3::bigint, array[" + n + "]), array_fill('OK'::text, array[" +
               n + "]), array_fill('{\"runnable\":7}'::text, array[" + n +
               "]), array_fill(''::text, array[" + n + "]))");
  }
  /// The clock has run on for some days: only then are days dropped.
  void see_midnights() {
    store_.sql("select jobflip.roll_sample_days(clock_timestamp() - interval '2 days')");
  }
  std::string days() {
    return store_.sql(
        "select coalesce(string_agg(substr(c.relname, 8), ' ' order by c.relname), '') from "
        "pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = "
        "'jobflip_data.sample'::regclass");
  }
  std::string day(int from_today) {
    return store_.sql("select to_char((clock_timestamp() at time zone 'UTC')::date + " +
                      std::to_string(from_today) + ", 'YYYYMMDD')");
  }
  void keep_for(int days) {
    auto fleet = small_fleet();
    fleet.keeping.samples_kept = std::chrono::days{days};
    ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_value());
  }
  std::vector<core::KeptSample> kept(WallTime since, WallTime until) {
    std::vector<core::KeptSample> found;
    const auto done = store_.reader().samples({mail, email, since, until}, [&](const auto& one) {
      found.push_back(one);
      return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().text;
    return found;
  }
  std::vector<core::KeptSample> kept() {
    const auto now = store_.reader().snapshot()->store_time;
    return kept(now - std::chrono::days{300}, now + std::chrono::hours{1});
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  NodeName leader_;
  Epoch epoch_;
};

}  // namespace jobflip::test
