// A standing adversary: calls every function that a login may call, with every kind of hostile
// argument, on its own and in a transaction that then idles, while a pool is at work. The
// functions come from the catalog, so that a new one is covered without a change here.

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <pqxx/pqxx>
#include <random>
#include <sstream>
#include <thread>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using namespace std::chrono_literals;

// The attackers: each group, and a login in no group. job1 holds the pool and is not one of them.
constexpr const char* kLogins[] = {"stranger", "job2",    "sup1",    "sup2",
                                   "ops1",     "worker1", "reader1", "nobody1"};

using Words = std::vector<std::string>;

struct Argument {
  std::string name;
  std::string type;
};
struct Function {
  std::string name;
  std::vector<Argument> arguments;
};

/// Null, nonsense, huge, negative, infinite, and what belongs to somebody else. An operator has
/// the right to change any pool that exists, so ops1 never names the pool at work, nor all pools.
Words hostile(const std::string& type, const std::string& login) {
  if (type == "text") {
    Words all{"null", "repeat('x', 1000000)", "'nowhere'", "E'\\x01\\x1b[2J'", "'overdue'", "'x'"};
    if (login == "ops1") return all;
    all.insert(all.end(), {"''", "'mail'", "'job1'", "'job3'", "'sup1'", "'drain_begun'"});
    return all;
  }
  if (type == "text[]")
    return {"null",
            "'{}'",
            "array_fill('mail'::text, array[5000])",
            "array[repeat('x', 1000000)]",
            "'{mail:1}'",
            "array[null]"};
  if (type == "bigint" || type == "integer") {
    const std::string most = type == "bigint" ? "9223372036854775807" : "2147483647";
    return {"null", "0", "-1", "1", most, "-" + most, "1000"};
  }
  if (type == "boolean") return {"null", "true", "false"};
  if (type == "uuid")
    return {"null", "gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"};
  if (type == "jsonb")
    return {"null",
            "'{}'",
            "'[]'",
            "'7'",
            "'{\"nodes\": {}, \"pools\": [], \"budget\": 1}'",
            "'{\"budget\": {\"flips\": 9e99}}'",
            "to_jsonb(repeat('x', 1000000))"};
  if (type.starts_with("timestamp")) return {"null", "'infinity'", "'-infinity'"};
  return {"null"};
}

class PgAdversary : public ::testing::Test {
 protected:
  void SetUp() override {
    auto fleet = small_fleet();
    fleet.pools.back().candidates = {{job1, 10}, {job3, 20}};
    for (auto& pool : fleet.pools) {
      pool.timings.call_deadline = Millis{1000};
      pool.timings.lease = Millis{5000};
      pool.timings.takeover_after = Millis{7000};
      pool.timings.freeze = Millis{8000};
    }
    ASSERT_TRUE(core::check_timings(fleet.pools.front().timings).empty());
    ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    const auto taken = job1_.take(paper).epoch;  // so that job1 has held paper once
    ASSERT_EQ(job1_.release(taken, paper).value(), core::ReleaseOutcome::released);
    ASSERT_EQ(job1_.report(mail, {{mail, held_}}).epoch, held_);
    OneNode{job3, store_.settings("job3")}.report(paper);
    const auto flip = store_.oper().request_flip(persons_flip(job3, paper)).value();
    ASSERT_TRUE(flip.accepted) << flip.sentence;
    right_ = {{"p_pool", "'paper'"},
              {"p_flip", std::to_string(flip.flip.value)},
              {"p_incarnation", "'" + job1_.incarnation().text + "'"},
              {"p_reason", "'a reason'"},
              {"p_actor", "''"}};
    watching_ = std::jthread{[this](const std::stop_token& stop) { watch(stop); }};
    ASSERT_TRUE(eventually([&] { return beats_ > 1; }));
  }
  void TearDown() override {
    watching_.request_stop();
    if (watching_.joinable()) watching_.join();
  }

  /// The pool at work: its holder sends beats, its worker finishes jobs.
  void watch(const std::stop_token& stop) {
    pqxx::connection worker{store_.conninfo("worker1")};
    const auto job =
        "begin; select jobflip.fence('mail', " + std::to_string(held_.value) + "); commit";
    auto last = std::chrono::steady_clock::now();
    for (; !stop.stop_requested(); ++beats_) {
      const auto beat = job1_.beat({{mail, held_}});
      const auto now = std::chrono::steady_clock::now();
      if (!beat) complain("a beat failed: " + beat.error().text);
      if (beat && beat->pools.at(0).holder != job1) complain("the pool changed hands");
      if (now - last > 2s) complain("a beat came late");
      last = now;
      try {
        pqxx::nontransaction{worker}.exec(job);
      } catch (const std::exception& error) {
        complain(std::string{"a worker was fenced: "} + error.what());
      }
      store_.pass(Millis{5});
    }
  }
  void complain(const std::string& what) {
    const std::lock_guard lock{mutex_};
    if (faults_.size() < 20) faults_.push_back(what + ", during " + call_);
  }
  void now_calling(const std::string& call) {
    const std::lock_guard lock{mutex_};
    call_ = call.substr(0, 300);
  }

  std::vector<Function> functions_of(const std::string& login) {
    std::istringstream in{store_.sql(
        "select p.proname || coalesce((select string_agg(' ' || coalesce(p.proargnames[place], "
        "'unnamed') || ' ' || replace(format_type(t, null), ' ', '_'), '' order by place) from "
        "unnest(p.proargtypes::oid[]) with ordinality as a (t, place)), '') from pg_proc p where "
        "p.pronamespace = 'jobflip'::regnamespace and p.prorettype <> 'trigger'::regtype and "
        "has_function_privilege('" +
        login + "', p.oid, 'execute') order by 1")};
    std::vector<Function> all;
    for (std::string line; std::getline(in, line);) {
      std::istringstream words{line};
      Function one;
      words >> one.name;
      for (Argument next; words >> next.name >> next.type;) one.arguments.push_back(next);
      all.push_back(std::move(one));
    }
    return all;
  }

