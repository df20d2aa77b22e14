#pragma once
/// A node that holds both pools and sends short beats, for the tests of what ends them.

#include <string>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {

inline const Uuid kInstance{"10000000-0000-4000-8000-000000000000"};

class PgRenewUnchanged : public ::testing::Test {
 protected:
  explicit PgRenewUnchanged(PgStore::Database database = PgStore::Database::emptied,
                            StoreCluster& cluster = shared_cluster())
      : store_{cluster, database} {}
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    request_ = {job1, kInstance, {}, {mail, paper}, "", {}, {}};
    ASSERT_TRUE(eventually([&] { return !beat().pools.at(0).frozen; }));
    for (const auto& pool : {mail, paper}) request_.renewals.push_back({pool, take(job1, pool)});
    beat();
    ASSERT_TRUE(is_short());
  }

  /// Sends another beat if its session was ended.
  core::BeatReply beat() {
    auto reply = store_.agent(job1).beat(request_);
    if (!reply && reply.error().code == ErrorCode::store_unreachable)
      reply = store_.agent(job1).beat(request_);
    if (!reply) {
      ADD_FAILURE() << reply.error().text;
      return {};
    }
    request_.known.clear();
    for (const auto& pool : reply->pools) request_.known.push_back({pool.pool, pool.version});
    return *reply;
  }

  /// A full beat reports everything again; a short one leaves the last report unchanged.
  bool is_short() {
    const auto number = full_beat_of_job1();
    beat();
    return full_beat_of_job1() == number;
  }

  std::string full_beat_of_job1() {
    return store_.sql("select full_beat_number from jobflip_data.node_beat where node = 'job1'");
  }

  void end_sessions_of_job1() {
    store_.sql(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'job1' and "
        "datname = current_database()");
  }
  /// The effect of a crash: the marker is gone, and no session survives.
  bool crash() {
    store_.lose_history();
    end_sessions_of_job1();
    return true;
  }

  core::PoolReport mail_report() {
    const auto reply = beat();
    for (const auto& pool : reply.pools)
      if (pool.pool == mail) return pool;
    return {};
  }

  Epoch take(const NodeName& node, const PoolName& pool) {
    core::BeatRequest other{node, random_uuid(), {}, {mail, paper}, "", {}, {}};
    const auto answer = node == job1 ? beat() : store_.agent(node).beat(other).value();
    core::TakeRequest request;
    request.node = node;
    request.pool = pool;
    request.attempt = random_uuid();
    request.incarnation = answer.incarnation;
    request.polls = 3;
    request.reason = "a test";
    request.instance = node == job1 ? kInstance : other.instance;
    request.life = answer.life;
    for (const auto& report : answer.pools)
      if (report.pool == pool) request.epoch = report.epoch;
    const auto reply = store_.agent(node).take(request).value();
    EXPECT_EQ(reply.outcome, core::TakeOutcome::taken) << reply.sentence;
    return reply.epoch;
  }

  bool release(const PoolName& pool) {
    const auto epoch = request_.renewals[pool == mail ? 0 : 1].epoch;
    return store_.agent(job1).release({job1, pool, epoch, random_uuid(), "a test"}).value() ==
           core::ReleaseOutcome::released;
  }

  PgStore store_;
  core::BeatRequest request_;
};

}  // namespace jobflip::test
