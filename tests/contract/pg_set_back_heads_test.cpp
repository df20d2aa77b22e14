// Heads of audit chains, as supervisors have read them, reveal that older files were restored when
// no beat and no epoch does.

#include <gtest/gtest.h>

#include <algorithm>

#include "contract/pg_set_back.hpp"

namespace jobflip::test {
namespace {

class PgSetBackHeads : public PgSetBack {
 protected:
  void SetUp() override {
    PgSetBack::SetUp();
    for (auto* one : {&sup1_, &sup2_}) one->report(supervisors);
  }
  std::vector<core::ChainHead> read_heads() {
    Result<std::vector<core::ChainHead>> heads = Error{};
    EXPECT_TRUE(eventually([&] {  // the server was started a moment ago
      heads = store_.supervisor(sup1).audit_heads();
      return heads.has_value();
    }));
    return heads.has_value() ? *heads : std::vector<core::ChainHead>{};
  }
  /// A change of a pool that moves neither a beat nor an epoch.
  void pause(const std::string& reason) {
    Result<core::OperatorAnswer> paused = Error{};
    EXPECT_TRUE(eventually([&] {  // as above
      paused = store_.oper().pause(mail, Millis{60'000}, {"alice", reason});
      return paused.has_value();
    })) << paused.error().text;
  }
  static std::string seq_of(const std::vector<core::ChainHead>& heads, const std::string& chain) {
    const auto found = std::ranges::find(heads, chain, &core::ChainHead::chain);
    return found == heads.end() ? "none" : std::to_string(found->seq);
  }

  OneNode sup1_{sup1, store_.settings("sup1")};
  OneNode sup2_{sup2, store_.settings("sup2")};
};

TEST_F(PgSetBackHeads, ALowerHeadThanASupervisorHasReadFreezesOnceAndIsRecorded) {
  const auto before = read_heads();
  copy_files();
  pause("after the copy");
  const auto after = read_heads();
  ASSERT_NE(seq_of(before, "mail"), seq_of(after, "mail"));
  put_copy_back();
  EXPECT_FALSE(sup1_.report(supervisors).frozen) << "neither a beat nor an epoch reveals it";
  sup1_.remember(after);
  EXPECT_TRUE(sup1_.report(supervisors).frozen);
  EXPECT_TRUE(job1_.report().frozen) << "every pool";
  EXPECT_EQ(job1_.take().outcome, core::TakeOutcome::frozen);
  const auto claim = "node sup1 claims event " + seq_of(after, "mail") +
                     " of the audit chain mail; the store has " + seq_of(before, "mail");
  EXPECT_NE(store_events().find("sup1: a claim that the store was set back: " + claim),
            std::string::npos)
      << store_events();
  EXPECT_EQ(store_.sql("select set_back from jobflip.snapshot_store()"), claim);

  const auto until = store_.sql("select seen_at from jobflip_data.incarnation");
  sup2_.remember(after);
  sup2_.report(supervisors);
  sup1_.remember({{"mail", 1'000'000, after.front().hash}});
  sup1_.report(supervisors);
  EXPECT_EQ(store_.sql("select seen_at from jobflip_data.incarnation"), until) << "said once";
}

TEST_F(PgSetBackHeads, AnotherHashUnderTheSameNumberShowsItToo) {
  copy_files();
  pause("the history that was lost");
  const auto lost = read_heads();
  put_copy_back();
  pause("the history that there is");
  ASSERT_EQ(seq_of(lost, "mail"), seq_of(read_heads(), "mail"));
  sup1_.remember(read_heads());
  EXPECT_FALSE(sup1_.report(supervisors).frozen);
  sup1_.remember(lost);
  EXPECT_TRUE(sup1_.report(supervisors).frozen);
  EXPECT_NE(store_events().find(
                "sup1: a claim that the store was set back: node sup1 claims that event " +
                seq_of(lost, "mail") + " of the audit chain mail has the hash"),
            std::string::npos)
      << store_events();
}

TEST_F(PgSetBackHeads, OnesThatTheStoreHasFreezeNothingWhateverWasAddedSince) {
  sup1_.remember(read_heads());
  sup1_.report(supervisors);
  cluster().pg().stop("fast");
  cluster().pg().start();
  pause("later");
  EXPECT_FALSE(sup1_.report(supervisors).frozen);
  sup1_.remember(read_heads());
  EXPECT_FALSE(sup1_.report(supervisors).frozen);
  EXPECT_EQ(store_events(), "");
}

TEST_F(PgSetBackHeads, OnlySupervisorsReportThemAndOnlyInTheirForm) {
  const core::ChainHead lie{"mail", 1'000'000, std::string(32, 'x')};
  job1_.remember({lie});
  EXPECT_FALSE(job1_.report().frozen) << "an agent";
  sup1_.remember({{"mail", 1'000'000, "short"}});
  const auto odd = sup1_.beat();
  ASSERT_TRUE(odd.has_error());
  EXPECT_EQ(odd.error().code, ErrorCode::usage) << odd.error().text;
  EXPECT_EQ(store_events(), "");
  sup1_.remember({lie});
  EXPECT_TRUE(sup1_.report(supervisors).frozen) << "the same report by a supervisor";
}

}  // namespace
}  // namespace jobflip::test
