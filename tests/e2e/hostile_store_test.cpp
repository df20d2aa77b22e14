/// A store with problems of its own: behind a pooler, with no connection left, with no disk space
/// left. Whatever can continue must continue, and operators must learn what is wrong and how to
/// fix it.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "e2e/site.hpp"

namespace jobflip::e2e {
namespace {

using namespace std::chrono_literals;

constexpr int kDone = 0;
constexpr int kUnreachable = 7;

bool says(const demo::Ran& ran, const std::string& text) {
  return ran.output.find(text) != std::string::npos;
}

/// Mounts a small disk over a folder for as long as the object lives.
class SmallDisk {
 public:
  SmallDisk(std::string folder, const std::string& size) : folder_{std::move(folder)} {
    mounted_ = ::mount("jobflip-test", folder_.c_str(), "tmpfs", 0,
                       ("size=" + size + ",mode=0777").c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }

  /// Fills the disk to the last byte.
  void fill() {
    std::ofstream ballast(folder_ + "/ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void free() { std::filesystem::remove(folder_ + "/ballast"); }

 private:
  std::string folder_;
  bool mounted_{false};
};

/// Makes a file of the small disk available under another path, because output of root does not
/// follow a link.
class FileOnDisk {
 public:
  FileOnDisk(const std::string& file, std::string path) : path_{std::move(path)} {
    std::ofstream{file}.close();
    std::ofstream{path_}.close();
    mounted_ = ::mount(file.c_str(), path_.c_str(), nullptr, MS_BIND, nullptr) == 0;
  }
  ~FileOnDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  FileOnDisk(const FileOnDisk&) = delete;
  FileOnDisk& operator=(const FileOnDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  std::string path_;
  bool mounted_{false};
};

TEST(Pooled, AWholeFlipWorksThroughPgBouncerInTransactionMode) {
  if (::access(Pooler::kProgram, X_OK) != 0) GTEST_SKIP() << Pooler::kProgram << " is missing";
  SiteSettings settings;
  settings.pooled = true;
  Site site{settings};
  for (const char* node : {"job1", "job2", "job3"}) site.start_agent(node);
  site.start_supervisor("sup1");
  const std::string first = site.await_active();
  ASSERT_NE(first, "") << site.logs();
  ASSERT_TRUE(Site::within(20s, [&] {
    const auto pool = site.pool();
    return pool.ready_nodes == 3 && !pool.verdict.empty();
  })) << site.logs();
  const auto flip = site.run({"flip", "mail", "--reason", "through the pooler", "--yes"});
  EXPECT_EQ(flip.end.exit_code, kDone) << flip.output << site.logs();
  EXPECT_NE(site.pool().holder, first);
  EXPECT_EQ(Site::overlap(site.traces()), "");
  EXPECT_EQ(site.run({"audit", "verify"}).end.exit_code, kDone);
  const auto who = site.cluster().sql(
      "select string_agg(distinct login, ' ' order by login) from jobflip_data.audit_event "
      "where kind = 'lease_taken' and chain = 'mail'");
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->find("postgres"), std::string::npos) << "each login is still its own: " << *who;
}

/// The store runs in its own database, which a login can enter only if it was granted access.
constexpr const char* kMakeHog =
    "create role hog login; do $$ begin execute format('grant connect on database %I to hog', "
    "current_database()); end $$";

/// Opens idle sessions until the server refuses more for that login.
std::vector<host::Process> take_connections(Site& site, int how_many) {
  std::vector<host::Process> taken;
  for (int i = 0; i < how_many; ++i) {
    host::SpawnSettings spawn;
    spawn.argv = {"/usr/bin/psql", "-Xqd", site.cluster().conninfo("hog"), "-c",
                  "select pg_sleep(300)"};
    spawn.output = site.folders().logs + "/hogs.log";
    if (auto process = host::Process::spawn(spawn)) taken.push_back(std::move(*process));
  }
  return taken;
}

TEST(NoConnectionLeft, DaemonsGoOnAndTheReservedOnesServeAnEmergency) {
  Site site;
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string first = site.await_active();
  ASSERT_NE(first, "") << site.logs();
  ASSERT_TRUE(Site::within(10s, [&] { return site.pool().ready_nodes == 2; }));
  ASSERT_TRUE(site.cluster().sql(kMakeHog).has_value());
  const auto hogs = take_connections(site, 70);
  demo::Ran refused;
  ASSERT_TRUE(Site::within(20s, [&] {
    refused = site.run({"status"});
    return refused.end.exit_code != kDone;
  }));
  EXPECT_EQ(refused.end.exit_code, kUnreachable) << refused.output;
  EXPECT_TRUE(says(refused, "all connections are taken: raise max_connections")) << refused.output;
  EXPECT_EQ(site.workers_of(first).size(), 1u) << "the agent's connection is open already";
  // superuser_reserved_connections
  const auto flip =
      site.run({"flip", "mail", "--reason", "no connection left", "--yes"}, "postgres");
  EXPECT_TRUE(flip.end.exit_code == kDone || flip.end.exit_code == 5) << flip.output;
  EXPECT_TRUE(says(flip, "flip 1")) << flip.output;
  const auto active =
      site.cluster().sql("select holder from jobflip_data.pool_owner where pool='mail'");
  ASSERT_TRUE(active.has_value()) << active.error().text;
  EXPECT_NE(*active, first);
  EXPECT_EQ(Site::overlap(site.traces()), "");
}

TEST(NoConnectionLeft, ALimitOnTheWorkersLoginLeavesRoomForEverybodyElse) {
  Site site;
  site.start_agent("job1");
  ASSERT_NE(site.await_active(), "") << site.logs();
  ASSERT_TRUE(site.cluster()
                  .sql(std::string{kMakeHog} + "; alter role hog connection limit 40")
                  .has_value());
  const auto hogs = take_connections(site, 44);
  ASSERT_TRUE(Site::within(20s, [&] {
    const auto ran =
        site.cluster().sql("select count(*) from pg_stat_activity where usename = 'hog'");
    return ran && *ran == "40";
  }));
  EXPECT_EQ(site.run({"status"}).end.exit_code, kDone);
  site.start_agent("job2");
  EXPECT_TRUE(Site::within(10s, [&] { return site.pool().ready_nodes == 2; })) << site.logs();
}

// The tables' disk is full, the disk of the WAL is not. A change that needs a new page fails. A
// beat, which writes to an existing page, still works.
TEST(FullDisk, OfTheStoreMovesNoLeaseSaysSoAndIsOverWhenThereIsSpaceAgain) {
  if (::getuid() != 0) GTEST_SKIP() << "only root may mount a small disk";
  Site site;
  const std::string base = site.folders().cluster + "/data/base";
  site.cluster().stop(10s);
  std::filesystem::rename(base, base + ".was");
  struct stat owner {};
  ASSERT_EQ(::stat((base + ".was").c_str(), &owner), 0);
  ASSERT_EQ(::mkdir(base.c_str(), 0700), 0);
  SmallDisk disk{base, "100m"};
  if (!disk.mounted()) GTEST_SKIP() << "a small disk can't be mounted on this machine";
  ASSERT_EQ(std::system(("cp -a " + base + ".was/. " + base + "/").c_str()), 0);
  ASSERT_EQ(::chown(base.c_str(), owner.st_uid, owner.st_gid), 0);
  ASSERT_TRUE(site.cluster().start_again().has_value()) << site.logs();
  for (const char* node : {"job1", "job2"}) site.start_agent(node);
  const std::string active = site.await_active();
  ASSERT_NE(active, "") << site.logs();
  const auto epoch = site.pool().epoch;

  disk.fill();
  const std::string reason(1900, 'r');
  demo::Ran refused;
  int done = 0;
  for (; done < 60; ++done) {  // until the existing pages are full
    refused = site.run({"pause", "mail", "--for", "1m", "--reason", reason});
    if (refused.end.exit_code != kDone) break;
  }
  EXPECT_EQ(refused.end.exit_code, kUnreachable) << refused.output;
  EXPECT_TRUE(says(refused, "No space left on device")) << refused.output;
  EXPECT_TRUE(says(refused, "Check free disk space")) << refused.output;
  const auto recorded =
      site.cluster().sql("select count(*) from jobflip_data.audit_event where kind = 'paused'");
  ASSERT_TRUE(recorded.has_value());
  EXPECT_EQ(*recorded, std::to_string(done)) << "a refused change must have no effect";
  EXPECT_EQ(site.pool().epoch, epoch) << site.logs();
  EXPECT_EQ(site.pool().holder, active);

  disk.free();
  EXPECT_EQ(site.run({"resume", "mail", "--reason", "there is space"}).end.exit_code, kDone);
  ASSERT_NE(site.await_active(), "") << site.logs();
  const auto flip = site.run({"flip", "mail", "--reason", "as if nothing had been", "--yes"});
  EXPECT_TRUE(flip.end.exit_code == kDone || flip.end.exit_code == 5) << flip.output;
  EXPECT_EQ(Site::overlap(site.traces()), "");
  EXPECT_EQ(site.run({"audit", "verify"}).end.exit_code, kDone);
  site.cluster().stop(10s);  // before its disk is unmounted
}

TEST(FullDisk, OfAnAgentsHostDisturbsNoLease) {
  if (::getuid() != 0) GTEST_SKIP() << "only root may mount a small disk";
  Site site;
  const std::string runtime = site.folders().run + "/job1";
  SmallDisk disk{runtime, "2m"};
  if (!disk.mounted()) GTEST_SKIP() << "a small disk can't be mounted on this machine";
  ::chmod(runtime.c_str(), 0700);
  // The agent's log goes to the full disk, too.
  const FileOnDisk log{runtime + "/agent.log", site.folders().logs + "/job1.log"};
  ASSERT_TRUE(log.mounted());
  site.start_agent("job1");
  ASSERT_EQ(site.await_active(), "job1") << site.logs();
  const auto epoch = site.pool().epoch;
  disk.fill();
  site.start_agent("job2");
  ASSERT_TRUE(Site::within(10s, [&] { return site.pool().ready_nodes == 2; })) << site.logs();
  // Much longer than a lease, and with a store outage in it, about which the agent has much to
  // log.
  site.cluster().stop(10s);
  ASSERT_TRUE(site.cluster().start_again().has_value());
  EXPECT_TRUE(Site::within(20s, [&] { return site.pool().ready_nodes == 2; })) << site.logs();
  EXPECT_FALSE(site.daemon("job1").ended().has_value()) << site.logs();
  EXPECT_EQ(site.pool().epoch, epoch);
  const auto flip = site.run({"flip", "mail", "--to", "job2", "--reason", "full disk", "--yes"});
  EXPECT_TRUE(flip.end.exit_code == kDone || flip.end.exit_code == 5) << flip.output << site.logs();
  EXPECT_EQ(Site::overlap(site.traces()), "");
}

}  // namespace
}  // namespace jobflip::e2e
