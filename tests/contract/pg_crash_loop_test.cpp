// Crash loops on a real store: how they end, what can prevent recording them, hostile reports.

#include <pqxx/pqxx>

#include "contract/pg_renew_unchanged.hpp"

namespace jobflip::test {
namespace {

class PgCrashLoop : public PgRenewUnchanged {
 protected:
  std::string events(const std::string& kind) {
    return store_.sql(
        "select count(*) from jobflip_data.audit_event where chain = 'mail' and kind = '" + kind +
        "'");
  }
  std::string kept() {
    return store_.sql("select crashing::text from jobflip_data.node_beat where node = 'job1'");
  }
  void let_a_minute_pass() {
    store_.sql(
        "update jobflip_data.node_beat set crashes_recorded_at = crashes_recorded_at - interval "
        "'61 s' "
        "where node = 'job1'");
  }
};

TEST_F(PgCrashLoop, BeginsAndEndsInTheAuditWithTheChangeAndShortBeatsContinue) {
  request_.crashing = {{mail, 5, "exited with 3"}};
  beat();
  EXPECT_EQ(events("crash_loop"), "1");
  EXPECT_EQ(
      store_.sql("select node || ': ' || reason || ' ' || payload from jobflip_data.audit_event "
                 "where kind = 'crash_loop'"),
      "job1: the workers on job1 ended by themselves 5 times, most recently: exited with 3 "
      "{\"ends\": 5}");
  EXPECT_TRUE(is_short()) << "an unchanged report makes a short beat";
  let_a_minute_pass();
  request_.crashing.clear();
  beat();
  EXPECT_EQ(events("crash_loop_over"), "1");
  EXPECT_EQ(kept(), "{}");
  EXPECT_TRUE(is_short());
}

TEST_F(PgCrashLoop, AnUnrecordedReportIsRepeatedByTheNextBeat) {
  request_.crashing = {{mail, 5, "exited with 3"}};
  beat();
  request_.crashing.clear();
  beat();
  EXPECT_EQ(events("crash_loop_over"), "0");
  EXPECT_EQ(full_beat_of_job1(), "0") << "the next beat is a full one";
  let_a_minute_pass();
  beat();
  EXPECT_EQ(events("crash_loop_over"), "1");
  EXPECT_TRUE(is_short());
}

TEST_F(PgCrashLoop, ALockedPoolDelaysNoBeatAndTheLoopIsRecordedAfterwards) {
  {
    pqxx::connection other{store_.conninfo("postgres")};
    pqxx::work open{other};
    open.exec("select from jobflip_data.pool where name = 'mail' for update");
    request_.crashing = {{mail, 5, "exited with 3"}};
    beat();
    EXPECT_EQ(events("crash_loop"), "0");
    EXPECT_EQ(kept(), "{}") << "nothing may be kept that is not recorded";
  }
  beat();
  EXPECT_EQ(events("crash_loop"), "1");
}

TEST_F(PgCrashLoop, AnAgentOf010DoesNotSayInWhatTime) {
  pqxx::connection session{store_.conninfo("job1")};
  pqxx::nontransaction work{session};
  work.exec("select jobflip.beat('job1', '" + kInstance.text +
            "', '{}', '{mail,paper}', '', '{}', '{}', 0, '{mail:5:12/7: exited}')");
  const auto seen = store_.reader().snapshot().value().pools.at(0).candidates.at(0);
  EXPECT_EQ(seen.crashes, 5);
  EXPECT_EQ(seen.crash_reason, "12/7: exited");
  EXPECT_EQ(seen.crashed_within, std::nullopt);
}

TEST_F(PgCrashLoop, AHostileReportIsRefusedOrChangesNothing) {
  const std::string call = "select jobflip.beat('job1', '" + kInstance.text +
                           "', '{}', '{mail,paper}', '', '{}', '{}', 0, ";
  pqxx::connection session{store_.conninfo("job1")};
  pqxx::nontransaction work{session};
  EXPECT_NO_THROW(work.exec(call + "'{mail:5:exited}')"));
  EXPECT_EQ(events("crash_loop"), "1");
  EXPECT_THROW(work.exec(call + "null)"), pqxx::sql_error);
  EXPECT_THROW(work.exec(call + "array['mail:5:exited', null])"), pqxx::sql_error);
  EXPECT_THROW(work.exec(call + "array['mail:5:' || repeat('x', 1301)])"), pqxx::sql_error);
  EXPECT_THROW(work.exec(call + "array_fill('mail:5:x'::text, array[20000]))"), pqxx::sql_error);
  let_a_minute_pass();
  const auto before = store_.sql("select count(*) from jobflip_data.audit_event");
  for (const char* odd :
       {"array['mail:5:exited', 'nopool:7:x']", "array['mail:5:exited', 'mail', '', 'mail:-1:x']",
        "array['mail:5:exited', 'mail:99999999999999999999:x']"})
    EXPECT_NO_THROW(work.exec(call + odd + ")")) << odd;
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event"), before);
  EXPECT_TRUE(store_.reader().snapshot().has_value());
}

}  // namespace
}  // namespace jobflip::test
