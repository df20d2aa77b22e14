// The record of a takeover and of incidents never keeps a pool from being taken, watched or held:
// not by a session that has rows of another pool locked, and not by damaged rows.

#include <gmock/gmock.h>

#include "contract/held_pool.hpp"

namespace jobflip::test {
namespace {

using core::TakeOutcome;
using ::testing::HasSubstr;

class PgTakeoverRecord : public HeldPool {
 protected:
  core::TakeReply take_over() {
    const auto wait = short_timings().takeover_after;
    core::TakeReply reply;
    EXPECT_TRUE(eventually([&] {
      reply = job2_.take(mail, wait);
      return reply.outcome == TakeOutcome::taken;
    })) << reply.sentence;
    return reply;
  }
  IncidentId open_one(const PoolName& pool) {
    EXPECT_TRUE(store_.oper().open_incident(pool, core::IncidentClass::other, by_)->accepted);
    return IncidentId{std::stoll(store_.sql("select max(id) from jobflip_data.incident"))};
  }
  bool publishes() {
    core::QueueSample sample;
    sample.queue = QueueName::of("email");
    sample.runnable = 9;
    sample.oldest_runnable = Millis{1000};
    const auto led = store_.supervisor(sup1).publish(
        {sup1, Epoch{7}, mail, {{sample.queue, "OK", "a test", sample, {}}}});
    EXPECT_TRUE(led.has_value()) << (led ? "" : led.error().text);
    return led && *led;
  }

  OneNode job2_{job2, store_.settings("job2")};
};

TEST_F(PgTakeoverRecord, WaitsForNoOpenTransactionAboutAnotherPool) {
  leave_open("ops1", "select jobflip.open_by_hand('paper', 'other', 'ada', 'a test')");
  const auto reply = take_over();
  EXPECT_TRUE(reply.flip.has_value());
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.incident where pool = 'mail'"), "1");
}

TEST_F(PgTakeoverRecord, WaitsForNoDeploymentOfAnotherPoolThatIsBeingMarked) {
  leave_open("ops1", "select jobflip.deploy_start('paper', '4.2.1')");
  EXPECT_TRUE(take_over().flip.has_value());
}

TEST_F(PgTakeoverRecord, EndsTheSessionThatMarksADeploymentOfThePoolWithoutEnd) {
  leave_open("ops1", "select jobflip.deploy_start('mail', '4.2.1')");
  EXPECT_EQ(take_over().outcome, TakeOutcome::taken);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.deployment"), "0");
}

TEST_F(PgTakeoverRecord, IsMatchedWithTheDeploymentThatKilledTheHost) {
  store_.sql("select jobflip.deploy_start('mail', '4.2.1')");
  EXPECT_TRUE(take_over().flip.has_value());
  EXPECT_EQ(store_.sql("select i.class || ' ' || m.deployment from jobflip_data.incident i join "
                       "jobflip_data.incident_deployment m on m.incident = i.id"),
            "node 1");
}

TEST_F(PgTakeoverRecord, WaitsForNoFlipOfAnotherPoolThatIsBeingRequested) {
  job2_.report(paper);
  leave_open("ops1",
             "select jobflip.request_flip(gen_random_uuid(), 'paper', '', 'job2', null, '', 0, "
             "'ada', 'a test', false, false, '')");
  EXPECT_TRUE(take_over().flip.has_value());
}

TEST_F(PgTakeoverRecord, ThatCannotBeWrittenDoesNotKeepThePoolFromBeingTaken) {
  store_.sql("select setval('jobflip_data.incident_id', 9223372036854775807)");
  const auto reply = take_over();
  EXPECT_FALSE(reply.flip.has_value());
  EXPECT_THAT(store_.sql("select reason from jobflip_data.audit_event where kind = 'takeover'"),
              HasSubstr("it could not be recorded as a flip"));
}

TEST_F(PgTakeoverRecord, ASettingWithADecimalPointIsANumberTooIfItIsWhole) {
  store_.sql(
      "update jobflip_data.pool set settings = jsonb_set(settings, '{perceptible_after_ms}', "
      "'5000.0') where name = 'mail'");
  EXPECT_TRUE(take_over().flip.has_value());
  EXPECT_EQ(store_.sql("select perceptible_after_ms from jobflip_data.incident"), "5000");
}

TEST_F(PgTakeoverRecord, ANodeThatTakesItsOwnPoolAgainMakesNoFlip) {
  const auto wait = short_timings().takeover_after;
  auto& node = job1_;
  EXPECT_TRUE(eventually([&] {
    node.report();
    return node.take(mail, 3 * wait).outcome == TakeOutcome::taken;
  }));
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.flip"), "0");
}

TEST_F(PgTakeoverRecord, AMergeThatIsRefusedLocksNothingOfTheOtherPool) {
  lead();
  const auto other = open_one(paper);
  const auto mine = open_one(mail);
  leave_open("ops1", "select jobflip.change_incident(" + std::to_string(other.value) +
                         ", 'merge', '" + std::to_string(mine.value) + "', 'ada', 'a test')");
  EXPECT_TRUE(publishes());
  const auto held =
      store_.supervisor(sup1).record_hold({sup1, Epoch{7}, mail, "pause", "a test", "{}"});
  EXPECT_TRUE(held.has_value()) << (held ? "" : held.error().text);
}

TEST_F(PgTakeoverRecord, ASupervisorGoesOnWhileAPersonHasTheIncidentLocked) {
  lead();
  const auto mine = open_one(mail);
  leave_open("ops1", "select jobflip.change_incident(" + std::to_string(mine.value) +
                         ", 'note', '', 'ada', 'a test')");
  EXPECT_TRUE(publishes());
  core::IncidentReport report;
  report.supervisor = sup1;
  report.supervisor_epoch = Epoch{7};
  report.pool = mail;
  report.what = core::IncidentReport::What::close;
  report.sentence = "a test";
  const auto closed = store_.supervisor(sup1).record_incident(report);
  EXPECT_TRUE(closed.has_value()) << (closed ? "" : closed.error().text);
}

TEST_F(PgTakeoverRecord, AnAgeThatNoProgramAcceptsIsBounded) {
  lead();
  open_one(mail);
  pqxx::connection session{store_.conninfo("sup1")};
  pqxx::nontransaction{session}.exec(
      "select jobflip.publish_running('sup1', 7, 'mail', array['email'], array['OK'], array['x'], "
      "array['{\"runnable\":1,\"oldest_runnable_ms\":999999999999999}'], array[''])");
  const auto list = store_.reader().incidents({});
  ASSERT_TRUE(list.has_value()) << list.error().text;
  EXPECT_EQ(list->size(), 1u);
}

TEST_F(PgTakeoverRecord, WhatAPersonOpenedASupervisorDoesNotClose) {
  lead();
  const auto mine = open_one(mail);
  core::IncidentReport report;
  report.supervisor = sup1;
  report.supervisor_epoch = Epoch{7};
  report.pool = mail;
  report.what = core::IncidentReport::What::close;
  report.sentence = "a test";
  EXPECT_TRUE(store_.supervisor(sup1).record_incident(report).value());
  EXPECT_FALSE(store_.reader().incident(mine)->closed_at.has_value());
}

}  // namespace
}  // namespace jobflip::test