  /// `right` is how many of a hundred arguments are those of a legitimate caller.
  std::string call_of(const Function& function, const std::string& login, unsigned right) {
    std::string list;
    for (const auto& [name, type] : function.arguments) {
      const auto values = hostile(type, login);
      auto value = values[draw_() % values.size()];
      if (draw_() % 100 < right) {
        if (name == "p_node" || name == "p_supervisor")
          value = login == "ops1" ? "'job3'" : "'" + login + "'";
        else if (const auto found = right_.find(name); found != right_.end())
          value = found->second;
      }
      list += (list.empty() ? "" : ", ") + value + "::" + type;
    }
    return "select jobflip." + function.name + "(" + list + ")";
  }

  /// The only thing that can be written without a function: a node's own beat.
  static Words beats_of() {
    const std::string set = "update jobflip.renew_unchanged set ";
    return {set + "beat = 9223372036854775807", set + "beat = -1", set + "beat_at = 'infinity'",
            set + "beat_at = '-infinity'", set + "beat_at = null, beat = null"};
  }

  /// Everything that must have an event when it changes, and the number of events.
  std::pair<std::string, std::string> state(pqxx::nontransaction& look) {
    const auto row =
        look.exec(
                "select (select md5(string_agg(r, ',' order by r)) from ("
                "select p::text as r from jobflip_data.pool p union all select o::text from "
                "jobflip_data.pool_owner "
                "o union all select f::text from jobflip_data.flip f union all select n::text from "
                "jobflip_data.node "
                "n union all select c::text from jobflip_data.pool_candidate c union all select "
                "q::text "
                "from "
                "jobflip_data.queue q union all select b::text from jobflip_data.budget b union "
                "all select "
                "node || "
                "drained from jobflip_data.node_beat) all_rows), (select coalesce(sum(seq), 0) "
                "from "
                "jobflip_data.audit_head)")
            .at(0);
    return {row[0].c_str(), row[1].c_str()};
  }

  void wait_for_beats(int more) {
    const auto wanted = beats_ + more;
    EXPECT_TRUE(eventually([&] { return beats_ >= wanted; })) << call_;
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  Epoch held_;
  std::atomic<int> beats_{0};
  std::mutex mutex_;
  std::string call_{"nothing"};
  std::vector<std::string> faults_;
  std::map<std::string, std::string> right_;  // by the name of the argument
  std::minstd_rand draw_{11};                 // the same calls in each run
  std::jthread watching_;
};

TEST_F(PgAdversary, NoCallOfAnybodyDisturbsAPoolAtWorkOrChangesAnythingUnrecorded) {
  pqxx::connection superuser{store_.conninfo("postgres")};
  pqxx::nontransaction look{superuser};
  int calls = 0, answered = 0;
  for (const std::string login : kLogins) {
    auto connection = std::make_unique<pqxx::connection>(store_.conninfo(login));
    for (const auto& update : beats_of()) {
      now_calling(login + ": " + update);
      try {
        pqxx::nontransaction{*connection}.exec(update);
      } catch (const pqxx::sql_error&) {
        // refused
      }
      const auto status = store_.reader().snapshot();
      EXPECT_TRUE(status.has_value()) << call_ << ": " << status.error().text;
    }
    for (const auto& function : functions_of(login)) {
      for (int nth = 0; nth < 12; ++nth) {
        const auto call = call_of(function, login, nth % 3 == 2 ? 0 : 90);
        now_calling(login + ": " + call);
        const auto before = state(look);
        ++calls;
        try {
          pqxx::nontransaction{*connection}.exec(call);
          ++answered;
        } catch (const pqxx::broken_connection&) {
          connection = std::make_unique<pqxx::connection>(store_.conninfo(login));
        } catch (const pqxx::sql_error&) {
          // A refusal is as good as any answer.
        }
        const auto after = state(look);
        EXPECT_TRUE(before.first == after.first || before.second != after.second)
            << "unrecorded: " << login << ": " << call;
      }
    }
  }
  EXPECT_GT(calls, 400);
  EXPECT_GT(answered, 100) << "an adversary that is always refused proves nothing";
  for (const auto& fault : faults_) ADD_FAILURE() << fault;
}

TEST_F(PgAdversary, NoTransactionThatIdlesAfterACallDisturbsAPoolAtWork) {
  int idled = 0;
  for (const std::string login : kLogins) {
    for (const auto& function : functions_of(login)) {
      for (int nth = 0; nth < 3; ++nth) {
        const auto call = call_of(function, login, nth % 4 == 0 ? 0 : 90);
        now_calling(login + ", idling: " + call);
        try {
          pqxx::connection connection{store_.conninfo(login)};
          pqxx::nontransaction session{connection};
          session.exec("begin; savepoint a");
          try {
            session.exec(call);
          } catch (const pqxx::sql_error&) {
            session.exec("rollback to savepoint a");
          }
          wait_for_beats(2);
          ++idled;
          session.exec("rollback");
        } catch (const pqxx::broken_connection&) {
          // ended
        }
      }
    }
  }
  EXPECT_GT(idled, 100);
  for (const auto& fault : faults_) ADD_FAILURE() << fault;
}

}  // namespace
}  // namespace jobflip::test
