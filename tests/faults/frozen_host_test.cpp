/// A whole host stands still, as a paused virtual machine does, and wakes up when another node has
/// taken over: what its workers had in hand is not committed, and they end.
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "faults/field.hpp"

namespace jobflip::faults {
namespace {

using namespace std::chrono_literals;

class FrozenHost : public ::testing::Test {
 protected:
  FrozenHost() {
    if (mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("mkdtemp " + folder_);
    field_ = std::make_unique<Field>(folder_);
    for (const auto& node : field_->nodes()) field_->start(node);
    field_->start_producer();
  }
  ~FrozenHost() override {
    field_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  /// The node under which jobs are committed, other than `not_this`. "" past the deadline.
  std::string await_work(const std::string& not_this = "") {
    std::string holder;
    std::int64_t commits = -1;
    const bool works = test::eventually(
        [&] {
          const auto state = field_->look();
          if (!state || state->holder.empty() || state->holder == not_this) return false;
          if (commits < 0) commits = state->commits;
          holder = state->holder;
          return state->commits > commits + 20;
        },
        40s);
    return works ? holder : "";
  }

  std::vector<pid_t> host_of(const std::string& node) {
    std::vector<pid_t> all{field_->daemon(node).pid()};
    if (const auto guard = field_->guard_of(node)) all.push_back(guard->pid);
    for (const auto& worker : field_->workers_of(node)) all.push_back(worker.pid);
    return all;
  }

  std::string folder_{"/tmp/jobflip-frozen-XXXXXX"};
  std::unique_ptr<Field> field_;
};

TEST_F(FrozenHost, CommitsNothingWhenItWakesAfterATakeover) {
  const auto old = await_work();
  ASSERT_NE(old, "");
  const auto epoch = field_->look()->epoch;
  const auto host = host_of(old);
  ASSERT_GE(host.size(), 3u) << "agent, guard and worker";
  for (const auto pid : host) ::kill(pid, SIGSTOP);
  const auto next = await_work(old);
  EXPECT_NE(next, "") << "nobody took over";
  const auto before = field_->commits();
  const auto by_old = [epoch](const std::vector<Commit>& commits) {
    return std::ranges::count(commits, epoch, &Commit::epoch);
  };
  // The workers first, and alone: only the fence is between them and a commit until they gave up.
  for (const auto& worker : field_->workers_of(old)) ::kill(worker.pid, SIGCONT);
  EXPECT_TRUE(test::eventually(
      [&] { return field_->workers_of(old).empty() || by_old(field_->commits()) > by_old(before); },
      10s));
  for (const auto pid : host) ::kill(pid, SIGCONT);
  EXPECT_TRUE(test::eventually([&] { return field_->workers_of(old).empty(); }, 10s));
  EXPECT_NE(await_work(old), "") << "the new node goes on";

  const auto after = field_->commits();
  EXPECT_EQ(by_old(after), by_old(before)) << "committed under the old epoch after it woke";
  Findings findings;
  check_commits(after, findings);
  check_takes(read_holdings(field_->evidence()), field_->takes(), false, findings);
  EXPECT_EQ(findings.stale_commits, std::vector<std::string>{});
  EXPECT_EQ(findings.unrecorded, std::vector<std::string>{});
}

}  // namespace
}  // namespace jobflip::faults
