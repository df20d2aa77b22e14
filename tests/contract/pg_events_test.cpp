// Events are followed although transactions commit in another order than they wrote, and what
// filters read is bounded by an index.

#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "cli/event_stream.hpp"
#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

class PgEvents : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "first fleet"}, false).has_value());
    stream_.begin_after(store_.reader().audit_heads().value());
  }

  /// "mail:why paper:why": chain and reason of all that is there for now.
  std::string read() {
    std::string out;
    do {
      const auto events = stream_.next(store_.reader());
      if (!events) return events.error().text;
      for (const auto& event : *events)
        out += (out.empty() ? "" : " ") + event.chain + ":" + event.reason;
    } while (stream_.has_more());
    return out;
  }

  static void pause(pqxx::transaction_base& in, const std::string& pool, const std::string& why) {
    in.exec("select jobflip.pause('" + pool + "', 60000, 'ann', '" + why + "')");
  }

  PgStore store_;
  cli::EventStream stream_{"", {}};
};

TEST_F(PgEvents, AnEventThatCommitsLaterThanANewerOneIsNotMissed) {
  pqxx::connection first{store_.conninfo("ops1")};
  pqxx::connection second{store_.conninfo("ops1")};
  pqxx::work slow{first};
  pause(slow, "mail", "slow");
  {
    pqxx::work quick{second};
    pause(quick, "paper", "quick");
    quick.commit();
  }
  EXPECT_EQ(read(), "paper:quick") << "the other is not committed, and its time is before this one";
  EXPECT_EQ(read(), "");
  slow.commit();
  EXPECT_EQ(read(), "mail:slow");
  EXPECT_EQ(read(), "");
}

TEST_F(PgEvents, WithinAChainNoEventOvertakesAnother) {
  pqxx::connection first{store_.conninfo("ops1")};
  pqxx::connection second{store_.conninfo("ops1")};
  {
    pqxx::work never{first};
    pause(never, "mail", "rolled-back");
    pqxx::work blocked{second};
    EXPECT_THROW(pause(blocked, "mail", "blocked"), pqxx::sql_error) << "it must not pass it";
    EXPECT_EQ(read(), "");
  }
  pqxx::work next{second};
  pause(next, "mail", "next");
  next.commit();
  EXPECT_EQ(read(), "mail:next") << "its number is the one that was rolled back";
}

/// How many rows of the log a call reads.
int rows_read(PgStore& store, const std::string& call) {
  return std::stoi(store.sql(
      "begin; do $do$ begin perform * from " + call +
      "; end $do$; select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables "
      "where schemaname = 'jobflip_data' and relname = 'audit_event'; commit"));
}

TEST_F(PgEvents, NoCallGetsMoreThanTenThousandOrATimeThatIsNone) {
  store_.sql(
      "insert into jobflip_data.audit_event select 'chain1', g, now(), 'hold', null, null, 4, "
      "'login', 'ann', 'why', '{}', '\\x00', '\\x00' from generate_series(1, 10001) g");
  for (const std::string call :
       {"find_events('', 0, null, null, null, null, null, null, 99999, true)",
        "find_history('', null, null, null, null, null, null, 99999)"})
    EXPECT_EQ(store_.sql("select count(*) from jobflip." + call), "10000") << call;
  for (const std::string at : {"9223372036854775807", "-9223372036854775808"})
    EXPECT_NO_THROW(store_.sql("select count(*) from jobflip.find_events('', 0, " + at +
                               ", null, null, null, null, null, 9, true)"))
        << at;
}

TEST_F(PgEvents, AFilterReadsNotMuchMoreThanItFinds) {
  store_.sql(
      "insert into jobflip_data.audit_event select 'chain' || g % 10, g / 10 + 1, "
      "timestamptz '2026-01-01 00:00Z' + g * interval '1 minute', "
      "case when g % 1000 = 0 then 'hold' else 'flip_step' end, "
      "case when g % 1500 = 0 then 'rare' else 'job' || g % 3 end, g / 20, 4, 'login', "
      "'ann', 'why', '{}', '\\x00', '\\x00' from generate_series(1, 30000) g; "
      "analyze jobflip_data.audit_event");
  const std::string cases[] = {
      "'', 0, null, null, null, null, null, null, 20, true",
      "'', 0, null, null, null, null, null, null, 20, false",
      "'', 0, null, null, null, null, 'hold', null, 20, true",
      "'', 0, null, null, 'rare', null, null, null, 20, true",
      "'', 0, null, null, null, null, null, 7, 20, true",
      "'', 0, null, null, null, 'ann', null, null, 20, true",
      "'chain3', 0, null, null, null, null, null, null, 20, true",
      "'chain3', 1500, null, null, null, null, null, null, 20, false",
      "'', 0, 1767312000000000, 1767315600000000, null, 'nobody', null, null, 20, true",
      "'chain3', 0, 1767312000000000, 1767315600000000, null, null, null, null, 20, false",
  };
  for (const auto& arguments : cases)
    EXPECT_LT(rows_read(store_, "jobflip.find_events(" + arguments + ")"), 200) << arguments;
  for (const std::string arguments :
       {"'', null, null, null, null, null, null, 20",
        "'', null, null, null, null, 'hold', null, 20",
        "'', 1767312000000000, 1767315600000000, null, 'nobody', null, null, 20"})
    EXPECT_LT(rows_read(store_, "jobflip.find_history(" + arguments + ")"), 200) << arguments;
}

}  // namespace
}  // namespace jobflip::test
