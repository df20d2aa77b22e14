/// The store goes away and comes back, or never worked at all: daemons keep running, and operators
/// get one clear sentence and an exit code that names the kind of problem.
#include <gtest/gtest.h>

#include <csignal>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kUnreachable = 7;

TEST(StoreOutage, FastRestartIsSurvivedByEveryDaemon) {
  Site site;
  for (const char* node : {"job1", "job2", "job3"}) site.start_agent(node);
  site.start_supervisor("sup1");
  ASSERT_NE(site.await_active(), "") << site.logs();
  site.cluster().stop(10s);
  const auto up = site.cluster().start_again();
  ASSERT_TRUE(up.has_value()) << up.error().text;
  EXPECT_TRUE(Site::within(20s, [&] {
    const auto pool = site.pool();
    return pool.ready_nodes == 3 && !pool.holder.empty() && !site.workers_of(pool.holder).empty();
  })) << site.logs();
  for (const char* name : {"job1", "job2", "job3", "sup1"})
    EXPECT_FALSE(site.daemon(name).ended().has_value()) << name << "\n" << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "");
}

TEST(StoreOutage, ShorterThanTheTrustWindowTouchesNoWorker) {
  Site site({.lease = "lease = \"30s\"\ntakeover_after = \"37s\"\nfreeze = \"41s\"\n"});
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  const auto epoch = site.pool().epoch;
  const auto workers = site.workers_of(active);
  ASSERT_EQ(workers.size(), 1U);
  const auto beat_of_holder = [&] {
    const auto beat =
        site.cluster().sql("select beat from jobflip_data.node_beat where node = '" + active + "'");
    return beat ? std::stoll(*beat) : -1;
  };
  site.cluster().stop(10s);
  ASSERT_TRUE(site.cluster().start_again().has_value());
  const auto before = beat_of_holder();
  EXPECT_TRUE(Site::within(20s, [&] { return beat_of_holder() > before + 2; })) << site.logs();
  EXPECT_EQ(site.pool().epoch, epoch) << site.logs();
  const auto after = site.workers_of(active);
  ASSERT_EQ(after.size(), 1U) << site.logs();
  EXPECT_EQ(after.front().pid, workers.front().pid) << site.logs();
}

TEST(StoreOutage, LongOneEndsTheWorkersInTimeAndSomeoneWorksAgainAfterIt) {
  Site site;
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  const auto epoch = site.pool().epoch;
  site.cluster().stop(10s);
  const Instant lease_is_over = BootClock::now() + 3100ms;
  EXPECT_TRUE(Site::within(3500ms, [&] { return site.workers_of(active).empty(); }))
      << "the workers outlived their lease\n"
      << site.logs();
  Site::within(4s, [&] { return BootClock::now() >= lease_is_over; });
  ASSERT_TRUE(site.cluster().start_again().has_value());
  const std::string next = site.await_active("", 25s);
  EXPECT_NE(next, "") << site.logs();
  EXPECT_GT(site.pool().epoch, epoch) << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "");
}

TEST(StoreOutage, APoolThatKeepsItsWorkersContinuesUnderTheSameLeaseAfterALongOne) {
  Site site({.pool = "when_store_lost = \"keep\"\nworkers_fence_every_claim = true\n"});
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  const auto epoch = site.pool().epoch;
  const auto workers = site.workers_of(active);
  ASSERT_EQ(workers.size(), 1U);
  site.cluster().stop(10s);
  const Instant three_leases = BootClock::now() + 9s;
  Site::within(10s, [&] { return BootClock::now() >= three_leases; });
  const auto during = site.workers_of(active);
  ASSERT_EQ(during.size(), 1U) << site.logs();
  EXPECT_EQ(during.front().pid, workers.front().pid);
  ASSERT_TRUE(site.cluster().start_again().has_value());
  EXPECT_TRUE(Site::within(20s, [&] { return site.pool().ready_nodes == 2; })) << site.logs();
  const auto holder = site.pool().holder;
  if (site.pool().epoch == epoch) {
    const auto after = site.workers_of(active);
    ASSERT_EQ(after.size(), 1U) << site.logs();
    EXPECT_EQ(after.front().pid, workers.front().pid) << site.logs();
  } else {  // job2 was back first and took the lease: then the old workers are told to end at once
    EXPECT_NE(holder, active);
    EXPECT_TRUE(Site::within(10s, [&] { return site.workers_of(active).empty(); })) << site.logs();
  }
}

