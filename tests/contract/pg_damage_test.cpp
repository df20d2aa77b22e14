// The values that a node's login can write into its own row are bounded. One row that can't be
// read must not hide the others: it is shown as damaged, and the rest as usual.

#include <gtest/gtest.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "contract/pg_renew_unchanged.hpp"

namespace jobflip::test {
namespace {

class PgDamage : public PgRenewUnchanged {
 protected:
  /// Runs as the login of job1. Returns the number of rows, or the SQLSTATE.
  std::string update(const std::string& set) {
    pqxx::connection connection{store_.conninfo("job1")};
    pqxx::nontransaction session{connection};
    try {
      const auto done = session.exec("update jobflip.renew_unchanged set " + set);
      return std::to_string(done.affected_rows());
    } catch (const pqxx::sql_error& error) {
      return error.sqlstate();
    }
  }
  core::Snapshot snapshot() {
    const auto read = store_.reader().snapshot();
    if (read) return *read;
    ADD_FAILURE() << read.error().text;
    return {};
  }
  static std::vector<std::string> pools_of(const core::Snapshot& snapshot) {
    std::vector<std::string> names;
    for (const auto& pool : snapshot.pools) names.push_back(pool.settings.name.str());
    return names;
  }
  static bool says(const core::Snapshot& snapshot, const std::string& words) {
    return std::ranges::any_of(snapshot.damaged, [&](const std::string& text) {
      return text.find(words) != std::string::npos;
    });
  }
};

TEST_F(PgDamage, ALoginMovesItsOwnBeatWithinBoundsOnly) {
  EXPECT_EQ(update("beat = beat + 1, beat_at = clock_timestamp()"), "1");
  for (const std::string set :
       {"beat_at = '-infinity'", "beat_at = 'infinity'", "beat_at = '1970-01-01'",
        "beat_at = clock_timestamp() - interval '2 minutes'", "beat = 9223372036854775807",
        "beat = -9223372036854775808", "beat = 0", "beat = full_beat_number - 1",
        "beat = full_beat_number + 1000001", "beat_at = null"})
    EXPECT_EQ(update(set), "44000") << set;
  EXPECT_EQ(update("beat = null"), "23502");
  EXPECT_TRUE(is_short()) << "none of it may be kept";
}

TEST_F(PgDamage, AnImpossibleTimeIsShownAndHidesNothingElse) {
  for (const std::string at : {"-infinity", "infinity", "4000-01-01 BC", "294000-01-01"}) {
    store_.sql("update jobflip_data.node_beat set beat_at = '" + at + "' where node = 'job2'");
    const auto seen = snapshot();
    EXPECT_EQ(pools_of(seen), (std::vector<std::string>{"mail", "paper"})) << at;
    EXPECT_TRUE(says(seen, "node job2")) << at;
    EXPECT_EQ(seen.damaged.size(), 1u) << at;
    const auto answer = store_.oper().request_flip(persons_flip(job2));
    ASSERT_TRUE(answer.has_value()) << at << ": " << answer.error().text;
    EXPECT_FALSE(answer->accepted) << at;
  }
  store_.sql("update jobflip_data.node_beat set beat_at = null where node = 'job2'");
  EXPECT_TRUE(snapshot().damaged.empty());
}

TEST_F(PgDamage, ARowThatCannotBeReadIsLeftOutAndNamedAndTheOthersAreShown) {
  // A separate database, because its tables are changed.
  PgStore own{shared_cluster(), PgStore::Database::own};
  ASSERT_TRUE(own.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  EXPECT_TRUE(own.reader().snapshot().value().damaged.empty());
  own.sql(
      "alter domain jobflip.settings_document drop constraint has_lengths_within_bounds;"
      "update jobflip_data.pool set settings = settings || '{\"hold_down_ms\": "
      "9000000000000000000}' where name = 'paper';"
      "insert into jobflip_data.queue_verdict values ('mail', 'email', 'OK', '', '-infinity', "
      "'infinity', "
      "'nonsense')");
  const auto seen = own.reader().snapshot().value();
  EXPECT_EQ(pools_of(seen), std::vector<std::string>{"mail"});
  EXPECT_TRUE(says(seen, "pool paper: its row")) << ::testing::PrintToString(seen.damaged);
  EXPECT_TRUE(says(seen, "queue email of pool mail: its row"))
      << ::testing::PrintToString(seen.damaged);
  ASSERT_EQ(seen.pools.size(), 1u);
  EXPECT_EQ(seen.pools[0].candidates.size(), 3u);
  EXPECT_TRUE(seen.pools[0].queues.empty());
}

TEST_F(PgDamage, ABadTimeOfAFlipOrAPauseHidesNothingElse) {
  store_.agent(job2).beat({job2, kInstance, {}, {mail, paper}, "", {}, {}}).value();
  const auto flip = store_.oper().request_flip(persons_flip(job2)).value();
  ASSERT_TRUE(flip.accepted) << flip.sentence;
  store_.sql(
      "update jobflip_data.flip set requested_at = '-infinity', state_since = 'infinity';"
      "update jobflip_data.pool set paused_until = 'infinity', pause_reason = 'for ever', "
      "cooldown_until = 'infinity', cooldown_level = 1 where name = 'paper'");
  const auto seen = snapshot();
  EXPECT_TRUE(says(seen, "flip " + std::to_string(flip.flip.value) + " of pool mail"))
      << ::testing::PrintToString(seen.damaged);
  EXPECT_TRUE(says(seen, "pool paper")) << ::testing::PrintToString(seen.damaged);
  EXPECT_EQ(pools_of(seen), std::vector<std::string>{"mail"});
  const auto history = store_.reader().history({mail, 10});
  ASSERT_TRUE(history.has_value()) << history.error().text;
  EXPECT_EQ(std::ranges::count(*history, core::HistoryKind::damaged, &core::HistoryEntry::kind), 1);
}

}  // namespace
}  // namespace jobflip::test
