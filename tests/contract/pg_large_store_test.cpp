// A store of many events: what people and supervisors ask for again and again reads what it shows,
// and not what happened before. tests/bench/history.sh measures the same on 10 million events.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "contract/pg_fixture.hpp"
#include "support/build_paths.hpp"

namespace jobflip::test {
namespace {

struct Call {
  const char* name;
  const char* sql;
};

class PgLargeStore : public ::testing::TestWithParam<Call> {
 protected:
  /// One store for all of them: nothing changes it.
  static void SetUpTestSuite() {
    store_ = std::make_unique<PgStore>(shared_cluster(), PgStore::Database::own);
    ASSERT_TRUE(store_->oper().apply(small_fleet(), {"alice", "first fleet"}, false).has_value());
    std::ifstream file{source_path("tests/bench/large_store.sql")};
    store_->sql({std::istreambuf_iterator<char>{file}, {}});
    store_->sql("call bench.add_events(30000, 365); call bench.add_flips(); analyze");
  }
  static void TearDownTestSuite() { store_.reset(); }

  /// Of events, flips and incidents, whether by an index or not.
  static long rows_read_by(const std::string& call) {
    const auto said = store_->sql(
        "begin; select count(*) from " + call +
        "; select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables "
        "where relname in ('audit_event', 'flip', 'incident'); commit");
    return std::stol(said.substr(said.find('\n') + 1));
  }

  static std::unique_ptr<PgStore> store_;
};

std::unique_ptr<PgStore> PgLargeStore::store_;

TEST_P(PgLargeStore, IsReadByIndex) {
  EXPECT_LE(rows_read_by(GetParam().sql), 500) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    Each, PgLargeStore,
    ::testing::Values(
        Call{"HistoryOfAPool",
             "jobflip.find_history('mail', null, null, null, null, null, null, 21)"},
        Call{"HistoryOfAll", "jobflip.find_history('', null, null, null, null, null, null, 21)"},
        Call{"HistoryOfANode",
             "jobflip.find_history('', null, null, 'mail-a', null, null, null, 21)"},
        Call{"HistoryOfAStranger",
             "jobflip.find_history('', null, null, null, 'nobody', null, null, 21)"},
        Call{"HistoryOfTakeovers",
             "jobflip.find_history('', null, null, null, null, 'takeover', null, 21)"},
        Call{"NewestEventsOfAPool",
             "jobflip.find_events('mail', 0, null, null, null, null, null, null, 50, true)"},
        Call{"NewestEventsOfAll",
             "jobflip.find_events('', 0, null, null, null, null, null, null, 50, true)"},
        Call{"EventsOfAStranger",
             "jobflip.find_events('', 0, null, null, null, 'nobody', null, null, 50, true)"},
        Call{"EventsOfAnActorOfOld",
             "jobflip.find_events('', 0, null, null, null, 'zoe', null, null, 50, true)"},
        Call{"EventsOfAKindThatThePoolHasNot",
             "jobflip.find_events('mail', 0, null, null, null, null, 'paused', null, 50, true)"},
        Call{"EventsOfAFlip",
             "jobflip.find_events('', 0, null, null, null, null, null, 100, 50, true)"},
        Call{"Show", "jobflip.find_flips(100), jobflip.flip_timeline(100)"},
        Call{"Incidents", "jobflip.find_incidents(null, '', null, null, null, null, 21, null)"},
        Call{"OpenIncidents", "jobflip.find_incidents(null, '', null, null, null, true, 21, null)"},
        Call{"LastFlipsInASnapshot", "jobflip.snapshot_last_flips()"},
        Call{"BudgetInASnapshot", "jobflip.snapshot_store()"},
        Call{"OpenFlipsInASnapshot", "jobflip.find_flips(null)"}),
    [](const auto& one) { return std::string{one.param.name}; });

}  // namespace
}  // namespace jobflip::test
