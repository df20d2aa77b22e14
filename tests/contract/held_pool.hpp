#pragma once
/// A real store in which job1 holds pool mail, and a session that stays in a transaction.

#include <gtest/gtest.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "contract/one_node.hpp"

namespace jobflip::test {

class HeldPool : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), by_, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    const Epoch held = job1_.take().epoch;
    job1_.report(mail, {{mail, held}});
  }
  /// Runs as that login, in a transaction that stays open and may idle for ever.
  void leave_open(const std::string& login, const std::string& statement) {
    open_.reset();
    session_ = std::make_unique<pqxx::connection>(store_.conninfo(login));
    pqxx::nontransaction{*session_}.exec("set idle_in_transaction_session_timeout = 0");
    open_ = std::make_unique<pqxx::work>(*session_);
    open_->exec(statement);
  }
  /// sup1 leads under epoch 7.
  void lead() {
    store_.sql(
        "update jobflip_data.pool_owner set state = 'held', holder = 'sup1', epoch = 7 "
        "where pool = 'jobflip.supervisor'");
  }

  const core::OperatorContext by_{"ada", "a test"};
  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  std::unique_ptr<pqxx::connection> session_;
  std::unique_ptr<pqxx::work> open_;
};

}  // namespace jobflip::test
