// How calls to the store fail, each with one clear error; and calls that never get an answer.

#include <gtest/gtest.h>

#include <poll.h>

#include <pqxx/pqxx>
#include <thread>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

class PgConnection : public ::testing::Test {
 protected:
  Error error_as(const std::string& login) { return error_with(store_.settings(login)); }
  static Error error_with(store::StoreSettings settings) {
    const auto snapshot =
        store::open_operator_store(std::move(settings))->pause(mail, Millis{1000}, {"", "x"});
    return snapshot ? Error{} : snapshot.error();
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
};

TEST_F(PgConnection, EachRefusalHasItsCodeAndAHint) {
  EXPECT_EQ(error_as("nobody1").code, ErrorCode::store_denied);
  EXPECT_NE(error_as("nobody1").hint.find("jobflip_operator"), std::string::npos);
  EXPECT_EQ(error_as("reader1").code, ErrorCode::store_denied);
  EXPECT_EQ(error_as("nosuchrole").code, ErrorCode::store_denied) << error_as("nosuchrole").text;
  auto settings = store_.settings("ops1");
  settings.conninfo = shared_cluster().pg().conninfo("ops1", "nosuchdatabase");
  EXPECT_EQ(error_with(settings).code, ErrorCode::store_denied) << error_with(settings).text;
  settings.conninfo = shared_cluster().pg().conninfo("ops1", "postgres");  // without the schema
  EXPECT_EQ(error_with(settings).code, ErrorCode::schema_missing) << error_with(settings).text;
  EXPECT_NE(error_with(settings).hint.find("jobflip init"), std::string::npos);
  settings.conninfo = "host=/nowhere dbname=x";
  EXPECT_EQ(error_with(settings).code, ErrorCode::store_unreachable);
  settings.conninfo = "host=/nowhere colour=blue";
  EXPECT_EQ(error_with(settings).code, ErrorCode::config);
}

TEST_F(PgConnection, ASchemaOfAnotherVersionIsRefusedWithWhatToType) {
  store_.sql(
      "insert into jobflip_data.schema_version (version, name) values (999, 'of the future')");
  EXPECT_EQ(error_as("ops1").code, ErrorCode::schema_new);
  const auto admin = store::open_schema_admin(store_.settings("postgres"));
  EXPECT_EQ(admin->installed_version().value(), 999);
  EXPECT_EQ(admin->migrate().error().code, ErrorCode::schema_new);
}

TEST_F(PgConnection, AReadOnlyStoreIsNamedSo) {
  store_.sql(
      "do $$ begin execute format('alter database %I set default_transaction_read_only = on', "
      "current_database()); end $$");
  EXPECT_EQ(error_as("ops1").code, ErrorCode::store_read_only) << error_as("ops1").text;
  const auto seen = store::open_reader_store(store_.settings("reader1"))->snapshot();
  ASSERT_TRUE(seen.has_value()) << seen.error().text;
  EXPECT_EQ(seen->read_only, "default_transaction_read_only is on");
}

TEST_F(PgConnection, AReaderThatWasMadeReadOnlyDoesNotCallTheStoreSo) {
  EXPECT_EQ(store_.reader().snapshot()->read_only, "");
  auto settings = store_.settings("reader1");
  settings.conninfo += " options='-c default_transaction_read_only=on'";
  EXPECT_EQ(store::open_reader_store(settings)->snapshot()->read_only, "");
}

TEST_F(PgConnection, AnEndedSessionFailsOneCallAndTheNextReconnects) {
  ASSERT_TRUE(store_.oper().pause(PoolName{}, Millis{1000}, {"", "x"}).has_value());
  store_.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
      "'test-ops1'");
  Result<core::OperatorAnswer> answer = Error{};
  EXPECT_TRUE(eventually([&] {
    answer = store_.oper().pause(PoolName{}, Millis{1000}, {"", "x"});
    return answer.has_value();
  }));
}

TEST_F(PgConnection, AWaitingCallIsCancelledFromAnotherThread) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"", "test"}, false).has_value());
  pqxx::connection blocker{store_.conninfo("postgres")};
  pqxx::work lock{blocker};
  lock.exec("select from jobflip_data.node_beat for update");
  auto& agent = store_.agent(job1);
  std::jthread cutter{[&] {
    eventually([&] { return store_.waits_for_lock("job1"); });
    agent.cancel();
  }};
  const core::BeatRequest request{job1, random_uuid(), {}, {}, "", {}, {}};
  const auto reply = agent.beat(request);
  ASSERT_TRUE(reply.has_error());
  EXPECT_EQ(reply.error().code, ErrorCode::store_timeout) << reply.error().text;
  cutter.join();
  lock.abort();
  EXPECT_TRUE(eventually([&] { return agent.beat(request).has_value(); }));
}

TEST_F(PgConnection, ALockTimeoutIsAConflictThatMayPass) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"", "test"}, false).has_value());
  pqxx::connection blocker{store_.conninfo("postgres")};
  pqxx::work lock{blocker};
  lock.exec("lock table jobflip_data.pool in access exclusive mode");
  const auto answer = store_.oper().pause(mail, Millis{1000}, {"", "x"});
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().code, ErrorCode::store_conflict) << answer.error().text;
}

