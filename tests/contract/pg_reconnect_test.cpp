// Sampling databases that are unreachable must not hammer them, and must resume without help.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "contract/pg_fixture.hpp"
#include "contract/read_queue.hpp"
#include "jobflip/core/back_off.hpp"
#include "support/hanging_up_server.hpp"

namespace jobflip::test {
namespace {

using namespace std::chrono_literals;

core::QueueSettings queue_in(const std::string& database) {
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = database;
  queue.query =
      "select 'email' as queue, 0 as runnable, null::float8 as oldest_runnable_s, 0 as unpromoted, "
      "0 as running, null::float8 as oldest_running_s, 0 as done, null::timestamptz as "
      "last_done_at, 0 as failed, null::boolean as paused";
  return queue;
}

TEST(PgReconnect, SamplesOfDatabasesThatAreAwayAreNoBurstOfConnections) {
  HangingUpServer server;
  std::map<std::string, std::string> databases;
  const auto conninfo = "hostaddr=127.0.0.1 port=" + std::to_string(server.port()) +
                        " user=probe dbname=app sslmode=disable gssencmode=disable";
  for (const char* name : {"app", "books", "mail", "stock"}) databases[name] = conninfo;
  const auto pace = std::make_shared<pg::ConnectPace>(core::kConnectGap);
  const auto probe = probe::open_queue_probe(databases, Millis{5000}, pace, 7);
  int samples = 0;
  // Four databases, sampled as fast as the answers arrive, until each was tried four times.
  const bool tried = eventually(
      [&] {
        for (const auto& [name, where] : databases) {
          EXPECT_FALSE(read_queue(*probe, queue_in(name)).has_value());
          ++samples;
        }
        return server.connections().size() >= 16;
      },
      std::chrono::seconds{60});
  EXPECT_TRUE(tried) << server.connections().size();
  EXPECT_GT(samples, 16);
  EXPECT_LE(server.most_in_a_second(), 3);
}

TEST(PgReconnect, DatabasesThatRefuseDoNotKeepAGoodOneWaiting) {
  HangingUpServer server;
  std::map<std::string, std::string> databases{{"good", shared_cluster().pg().conninfo()}};
  for (int i = 0; i < 8; ++i)
    databases["bad" + std::to_string(i)] =
        "hostaddr=127.0.0.1 port=" + std::to_string(server.port()) +
        " user=probe dbname=app sslmode=disable gssencmode=disable";
  const auto pace = std::make_shared<pg::ConnectPace>(Millis{500});
  const auto probe = probe::open_queue_probe(databases, Millis{5000}, pace, 7);
  // each by a reader of its own, as fast as it answers: they want more slots than there are
  std::atomic<bool> enough{false};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 8; ++i)
    readers.emplace_back([&, queue = queue_in("bad" + std::to_string(i))] {
      eventually(
          [&] {
            EXPECT_FALSE(read_queue(*probe, queue).has_value());
            return enough.load();
          },
          std::chrono::seconds{120});
    });
  EXPECT_TRUE(
      eventually([&] { return server.connections().size() >= 12; }, std::chrono::seconds{60}));
  const auto before = std::chrono::steady_clock::now();
  const auto good = read_queue(*probe, queue_in("good"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2500ms) << "one slot is 500 ms away at most";
  EXPECT_TRUE(good.has_value()) << good.error().text;
  enough = true;
}

TEST(PgReconnect, ADatabaseThatIsBackIsReadAgain) {
  StoreCluster cluster{init_schema};
  PgStore store{cluster, PgStore::Database::own};
  const auto pace = std::make_shared<pg::ConnectPace>(core::kConnectGap);
  const auto probe =
      probe::open_queue_probe({{"app", store.conninfo("worker1")}}, Millis{5000}, pace, 7);
  ASSERT_TRUE(read_queue(*probe, queue_in("app")).has_value());
  cluster.pg().stop();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(read_queue(*probe, queue_in("app")).has_value());
  cluster.pg().start();
  EXPECT_TRUE(eventually([&] { return read_queue(*probe, queue_in("app")).has_value(); },
                         std::chrono::seconds{30}));
}

}  // namespace
}  // namespace jobflip::test
