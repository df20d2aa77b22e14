// The trigger of docs/presets.md: it fences a library that opens its own transactions.

#include <gtest/gtest.h>

#include <fstream>
#include <pqxx/pqxx>
#include <sstream>

#include "contract/one_node.hpp"
#include "support/build_paths.hpp"

namespace jobflip::test {
namespace {

/// The block of SQL on the page that creates the trigger.
std::string trigger_of_the_page() {
  std::ifstream in{source_path("docs/presets.md")};
  std::stringstream text;
  text << in.rdbuf();
  const auto page = text.str();
  const auto begin = page.find("```sql\ncreate function app_fence()");
  if (begin == page.npos) throw std::runtime_error{"docs/presets.md has no trigger"};
  return page.substr(begin + 7, page.find("```", begin + 7) - begin - 7);
}

class PgLibraryFence : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    store_.sql(
        "create table river_job (id int primary key, state text);"
        "insert into river_job values (1, 'available');"
        "grant select, insert, update, delete on river_job to worker1;" +
        trigger_of_the_page());
    epoch_ = node_.take().epoch;
    ASSERT_GT(epoch_.value, 0);
  }

  /// As a library does it: a transaction of its own. "" or the SQLSTATE that it met.
  std::string claim(const std::string& options) {
    pqxx::connection connection{store_.conninfo("worker1") + " options='" + options + "'"};
    try {
      pqxx::work work{connection};
      work.exec("update river_job set state = 'running' where id = 1");
      work.commit();
    } catch (const pqxx::sql_error& error) {
      return error.sqlstate();
    }
    return "";
  }
  static std::string under(Epoch epoch) {
    return "-c app.pool=mail -c app.epoch=" + std::to_string(epoch.value);
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode node_{job1, store_.settings("job1")};
  Epoch epoch_;
};

TEST_F(PgLibraryFence, LetsTheHoldersWorkerClaimAndNoOtherEpoch) {
  EXPECT_EQ(claim(under(epoch_)), "");
  EXPECT_EQ(claim(under(Epoch{epoch_.value - 1})), "JF001");
  EXPECT_EQ(claim(under(Epoch{epoch_.value + 1})), "JF001");
  ASSERT_TRUE(node_.release(epoch_).has_value());
  EXPECT_EQ(claim(under(epoch_)), "JF001") << "its lease is over";
}

TEST_F(PgLibraryFence, LeavesThoseAloneWhoOnlyAddJobs) {
  EXPECT_EQ(claim(""), "") << "a session without an epoch is not a worker";
}

}  // namespace
}  // namespace jobflip::test
