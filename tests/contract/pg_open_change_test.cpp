// An operator's change that is not committed. Whatever it locks, a healthy node's beat waits only
// a moment for it, and the idle session is ended and named.

#include "contract/pg_renew_unchanged.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <pqxx/pqxx>

namespace jobflip::test {
namespace {

class PgOpenChange : public PgRenewUnchanged {
 protected:
  /// How long job1's beats fail next to that transaction, which stays open.
  Millis blocked_by(const std::vector<std::string>& statements) {
    const auto agent = store::open_agent_store({store_.conninfo("job1"), Millis{1000}, "test"});
    EXPECT_TRUE(agent->beat(request_).has_value());
    pqxx::connection ops{store_.conninfo("ops1")};
    pqxx::work open{ops};
    for (const auto& statement : statements) open.exec(statement);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] { return agent->beat(request_).has_value(); }));
    const auto took = std::chrono::steady_clock::now() - begin;
    try {
      open.commit();
    } catch (const std::exception&) {
      ++ended_;
    }
    return std::chrono::duration_cast<Millis>(took);
  }
  std::string named() {
    return store_.sql(
        "select count(*) from jobflip_data.audit_event where kind = 'sessions_ended' and payload "
        "like "
        "'%login ops1%'");
  }

  const std::string pause_{"select jobflip.pause('mail', 60000, '', 'a test')"};
  // With the default timings a call lasts 1 s at most, and 6.5 s pass from the last beat until
  // workers are told to end.
  const Millis bound_{4000};
  int ended_{0};
};

TEST_F(PgOpenChange, AnUncommittedDrainDelaysNoBeatForLong) {
  EXPECT_LT(blocked_by({"select jobflip.drain('job1', true, '', 'a test')"}), bound_);
  EXPECT_EQ(ended_, 1);
  EXPECT_EQ(named(), "1");
  EXPECT_FALSE(mail_report().drained);
}

TEST_F(PgOpenChange, AnImmediatePauseDelaysNoBeatForLong) {
  EXPECT_LT(blocked_by({"set constraints all immediate", pause_}), bound_);
  EXPECT_EQ(ended_, 1);
  EXPECT_EQ(named(), "1");
  EXPECT_LT(blocked_by({pause_, "set constraints all immediate"}), bound_);
  EXPECT_EQ(ended_, 2);
  EXPECT_FALSE(mail_report().paused);
}

TEST_F(PgOpenChange, AnUncommittedApplyDelaysNoBeatForLong) {
  const auto fleet = store_.sql("select jobflip.fleet_json()");
  EXPECT_LT(blocked_by({"select jobflip.apply(jsonb_set('" + fleet +
                        "', '{pools,mail,hold_down_ms}', '77'), '', 'a test', false)"}),
            bound_);
  EXPECT_EQ(ended_, 1);
}

TEST_F(PgOpenChange, ADeferredPauseDelaysNothingAndIsCommitted) {
  EXPECT_LT(blocked_by({pause_}), Millis{1000});
  EXPECT_EQ(ended_, 0);
  EXPECT_TRUE(mail_report().paused);
}

}  // namespace
}  // namespace jobflip::test
