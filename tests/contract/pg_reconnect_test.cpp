// Sampling databases that are unreachable must not hammer them, and must resume without help.

#include <gtest/gtest.h>

#include "contract/pg_fixture.hpp"
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
  const auto pace = std::make_shared<store::ConnectPace>(core::kConnectGap);
  const auto probe = store::open_queue_probe(databases, Millis{5000}, pace, 7);
  int samples = 0;
  // Four databases, sampled as fast as the answers arrive, until each was tried four times.
  const bool tried = eventually(
      [&] {
        for (const auto& [name, where] : databases) {
          EXPECT_FALSE(probe->sample(queue_in(name)).has_value());
          ++samples;
        }
        return server.connections().size() >= 16;
      },
      std::chrono::seconds{60});
  EXPECT_TRUE(tried) << server.connections().size();
  EXPECT_GT(samples, 16);
  EXPECT_LE(server.most_in_a_second(), 3);
}

TEST(PgReconnect, ADatabaseThatIsBackIsReadAgain) {
  StoreCluster cluster{init_schema};
  PgStore store{cluster, PgStore::Database::own};
  const auto pace = std::make_shared<store::ConnectPace>(core::kConnectGap);
  const auto probe =
      store::open_queue_probe({{"app", store.conninfo("worker1")}}, Millis{5000}, pace, 7);
  ASSERT_TRUE(probe->sample(queue_in("app")).has_value());
  cluster.pg().stop();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(probe->sample(queue_in("app")).has_value());
  cluster.pg().start();
  EXPECT_TRUE(eventually([&] { return probe->sample(queue_in("app")).has_value(); },
                         std::chrono::seconds{30}));
}

}  // namespace
}  // namespace jobflip::test
