// The changes of `apply` as a person reads them.

#include "cli/apply_view.hpp"

#include <gmock/gmock.h>

namespace jobflip::cli {
namespace {

using ::testing::ElementsAre;

/// Two pools with a queue of one name; the query of mail's is given.
std::vector<core::PoolSettings> pools_with(const std::string& query) {
  std::vector<core::PoolSettings> out;
  for (const char* name : {"web", "mail"}) {
    auto& pool = out.emplace_back();
    pool.name = PoolName::of(name);
    pool.queues.emplace_back().name = QueueName::of("email");
    pool.queues.front().query = "select web";
  }
  out.back().queues.front().query = query;
  return out;
}

std::vector<std::string> shown(const std::string& before, const std::string& after) {
  core::Snapshot snapshot;
  for (const auto& settings : pools_with(before)) snapshot.pools.emplace_back().settings = settings;
  core::Fleet wanted;
  wanted.pools = pools_with(after);
  return shown_changes({"~ pools mail queues email query: x -> y"}, snapshot, wanted);
}

TEST(ApplyView, ShowsOfAQueryWhatGoesAndThenWhatComes) {
  EXPECT_THAT(shown("select 1\nfrom a\nwhere x", "select 1\nfrom b\nwhere x"),
              ElementsAre("~ pool mail queue email query:", "    - from a", "    + from b"));
}

TEST(ApplyView, ShowsNoLinesOfAQueryWithoutBound) {
  std::string lines = "select 1";
  for (int i = 0; i < 1000; ++i) lines += "\n";
  EXPECT_THAT(shown("select 2", lines), ElementsAre("~ pool mail queue email query:"));
  EXPECT_THAT(shown(lines, "select 2"), ElementsAre("~ pool mail queue email query:"));
}

}  // namespace
}  // namespace jobflip::cli
