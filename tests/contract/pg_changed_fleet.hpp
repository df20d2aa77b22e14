#pragma once
/// A store with small_fleet() in force, and apply() of that fleet with one value changed, as SQL: a
/// pool file could not contain most of them.

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <string>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {

class PgChangedFleet : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    fleet_ = store_.sql("select jobflip.fleet_json()");
  }
  /// "" if the fleet with that value was applied, else the error, which must be one of a rule.
  std::string apply(const std::string& path, const std::string& value) {
    pqxx::connection ops{store_.conninfo("ops1")};
    try {
      pqxx::nontransaction{ops}.exec("select * from jobflip.apply(jsonb_set('" + fleet_ + "', '" +
                                     path + "', '" + value + "'), '', 'a test', false)");
    } catch (const pqxx::sql_error& error) {
      EXPECT_EQ(error.sqlstate(), "JF005") << path << " " << value << ": " << error.what();
      return error.what();
    }
    return "";
  }

  PgStore store_;
  std::string fleet_;
};

}  // namespace jobflip::test
