// Whose name a person may claim: the store and core::why_not_claimed agree, and every call that
// takes a claimed name asks.

#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "contract/pg_fixture.hpp"
#include "jobflip/core/operator_words.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;

TEST(PgClaimedName, IsRefusedByTheStoreIfAndOnlyIfCoreRefusesIt) {
  PgStore store{shared_cluster(), PgStore::Database::own};
  pqxx::connection session{store.conninfo("postgres")};
  for (const std::string name :
       {"", "ada", "node", "node ", "Supervisor", "supervision 1", "my supervisor x", "a node x",
        "supervisor sup1", "SUPERVISOR\tsup1", " \n node job1", "node\vx", "nodes x", "node-red x",
        "supervisor\xc2\xa0sup1", "supervisor: sup1", "\xe2\x80\x8bnode x"}) {
    bool accepted = true;
    try {
      pqxx::nontransaction work{session};
      work.exec("select jobflip.require_person(" + work.quote(name) + ")");
    } catch (const pqxx::sql_error&) {
      accepted = false;
    }
    EXPECT_EQ(accepted, core::why_not_claimed(name).empty()) << '"' << name << '"';
  }
}

TEST(PgClaimedName, OfASupervisorIsRefusedToPeopleWhateverTheyAsk) {
  PgStore store{shared_cluster(), PgStore::Database::own};
  const core::OperatorContext honest{"ada", "a test"};
  const core::OperatorContext liar{"supervisor sup1", "a test"};
  ASSERT_TRUE(store.oper().apply(small_fleet(), honest, false).has_value());
  const auto expect_refused = [&](std::string_view what, const auto& call) {
    const auto ok = call(honest);
    EXPECT_TRUE(ok.has_value()) << what << ": " << (ok ? "" : ok.error().text);
    const auto refused = call(liar);
    ASSERT_FALSE(refused.has_value()) << what;
    EXPECT_THAT(refused.error().text, HasSubstr("looks like that of a program")) << what;
  };
  expect_refused("apply",
                 [&](const auto& by) { return store.oper().apply(small_fleet(), by, false); });
  expect_refused("pause",
                 [&](const auto& by) { return store.oper().pause(mail, Millis{1000}, by); });
  expect_refused("drain", [&](const auto& by) { return store.oper().drain(job2, true, by); });
  expect_refused("ack", [&](const auto& by) { return store.oper().acknowledge(mail, by); });
  expect_refused("open", [&](const auto& by) {
    return store.oper().open_incident(mail, core::IncidentClass::other, by);
  });
  expect_refused("note", [&](const auto& by) {
    return store.oper().change_incident({IncidentId{1}, core::IncidentChange::What::note, ""}, by);
  });
  for (const auto what : {core::DeploymentMark::What::start, core::DeploymentMark::What::done,
                          core::DeploymentMark::What::rollback})
    expect_refused(name_of(what), [&](const auto& by) {
      return store.oper().mark_deployment({mail, what, "4.2.1", false, random_uuid(), ""}, by);
    });
  expect_refused("flip", [&](const auto& by) {
    core::FlipRequest request;
    request.request = random_uuid();
    request.pool = mail;
    request.to = job1;
    request.by.claimed_name = by.claimed_name;
    request.reason = by.reason;
    return store.oper().request_flip(request);
  });
}

}  // namespace
}  // namespace jobflip::test
