// The doctor's findings about rights of every login on the store's database, about sessions that
// idle, and about a chain without a head.
#include <gmock/gmock.h>

#include "jobflip/setup/doctor.hpp"

namespace jobflip::setup {
namespace {

using ::testing::IsEmpty;

std::vector<std::string> names_in(const Findings& findings) {
  std::vector<std::string> names;
  for (const auto& one : findings)
    names.push_back((one.severity == Severity::error ? "E " : "W ") + one.name);
  return names;
}

TEST(Doctor, WarnsOfWhatLoginsMayDoByNotGoingOn) {
  EXPECT_EQ(names_in(judge_store({{"database_public", "jobs", "CONNECT"},
                                  {"advisory_public", "jobs", "24"},
                                  {"idle_timeout", "job1", "0"},
                                  {"setting", "max_prepared_transactions", "5"}})),
            (std::vector<std::string>{"W database-public", "W advisory-public",
                                      "W idle-in-transaction", "W prepared-transactions"}));
  EXPECT_THAT(judge_store({{"advisory_public", "jobs", "0"},
                           {"idle_timeout", "job1", "10s"},
                           {"setting", "max_prepared_transactions", "0"}}),
              IsEmpty());
}

TEST(Doctor, AChainWhoseHeadIsGoneIsAnErrorWhateverAnchorsThereAre) {
  const std::vector<core::ChainHead> heads{{"mail", 5, "h"}, {"gone", 0, ""}};
  EXPECT_EQ(names_in(judge_anchors(heads, {"mail", "gone"})),
            std::vector<std::string>{"E audit-broken"});
}

TEST(Doctor, ADamagedRowIsAnError) {
  core::Snapshot snapshot;
  snapshot.damaged = {"pool paper: its row in the store can't be read"};
  EXPECT_EQ(names_in(judge_pools(snapshot, "1.0")), std::vector<std::string>{"E damaged-row"});
}

}  // namespace
}  // namespace jobflip::setup
