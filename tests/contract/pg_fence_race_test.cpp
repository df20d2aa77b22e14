// fence() and a take at the same moment.

#include <gtest/gtest.h>

#include <future>
#include <pqxx/pqxx>

#include "contract/one_node.hpp"
#include "contract/pg_fixture.hpp"

namespace jobflip::test {
namespace {

/// The error of a fence that began under `epoch` and waited for the row; "" if it succeeded.
std::string fence_code(const std::string& conninfo, const std::string& epoch) {
  pqxx::connection connection{conninfo};
  pqxx::work transaction{connection};
  try {
    transaction.exec("select jobflip.fence('mail', " + epoch + ")");
    transaction.commit();
    return "";
  } catch (const pqxx::sql_error& error) {
    return error.sqlstate();
  }
}

/// The row as it is after the wait for the lock counts, not the row from before.
TEST(PgFenceRace, AFenceThatWaitedForANewHolderIsRefused) {
  PgStore store;
  ASSERT_TRUE(store.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
  store.sql(
      "update jobflip_data.pool_owner set state = 'held', holder = 'job1', epoch = 7 "
      "where pool = 'mail'");
  const std::string worker = store.conninfo("worker1");
  EXPECT_EQ(fence_code(worker, "7"), "") << "the holder's own worker may continue";

  pqxx::connection owner{store.conninfo("postgres")};
  pqxx::work change{owner};
  change.exec("update jobflip_data.pool_owner set holder = 'job2', epoch = 8 where pool = 'mail'");
  auto code = std::async(std::launch::async, fence_code, worker, "7");
  ASSERT_TRUE(eventually([&] { return store.waits_for_lock("worker1"); }));
  change.commit();
  EXPECT_EQ(code.get(), "JF001");
  EXPECT_EQ(fence_code(worker, "8"), "");
}

}  // namespace
}  // namespace jobflip::test
