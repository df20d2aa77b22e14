// The audit log: the store and this program compute the same hashes, and attempts to change the
// log fail or are found.

#include <gtest/gtest.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "contract/pg_fixture.hpp"
#include "jobflip/audit/verification.hpp"

namespace jobflip::test {
namespace {

class PgAudit : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "first fleet"}, false).has_value());
    for (const std::string reason :
         {"plain", "quotes \" ' \\ and\nlines\ttabs", "Größe ½ €", "last"})
      ASSERT_TRUE(store_.oper().pause(mail, Millis{60'000}, {"", reason}).has_value());
  }

  std::vector<core::AuditEvent> events() {
    std::vector<core::AuditEvent> all;
    for (const auto& head : store_.reader().audit_heads().value()) {
      const auto chain = store_.reader().audit({head.chain, 0, 1000, false}).value();
      all.insert(all.end(), chain.begin(), chain.end());
    }
    return all;
  }

  std::vector<audit::Flaw> verify() {
    return audit::verify_chains(events(), store_.reader().audit_heads().value());
  }

  /// Only the owner of the database can do this.
  void tamper(const std::string& sql) {
    store_.sql("alter table jobflip_data.audit_event disable trigger all;" + sql +
               ";alter table jobflip_data.audit_event enable trigger all");
  }

  PgStore store_;
};

TEST_F(PgAudit, WhatTheStoreHashedVerifiesHere) {
  EXPECT_GE(events().size(), 7u);
  for (const auto& broken : verify())
    ADD_FAILURE() << broken.chain << " " << broken.seq << broken.why;
}

TEST_F(PgAudit, HashesKnowNoTimeZoneAndNoDateStyle) {
  for (const std::string zone : {"America/New_York", "Australia/Lord_Howe", "UTC"}) {
    pqxx::connection ops{store_.conninfo("ops1") + " options='-c timezone=" + zone +
                         " -c datestyle=German -c extra_float_digits=-5'"};
    pqxx::nontransaction{ops}.exec("select jobflip.pause('mail', 1000, 'bob', 'in " + zone + "')");
  }
  EXPECT_TRUE(verify().empty());
}

TEST_F(PgAudit, AnEventIsNeitherChangedNorRemovedByAStatement) {
  for (const std::string sql :
       {"update jobflip_data.audit_event set reason = 'x'", "delete from jobflip_data.audit_event",
        "truncate jobflip_data.audit_event"})
    try {
      store_.sql(sql);
      ADD_FAILURE() << sql;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find("append-only"), std::string::npos) << error.what();
    }
}

TEST_F(PgAudit, EachFieldThatASuperuserChangesIsFound) {
  const std::pair<const char*, const char*> changes[] = {
      {"at", "at + interval '1 microsecond'"},
      {"kind", "'resumed'"},
      {"node", "'job1'"},
      {"flip", "7"},
      {"epoch", "7"},
      {"login", "'mallory'"},
      {"actor", "'mallory'"},
      {"reason", "reason || ' '"},
      {"payload", "payload || ' '"},
  };
  for (const auto& [column, value] : changes) {
    store_.sql(
        "create table public.kept as select * from jobflip_data.audit_event "
        "where chain = 'mail' and seq = 3");
    tamper("update jobflip_data.audit_event set " + std::string{column} + " = " + value +
           " where chain = 'mail' and seq = 3");
    const auto broken = verify();
    ASSERT_EQ(broken.size(), 1u) << column;
    EXPECT_EQ(broken[0].chain, "mail");
    EXPECT_EQ(broken[0].seq, 3) << column;
    tamper(
        "delete from jobflip_data.audit_event where chain = 'mail' and seq = 3;"
        "insert into jobflip_data.audit_event select * from public.kept; drop table public.kept");
    ASSERT_TRUE(verify().empty()) << column;
  }
}

TEST_F(PgAudit, AnEventThatWasRemovedIsMissedInTheMiddleAndAtTheEnd) {
  const auto last = store_.reader().audit({"mail", 0, 1000, true}).value().front().seq;
  tamper("delete from jobflip_data.audit_event where chain = 'mail' and seq = " +
         std::to_string(last));
  auto broken = verify();
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0].seq, last);
  tamper("delete from jobflip_data.audit_event where chain = 'mail' and seq = 2");
  broken = verify();
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0].seq, 2);
}

TEST_F(PgAudit, AChainWhoseHeadWasRemovedIsStillListed) {
  const auto heads = [&] { return store_.reader().audit_heads().value(); };
  const auto before = heads();
  ASSERT_GE(before.size(), 2u);
  store_.sql("delete from jobflip_data.audit_head where chain = 'mail'");
  const auto left = heads();
  ASSERT_EQ(left.size(), before.size());
  const auto mails = std::ranges::find(left, "mail", &core::ChainHead::chain);
  ASSERT_NE(mails, left.end());
  EXPECT_EQ(mails->seq, 0);
  const auto broken = verify();
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0].chain, "mail");
  store_.sql("delete from jobflip_data.audit_head");
  tamper("delete from jobflip_data.audit_event");
  EXPECT_EQ(heads().size(), 0u) << "only anchors can show this";
}

TEST_F(PgAudit, NoEventHasANumberBelowOne) {
  for (const std::string seq : {"0", "-1"})
    EXPECT_THROW(tamper("update jobflip_data.audit_event set seq = " + seq + " where seq = 1"),
                 std::exception);
  EXPECT_NO_THROW(tamper("update jobflip_data.audit_event set seq = seq"));
}

TEST_F(PgAudit, AChangeDoesNotHappenIfItsEventCannotBeWritten) {
  tamper("alter table jobflip_data.audit_event add constraint full_disk check (seq < 6) not valid");
  const auto paused_before =
      store_.sql("select pause_reason from jobflip_data.pool where name = 'mail'");
  for (int i = 0; i < 3; ++i) (void)store_.oper().pause(mail, Millis{60'000}, {"", "unrecorded"});
  const auto recorded = store_.sql(
      "select count(*) from jobflip_data.audit_event where chain = 'mail' "
      "and reason = 'unrecorded'");
  const auto now = store_.sql("select pause_reason from jobflip_data.pool where name = 'mail'");
  store_.sql("alter table jobflip_data.audit_event drop constraint full_disk");
  EXPECT_EQ(recorded, "0");
  EXPECT_EQ(now, paused_before);
}

TEST_F(PgAudit, PagesReadInTurnAreTheWholeChain) {
  audit::ChainWalk walk{"mail"};
  for (;;) {
    const auto page = store_.reader().audit({"mail", walk.last_seq(), 2, false}).value();
    if (page.empty()) break;
    ASSERT_LE(page.size(), 2u);
    ASSERT_FALSE(walk.feed(page));
  }
  const auto heads = store_.reader().audit_heads().value();
  const auto head = std::ranges::find(heads, "mail", &core::ChainHead::chain);
  ASSERT_NE(head, heads.end());
  EXPECT_FALSE(walk.finish(*head)) << walk.flaw()->why;
}

}  // namespace
}  // namespace jobflip::test
