#pragma once
/// A separate server, which is stopped cleanly and started with an older copy of its files.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "contract/one_node.hpp"

namespace jobflip::test {

class PgSetBack : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
  }

  static StoreCluster& cluster() {
    // The machine itself doesn't crash here: data that the kernel has is safe.
    static StoreCluster own{init_schema, {"fsync = off"}};
    return own;
  }
  std::filesystem::path data() { return std::filesystem::path{cluster().pg().folder()} / "data"; }
  std::filesystem::path copy() { return std::filesystem::path{cluster().pg().folder()} / "copy"; }
  void copy_files() {
    cluster().pg().stop("fast");
    std::filesystem::remove_all(copy());
    /// Keeps the owners, too.
    const auto command = "cp -a " + data().string() + " " + copy().string();
    ASSERT_EQ(std::system(command.c_str()), 0);
    cluster().pg().start();
  }
  void put_copy_back() {
    cluster().pg().stop("fast");
    std::filesystem::remove_all(data());
    std::filesystem::rename(copy(), data());
    cluster().pg().start();
  }
  /// The server was started a moment ago.
  static core::TakeReply take_in_time(OneNode& node) {
    core::TakeReply taken;
    EXPECT_TRUE(eventually([&] {
      taken = node.take();
      return taken.outcome == core::TakeOutcome::taken;
    })) << taken.sentence;
    return taken;
  }
  core::TakeReply own_take(OneNode& node) {
    auto request = node.take_of();
    request.confirmed_empty = true;
    const auto reply = node.ask(request);
    return reply ? *reply : core::TakeReply{core::TakeOutcome::blocked, {}, reply.error().text};
  }
  /// A beat of that node that reports this as seen.
  Result<core::BeatReply> claim(const NodeName& node, std::vector<core::SeenEpoch> seen,
                                std::int64_t beat) {
    core::BeatRequest request;
    request.node = node;
    request.instance = Uuid{"30000000-0000-4000-8000-000000000000"};
    request.ready = {mail, paper};
    request.seen = std::move(seen);
    request.seen_beat = BeatNumber{beat};
    return store_.agent(node).beat(request);
  }
  std::string store_events() {
    return store_.sql(
        "select coalesce(string_agg(node || ': ' || reason, E'\\n' order by seq), '') "
        "from jobflip_data.audit_event where kind = 'store_event' and node is not null");
  }

  PgStore store_{cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
};

}  // namespace jobflip::test
