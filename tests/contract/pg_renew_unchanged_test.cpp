// The short beat: a holder that reports the same again, when nothing else happens, is answered
// with a number only. Any change must appear in the answer to the very next beat.

#include "contract/pg_renew_unchanged.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <pqxx/pqxx>

namespace jobflip::test {
namespace {

TEST_F(PgRenewUnchanged, ItsReplyIsTheOneOfAFullBeatButForTheNumbers) {
  store_.sql("update jobflip_data.pool set settings = settings");  // makes the next one a full beat
  const auto full = beat();
  const auto number = full_beat_of_job1();
  const auto again = beat();
  EXPECT_EQ(full_beat_of_job1(), number);
  EXPECT_EQ(again.beat.value, full.beat.value + 1);
  EXPECT_EQ(again.incarnation, full.incarnation);
  EXPECT_EQ(again.history_whole, full.history_whole);
  ASSERT_EQ(again.pools.size(), full.pools.size());
  for (std::size_t i = 0; i < full.pools.size(); ++i) {
    const auto& a = again.pools[i];
    const auto& b = full.pools[i];
    EXPECT_EQ(a.lease_beat, again.beat);
    EXPECT_EQ(std::tie(a.pool, a.version, a.epoch, a.state, a.holder, a.paused, a.frozen, a.drained,
                       a.rank, a.flip),
              std::tie(b.pool, b.version, b.epoch, b.state, b.holder, b.paused, b.frozen, b.drained,
                       b.rank, b.flip));
    EXPECT_FALSE(a.settings.has_value());
  }
}

TEST_F(PgRenewUnchanged, ItRenewsTheLeaseThatAnotherNodeWatches) {
  const auto watched = [&] {
    return store_.agent(job2)
        .beat({job2, kInstance, {}, {}, "", {}, {}})
        .value()
        .pools.at(0)
        .lease_beat;
  };
  const auto before = watched();
  EXPECT_TRUE(is_short());
  EXPECT_EQ(watched().value, before.value + 1);
}

TEST_F(PgRenewUnchanged, EveryChangeIsInTheAnswerOfTheVeryNextBeat) {
  auto& oper = store_.oper();
  const core::OperatorContext alice{"alice", "a test"};
  auto observing = small_fleet();
  observing.pools[0].mode = core::PoolMode::observe;
  auto slower = small_fleet();
  slower.pools[0].start_timeout += Millis{1};
  const auto flip = persons_flip(job2);
  FlipId asked;
  const auto holds = [](const core::PoolReport& r) {
    return r.holder == job1 && r.state == core::OwnerState::held;
  };
  using Report = const core::PoolReport&;
  struct Change {
    const char* name;
    std::function<bool()> make;
    std::function<bool(Report)> shows;
  };
  const std::vector<Change> changes{
      {"pause", [&] { return oper.pause(mail, Millis{60'000}, alice).has_value(); },
       [](Report r) { return r.paused; }},
      {"resume", [&] { return oper.pause(mail, std::nullopt, alice).has_value(); },
       [](Report r) { return !r.paused; }},
      {"drain", [&] { return oper.drain(job1, true, alice).has_value(); },
       [](Report r) { return r.drained; }},
      {"undrain", [&] { return oper.drain(job1, false, alice).has_value(); },
       [](Report r) { return !r.drained; }},
      {"mode", [&] { return oper.apply(observing, alice, false).has_value(); },
       [](Report r) { return r.paused && r.settings.has_value(); }},
      {"settings", [&] { return oper.apply(slower, alice, false).has_value(); },
       [&](Report r) {
         return !r.paused && r.settings &&
                r.settings->start_timeout == slower.pools[0].start_timeout;
       }},
      {"flip",
       [&] {
         store_.agent(job2).beat({job2, kInstance, {}, {mail, paper}, "", {}, {}}).value();
         const auto answer = oper.request_flip(flip).value();
         asked = answer.flip;
         return answer.accepted;
       },
       [&](Report r) { return r.flip && r.flip->id == asked; }},
      {"abort", [&] { return oper.abort_flip(asked, alice).value().accepted; },
       [&](Report r) { return !r.flip && holds(r); }},
      {"lost history", [&] { return crash(); }, [](Report r) { return r.frozen; }},
      {"end of the freeze", [&] { return eventually([&] { return !mail_report().frozen; }); },
       [&](Report r) { return !r.frozen && holds(r); }},
      {"release", [&] { return release(mail); },
       [](Report r) { return r.state == core::OwnerState::released; }},
  };
  for (const auto& change : changes) {
    ASSERT_TRUE(change.make()) << change.name;
    EXPECT_TRUE(change.shows(mail_report())) << change.name;
    const auto now = mail_report();
    const bool quiet = holds(now) && !now.paused && !now.drained && !now.frozen && !now.flip;
    EXPECT_EQ(is_short(), quiet) << "after " << change.name;
  }
}

TEST_F(PgRenewUnchanged, ATakeByAnotherNodeIsInTheAnswerOfTheVeryNextBeat) {
  ASSERT_TRUE(release(mail));
  const auto epoch = take(job2, mail);
  const auto report = mail_report();
  EXPECT_EQ(report.holder, job2);
  EXPECT_EQ(report.epoch, epoch);
}

TEST_F(PgRenewUnchanged, AChangeOfTheOwnerThatNoFunctionMadeShowsToo) {
  store_.sql(
      "update jobflip_data.pool_owner set holder = 'job3', epoch = epoch + 1 where pool = 'mail'");
  EXPECT_EQ(mail_report().holder, job3);
}

TEST_F(PgRenewUnchanged, APoolMoreOrLessShows) {
  auto fleet = small_fleet();
  fleet.pools.pop_back();
  ASSERT_TRUE(release(paper));
  request_.renewals.pop_back();
  ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_value());
  EXPECT_EQ(beat().pools.size(), 1u);
  EXPECT_TRUE(is_short());
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  EXPECT_EQ(beat().pools.size(), 2u);
}

// The view can be used without a function, so it must not allow anything else.
TEST_F(PgRenewUnchanged, TheViewLetsALoginMoveItsOwnBeatAndNothingElse) {
  pqxx::connection job1_session{store_.conninfo("job1")};
  const auto code_of = [&](const std::string& sql) -> std::string {
    pqxx::nontransaction session{job1_session};
    try {
      return std::to_string(session.exec(sql).affected_rows());
    } catch (const pqxx::insufficient_privilege&) {
      return "42501";  // libpqxx 6 does not keep the SQLSTATE
    } catch (const pqxx::sql_error& error) {
      return error.sqlstate();
    }
  };
  EXPECT_EQ(
      code_of("update jobflip.renew_unchanged set beat = beat + 1, beat_at = clock_timestamp()"),
      "1");
  EXPECT_EQ(code_of("update jobflip.renew_unchanged set beat = 0 where node = 'job2'"), "0");
  EXPECT_EQ(
      code_of("update jobflip.renew_unchanged set beat_at = clock_timestamp() + interval '1 h'"),
      "44000")
      << "a lease that nobody could take";
  EXPECT_EQ(code_of("update jobflip.renew_unchanged set full_beat_number = 1"), "42501");
  EXPECT_EQ(code_of("update jobflip.renew_unchanged set node = 'job2'"), "42501");
  EXPECT_EQ(code_of("delete from jobflip.renew_unchanged"), "42501");
  EXPECT_EQ(code_of("select beat_at from jobflip.renew_unchanged"), "42501");
  EXPECT_EQ(code_of("begin; lock table jobflip.renew_unchanged; commit"), "42501")
      << "every node's beat would wait";
  for (const std::string login : {"worker1", "ops1"}) {
    pqxx::connection other{store_.conninfo(login)};
    pqxx::nontransaction session{other};
    EXPECT_THROW(session.exec("select beat from jobflip.renew_unchanged"),
                 pqxx::insufficient_privilege)
        << login;
  }
}

TEST_F(PgRenewUnchanged, AClockThatWasSetBackCostsAFullBeatAndNoLease) {
  store_.sql(
      "update jobflip_data.node_beat set beat_at = clock_timestamp() + interval '2 s' "
      "where node = 'job1'");
  EXPECT_FALSE(is_short());
  EXPECT_TRUE(eventually([&] { return is_short(); }));
}

TEST_F(PgRenewUnchanged, WhoeverRenewsLessOrStandsByIsAnsweredInFull) {
  request_.renewals.pop_back();
  beat();
  EXPECT_FALSE(is_short()) << "paper is held and not renewed";
  ASSERT_TRUE(release(mail));
  beat();
  EXPECT_FALSE(is_short()) << "mail is watched";
}

}  // namespace
}  // namespace jobflip::test
