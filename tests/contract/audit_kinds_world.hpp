#pragma once
/// What causes an event of each kind, for pg_audit_kinds_test.cpp.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "contract/one_node.hpp"

namespace jobflip::test {

/// A separate store for each case, because a case may leave a flip open or a node drained.
class AuditKindsWorld {
 public:
  AuditKindsWorld() {
    apply(small_fleet());
    EXPECT_TRUE(eventually([&] { return !job1_.report().frozen; }));
  }

  void apply(const core::Fleet& fleet) {
    const auto done = store_.oper().apply(fleet, {"alice", "a test"}, false);
    EXPECT_TRUE(done.has_value()) << done.error().text;
  }
  void hold_mail() {
    held_ = job1_.take().epoch;
    job1_.report(mail, {{mail, held_}});
  }
  FlipId flip_mail() {
    hold_mail();
    job2_.report();
    const auto answer = store_.oper().request_flip(persons_flip(job2));
    EXPECT_TRUE(answer->accepted) << answer->sentence;
    return answer->flip;
  }
  Epoch elect() {
    OneNode one{sup1, store_.settings("sup1")};
    return one.take(supervisors).epoch;
  }
  /// Runs as that login, in a transaction that stays open.
  void leave_open(const std::string& login, const std::string& statement) {
    session_ = std::make_unique<pqxx::connection>(store_.conninfo(login));
    open_ = std::make_unique<pqxx::work>(*session_);
    open_->exec(statement);
  }
  std::string fence() const {
    return "select jobflip.fence('mail', " + std::to_string(held_.value) + ")";
  }

  struct Case {
    std::function<void()> make;
    std::string event;  // chain, login, node, actor, and whether it names a flip and an epoch
  };
  using Cases = std::map<std::string, Case>;
  Cases cases();
  std::string sql(const std::string& statements) { return store_.sql(statements); }
  std::string conninfo() const { return store_.conninfo("postgres"); }

 private:
  Cases cases_of_people();
  Cases cases_of_leases();
  Cases cases_of_crashes();
  Cases cases_of_flips();
  Cases cases_of_incidents();
  Cases cases_of_deployments();
  Cases cases_of_services();
  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
  Epoch held_;
  std::unique_ptr<pqxx::connection> session_;
  std::unique_ptr<pqxx::work> open_;
};

}  // namespace jobflip::test
