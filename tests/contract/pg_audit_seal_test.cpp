// Old events leave the audit log by a seal, and in no other way.

#include <gtest/gtest.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "contract/pg_fixture.hpp"
#include "jobflip/audit/verification.hpp"
#include "jobflip/base/hex.hpp"
#include "jobflip/base/time_text.hpp"
#include "jobflip/store/audit_pruner.hpp"

namespace jobflip::test {
namespace {

const WallTime kJanuary = *parse_utc_time("2025-01-01 00:00:00");

class PgAuditSeal : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "first fleet"}, false).has_value());
    for (int i = 0; i < 6; ++i)
      ASSERT_TRUE(store_.oper().pause(mail, Millis{60'000}, {"", "a reason"}).has_value());
    age(4);
  }

  /// Moves the first events of mail into the year 2024, with the hashes that they would have.
  void age(std::int64_t count) {
    auto all = events();
    std::string sql = "alter table jobflip_data.audit_event disable trigger user;";
    std::string previous = all.front().previous_hash;
    for (auto& e : all) {
      if (e.seq <= count) e.at = kJanuary - std::chrono::hours{24} + Micros{e.seq};
      e.previous_hash = previous;
      previous = e.hash = audit::audit_hash(previous, e);
      sql += "update jobflip_data.audit_event set at = '" + rfc3339(e.at) + "', previous_hash = '" +
             bytea(e.previous_hash) + "', hash = '" + bytea(e.hash) +
             "' where chain = 'mail' and seq = " + std::to_string(e.seq) + ";";
    }
    store_.sql(sql + "update jobflip_data.audit_head set hash = '" + bytea(previous) +
               "' where chain = 'mail';"
               "alter table jobflip_data.audit_event enable trigger user");
  }
  static std::string bytea(const std::string& bytes) { return "\\x" + hex_of_bytes(bytes); }

  std::vector<core::AuditEvent> events() {
    return store_.reader().audit({"mail", 0, 1000, false}).value();
  }
  audit::ChainCheck verify() {
    const auto heads = store_.reader().audit_heads().value();
    audit::LogCheck check;
    for (const auto& event : events()) check.add(event);
    const auto checks = check.finish({std::vector<core::ChainHead>{}, heads, false});
    return *std::ranges::find(checks, "mail", [](const auto& one) { return one.head.chain; });
  }
  ports::AuditSeal seal_of(std::int64_t up_to) {
    const auto all = events();
    const auto last = std::ranges::find(all, up_to, &core::AuditEvent::seq);
    return {"mail",   up_to,   last->hash, up_to - all.front().seq + 1, std::string(64, 'a'),
            kJanuary, "alice", "the rule"};
  }
  Result<void> seal(const ports::AuditSeal& one, const std::string& login = "postgres") {
    return store::open_audit_pruner(store_.settings(login))->seal(one);
  }
  std::string count() {
    return store_.sql("select count(*) from jobflip_data.audit_event where chain = 'mail'");
  }
  void expect_append_only(const std::string& sql) {
    try {
      store_.sql(sql);
      ADD_FAILURE() << sql;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find("append-only"), std::string::npos) << error.what();
    }
  }

  PgStore store_;
};