TEST_F(PgConnection, AWakeIsHeardByWhoListensAndANewConnectionListensAgain) {
  const auto signal = store::open_wake_signal(store_.settings("job1"));
  EXPECT_EQ(signal->descriptor(), -1);
  for (int round = 0; round < 2; ++round) {
    signal->connect();
    ASSERT_GE(signal->descriptor(), 0);
    EXPECT_TRUE(signal->collect().empty());
    store_.oper().wake(mail);
    pollfd fd{signal->descriptor(), POLLIN, 0};
    ASSERT_EQ(poll(&fd, 1, 5000), 1);
    EXPECT_EQ(signal->collect(), std::vector{(core::WakeHint{mail, {}})});
    store_.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen jobflip'");
    EXPECT_TRUE(eventually([&] {
      signal->collect();
      return signal->descriptor() == -1;
    }));
  }
}

TEST_F(PgConnection, AReleaseIsHeardByWhoListensAndIsDoneByThen) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"", "test"}, false).has_value());
  OneNode holder{job1, store_.settings("job1")};
  const Epoch epoch = holder.take().epoch;
  const auto signal = store::open_wake_signal(store_.settings("job2"));
  signal->connect();
  ASSERT_GE(signal->descriptor(), 0);
  EXPECT_TRUE(signal->collect().empty());
  EXPECT_EQ(holder.release(epoch).value(), core::ReleaseOutcome::released);
  pollfd fd{signal->descriptor(), POLLIN, 0};
  ASSERT_EQ(poll(&fd, 1, 5000), 1);
  EXPECT_EQ(signal->collect(), std::vector{(core::WakeHint{mail, {}})});
  EXPECT_EQ(store_.sql("select state from jobflip_data.pool_owner where pool = 'mail'"),
            "released");
}

TEST_F(PgConnection, TheHintsOfAFlipNameTheHolderFirstAndThenTheTarget) {
  ASSERT_TRUE(store_.oper().apply(small_fleet(), {"", "test"}, false).has_value());
  OneNode holder{job1, store_.settings("job1")};
  OneNode target{job2, store_.settings("job2")};
  const Epoch epoch = holder.take().epoch;
  target.beat();
  const auto signal = store::open_wake_signal(store_.settings("job2"));
  signal->connect();
  ASSERT_GE(signal->descriptor(), 0);
  const auto next_hint = [&] {
    pollfd fd{signal->descriptor(), POLLIN, 0};
    EXPECT_EQ(poll(&fd, 1, 5000), 1);
    return signal->collect();
  };
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = mail;
  request.from = job1;
  request.to = job2;
  request.by.claimed_name = "alice";
  request.reason = "a test";
  const auto flip = store_.oper().request_flip(request);
  ASSERT_TRUE(flip.has_value() && flip->accepted) << flip->sentence;
  EXPECT_EQ(next_hint(), std::vector{(core::WakeHint{mail, job1})});
  const auto store = store::open_agent_store(store_.settings("job1"));
  ASSERT_EQ(store->release({job1, mail, epoch, random_uuid(), "flip", job2}).value(),
            core::ReleaseOutcome::released);
  EXPECT_EQ(next_hint(), std::vector{(core::WakeHint{mail, job2})});
  EXPECT_EQ(target.take().flip, flip->flip) << "a take names the flip that it carries out";
}

TEST_F(PgConnection, ManyHintsAreAFewAndJunkNamesNothing) {
  const auto signal = store::open_wake_signal(store_.settings("job1"));
  signal->connect();
  ASSERT_GE(signal->descriptor(), 0);
  store_.sql("select count(pg_notify('jobflip', 'mail job' || n)) from generate_series(1, 500) n");
  store_.sql("select pg_notify('jobflip', E'\\x1b[2J; drop table')");
  std::vector<core::WakeHint> hints;
  EXPECT_TRUE(eventually([&] {
    for (const auto& hint : signal->collect()) hints.push_back(hint);
    return !hints.empty() && hints.back() == core::WakeHint{};
  }));
  EXPECT_GE(hints.size(), 2u);
  EXPECT_LT(hints.size(), 100u);
}

TEST_F(PgConnection, AStatementThatFailsBesideItsHintLeavesTheConnectionUsable) {
  core::FlipRequest request;
  request.request = random_uuid();
  request.pool = PoolName::of("nobodys");
  request.to = job2;
  request.reason = "a test";
  const auto session = [&] {
    return store_.sql("select pid from pg_stat_activity where application_name = 'test-ops1'");
  };
  const auto refused = store_.oper().request_flip(request);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::not_found) << refused.error().text;
  const auto before = session();
  EXPECT_TRUE(store_.oper().pause(PoolName{}, Millis{1000}, {"", "x"}).has_value());
  EXPECT_EQ(session(), before);
}

TEST_F(PgConnection, MigratingAgainDoesNothing) {
  const auto admin = store::open_schema_admin(store_.settings("postgres"));
  EXPECT_EQ(admin->installed_version().value(), admin->wanted_version());
  EXPECT_TRUE(admin->pending(admin->wanted_version()).empty());
  EXPECT_FALSE(admin->pending(0).empty());
  const auto again = admin->migrate().value();
  EXPECT_TRUE(again.ran.empty());
  EXPECT_FALSE(again.set_replaced);
}

}  // namespace
}  // namespace jobflip::test