TEST(StoreOutage, TheGuardEndsKeptWorkersWhoseAgentDies) {
  Site site({.pool = "when_store_lost = \"keep\"\nworkers_fence_every_claim = true\n"});
  site.start_agent("job1");
  ASSERT_EQ(site.await_active(), "job1") << site.logs();
  site.cluster().stop(10s);
  const Instant two_leases = BootClock::now() + 6s;
  Site::within(7s, [&] { return BootClock::now() >= two_leases; });
  ASSERT_EQ(site.workers_of("job1").size(), 1U) << site.logs();
  site.daemon("job1").send(SIGKILL);
  EXPECT_TRUE(Site::within(20s, [&] { return site.workers_of("job1").empty(); })) << site.logs();
  ASSERT_TRUE(site.cluster().start_again().has_value());
}

TEST(StoreOutage, CrashLosesNoLeaseToTwoHolders) {
  Site site;
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  ASSERT_NE(site.await_active(), "") << site.logs();
  // kill -9 of one session makes PostgreSQL discard its shared memory, and unlogged tables are
  // emptied.
  const auto backend = site.cluster().sql(
      "select pid from pg_stat_activity where usename = 'job1' and backend_type = 'client backend' "
      "limit 1");
  ASSERT_TRUE(backend.has_value()) << backend.error().text;
  ASSERT_EQ(::kill(static_cast<pid_t>(std::stol(*backend)), SIGKILL), 0);
  EXPECT_TRUE(Site::within(30s, [&] {
    const auto ran = site.run({"status", "--format", "json"});
    if (ran.end.exit_code != kDone) return false;
    const auto pool = demo::parse_status(ran.output, "mail");
    return pool && !pool->holder.empty() && !site.workers_of(pool->holder).empty();
  })) << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "");
  EXPECT_EQ(site.run({"audit", "verify"}).end.exit_code, kDone);
}

TEST(BadStore, EachTroubleHasItsSentenceAndItsExitCode) {
  Site site;
  struct Case {
    const char* what;
    std::string conninfo;
    int exit_code;
    const char* must_say;
  };
  ASSERT_TRUE(site.cluster().sql("create database empty", "postgres", "postgres").has_value());
  ASSERT_TRUE(site.cluster().sql("create role stranger login").has_value());
  const std::string good = site.cluster().conninfo("ops");
  const Case cases[] = {
      {"no server there", "host=/nowhere dbname=app user=ops", kUnreachable, "ERROR"},
      {"no such login", site.cluster().conninfo("nobody-there"), kFailed, "nobody-there"},
      {"no such database", site.cluster().conninfo("ops", "nowhere"), kFailed, "nowhere"},
      {"no schema", site.cluster().conninfo("postgres", "empty"), kFailed, "jobflip init"},
      {"no right", site.cluster().conninfo("stranger"), kFailed, "ERROR"},
      {"not a connection string", "host", kUsage, "ERROR"},
  };
  for (const Case& one : cases) {
    const auto ran = site.run_on(one.conninfo, {"status"});
    EXPECT_NE(ran.end.exit_code, kDone) << one.what;
    EXPECT_EQ(ran.end.signal, 0) << one.what;
    EXPECT_NE(ran.output.find(one.must_say), std::string::npos) << one.what << ": " << ran.output;
    EXPECT_EQ(ran.end.exit_code, one.exit_code) << one.what << ": " << ran.output;
  }
}

TEST(BadStore, ReadOnlyOneShowsStatusAndRefusesChanges) {
  Site site;
  const std::string conninfo =
      site.cluster().conninfo("ops") + " options='-c default_transaction_read_only=on'";
  EXPECT_EQ(site.run_on(conninfo, {"status"}).end.exit_code, kDone);
  const auto pause = site.run_on(conninfo, {"pause", "mail", "--for", "1h", "--reason", "x"});
  EXPECT_NE(pause.end.exit_code, kDone);
  EXPECT_NE(pause.output.find("read-only"), std::string::npos) << pause.output;
}

TEST(BadStore, AgentWaitsForAStoreThatIsNotThereYet) {
  Site site;
  site.cluster().stop(10s);
  site.start_agent("job1");
  EXPECT_FALSE(site.daemon("job1").wait(1500ms).has_value()) << site.logs();
  ASSERT_TRUE(site.cluster().start_again().has_value());
  EXPECT_EQ(site.await_active("", 30s), "job1") << site.logs();
}

}  // namespace
}  // namespace jobflip::e2e