TEST_F(PgAuditSeal, RemovesTheFirstEventsAndTheChainStillVerifies) {
  ASSERT_FALSE(verify().flaw);
  const auto wanted = seal_of(4);
  const auto before = events().size();
  const auto sealed = seal(wanted);
  ASSERT_TRUE(sealed) << sealed.error().text;
  const auto left = events();
  EXPECT_EQ(left.size(), before - 4 + 1);
  EXPECT_EQ(left.front().seq, 5);
  EXPECT_EQ(left.back().kind, "audit_sealed");
  EXPECT_EQ(left.back().actor, "alice");
  EXPECT_EQ(left.back().reason, "the rule");
  const auto check = verify();
  EXPECT_FALSE(check.flaw) << check.flaw->why;
  EXPECT_EQ(check.seal, (audit::Seal{4, wanted.hash, 4, std::string(64, 'a')}));
  age(6);
  ASSERT_TRUE(seal(seal_of(6)));
  EXPECT_FALSE(verify().flaw) << "and again";
  EXPECT_EQ(verify().seal->events, 2);
  ASSERT_TRUE(store_.oper().pause(mail, Millis{60'000}, {"", "goes on"}).has_value());
  EXPECT_FALSE(verify().flaw);
}

TEST_F(PgAuditSeal, IsForTheOwnerOnly) {
  const auto wanted = seal_of(4);
  for (const std::string login : {"ops1", "sup1", "job1"}) {
    const auto refused = seal(wanted, login);
    ASSERT_TRUE(refused.has_error()) << login;
    EXPECT_EQ(refused.error().code, ErrorCode::store_denied) << refused.error().text;
  }
  EXPECT_EQ(events().front().seq, 1);
  EXPECT_TRUE(seal(wanted));
}

TEST_F(PgAuditSeal, IsRefusedIfItIsNotWhatTheStoreHas) {
  const auto good = seal_of(4);
  const std::pair<const char*, std::function<void(ports::AuditSeal&)>> changes[] = {
      {"one event too many", [](auto& s) { s.events = 5; }},
      {"one too few", [](auto& s) { s.events = 3; }},
      {"another hash", [](auto& s) { s.hash[0] ^= 1; }},
      {"an event that is not there", [](auto& s) { s.up_to = 40; }},
      {"no SHA-256", [](auto& s) { s.sha256 = "abc"; }},
      {"the middle of a month", [](auto& s) { s.before += std::chrono::hours{24}; }},
      {"a month too early", [](auto& s) { s.before -= std::chrono::days{31}; }},
      {"a month that is not over",
       [](auto& s) { s.before = *parse_utc_time("2999-01-01 00:00:00"); }},
      {"no reason", [](auto& s) { s.reason = " "; }},
      {"another chain", [](auto& s) { s.chain = "jobflip"; }},
  };
  const auto before = count();
  for (const auto& [what, change] : changes) {
    auto wrong = good;
    change(wrong);
    EXPECT_TRUE(seal(wrong).has_error()) << what;
    EXPECT_EQ(count(), before) << what;
  }
  auto recent = seal_of(5);  // of this month
  EXPECT_TRUE(seal(recent).has_error());
  EXPECT_EQ(count(), before);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_seal"), "0");
  EXPECT_TRUE(seal(good));
}

TEST_F(PgAuditSeal, NothingElsePassesTheTriggers) {
  const std::string remove =
      "delete from jobflip_data.audit_event where chain = 'mail' and seq <= ";
  const std::string row =
      "begin; insert into jobflip_data.audit_seal (chain, up_to, hash, events, sha256) values "
      "('mail', 4, '\\x00', 4, 'a');";
  expect_append_only(remove + "4");
  expect_append_only(row + remove + "5");  // more than the seal covers
  expect_append_only(row + "delete from jobflip_data.audit_event where chain = 'jobflip'");
  expect_append_only(row + "update jobflip_data.audit_event set reason = '' where chain = 'mail'");
  expect_append_only(row + "truncate jobflip_data.audit_event");
  EXPECT_EQ(events().front().seq, 1);
  try {
    store_.sql(row + remove + "4; commit");
    ADD_FAILURE() << "a seal without its event";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("no event about its seal"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(events().front().seq, 1);
  ASSERT_TRUE(seal(seal_of(4)));
  expect_append_only("delete from jobflip_data.audit_event where chain = 'mail' and seq = 5");
  expect_append_only("delete from jobflip_data.audit_seal");
  expect_append_only("update jobflip_data.audit_seal set up_to = 5");
  expect_append_only("truncate jobflip_data.audit_seal");
}

TEST_F(PgAuditSeal, ATakeDoesNotWaitForTheRemoval) {
  pqxx::connection owner{store_.conninfo("postgres")};
  pqxx::work open{owner};
  const auto wanted = seal_of(4);
  open.exec(
      "insert into jobflip_data.audit_seal (chain, up_to, hash, events, sha256) values "
      "('mail', 4, '" +
      bytea(wanted.hash) + "', 4, 'a')");
  open.exec("delete from jobflip_data.audit_event where chain = 'mail' and seq <= 4");
  EXPECT_TRUE(store_.oper().pause(mail, Millis{60'000}, {"", "meanwhile"}).has_value());
}

}  // namespace
}  // namespace jobflip::test
