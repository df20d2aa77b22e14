#pragma once
/// A login with few rights queues for a lock: one of its sessions holds a lock that it may take,
/// and another one waits behind it for a lock that everybody else then has to wait for.

#include <chrono>
#include <pqxx/pqxx>
#include <thread>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {

/// Learns all it needs before the attack starts: a session that queues for a catalog lock keeps
/// new sessions out, including this test's own.
class LockWatch {
 public:
  explicit LockWatch(const PgStore& store) : connection_{store.conninfo("postgres")} {
    waits(connection_.backendpid());
    named("nobody");
  }
  bool waits(int pid) {
    return count("select count(*) from pg_locks where not granted and pid = " +
                 std::to_string(pid)) != "0";
  }
  bool lives(int pid) {
    return count("select count(*) from pg_stat_activity where pid = " + std::to_string(pid)) != "0";
  }
  /// The events of ended sessions that name this login.
  std::string named(const std::string& login) {
    return count(
        "select count(*) from jobflip_data.audit_event where kind = 'sessions_ended' and "
        "payload like '%login " +
        login + " %'");
  }

 private:
  std::string count(const std::string& sql) {
    return pqxx::nontransaction{connection_}.exec(sql).at(0)[0].c_str();
  }
  pqxx::connection connection_;
};

class QueuedLock {
 public:
  QueuedLock(const PgStore& store, LockWatch& watch, const std::string& login,
             const std::string& hold, const std::string& attack)
      : holding_{store.conninfo(login)}, attacking_{store.conninfo(login)} {
    holder_.emplace(holding_);
    holder_->exec("begin");
    holder_->exec(hold);
    pid_ = attacking_.backendpid();
    attacker_ = std::jthread{[this, attack] {
      try {
        pqxx::nontransaction{attacking_}.exec(attack);
      } catch (const std::exception& error) {
        end_ = error.what();
      }
    }};
    EXPECT_TRUE(eventually([&] { return watch.waits(pid_); })) << attack;
  }
  ~QueuedLock() { end(); }
  QueuedLock(const QueuedLock&) = delete;
  QueuedLock& operator=(const QueuedLock&) = delete;

  int pid() const { return pid_; }
  /// Releases the lock and returns how the attack ended: "" if it was carried out.
  std::string end() {
    if (!attacker_.joinable()) return end_;
    try {
      holder_->exec("rollback");
    } catch (const std::exception&) {
      // The session was ended.
    }
    attacker_.join();
    return end_;
  }

 private:
  pqxx::connection holding_, attacking_;
  std::optional<pqxx::nontransaction> holder_;
  std::jthread attacker_;
  std::string end_;
  int pid_{0};
};

}  // namespace jobflip::test
