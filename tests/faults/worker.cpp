/// The worker of the fault campaign. It proves nothing by itself: it leaves evidence, from which
/// the checker judges (evidence.hpp). All the time it runs it writes the boot clock into a file of
/// its own, and beside that it does the queue's jobs in fenced transactions.
///
///   fault_worker FOLDER CONNINFO

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "jobflip/worker/fence.hpp"
#include "jobflip/worker/lease.hpp"

namespace {

using namespace std::chrono_literals;
using jobflip::worker::Fence;
using jobflip::worker::Lease;
using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

constexpr auto kEvidenceEvery = 5ms;
constexpr auto kPauseAfterJob = 5ms;
constexpr auto kPauseAfterError = 100ms;
constexpr int kLeaseLost = 3;

long long boot_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

void pace(std::chrono::milliseconds pause) {
  ::poll(nullptr, 0, static_cast<int>(pause.count()));
}

bool runs(PGconn* connection, const char* sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result{PQexec(connection, sql), &PQclear};
  const auto status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// The next job, and a row that says in which order, under which epoch it was committed. The tally
/// is one row, so that the numbers are the order of the commits.
std::string job_sql(const Lease& lease) {
  return "with n as (update faults.tally set n = n + 1 returning n), "
         "j as (update faults.item set done = done + 1 where id = (select id from faults.item "
         "where done = 0 order by id for update skip locked limit 1) returning id) "
         "insert into faults.work (n, node, epoch, pid, item) select n, '" +
         lease.node + "', " + std::to_string(lease.epoch) + ", " + std::to_string(getpid()) +
         ", (select id from j) from n";
}

/// False where the connection is of no use any more.
bool do_one_job(PGconn* connection, const Lease& lease, const std::string& job) {
  if (!runs(connection, "begin")) return false;
  const Fence fence = jobflip::worker::fence(connection, lease);
  if (fence == Fence::lost) _exit(kLeaseLost);
  if (fence == Fence::held && runs(connection, job.c_str()) && runs(connection, "commit"))
    return true;
  return runs(connection, "rollback");
}

void work(const std::string& conninfo, const Lease& lease) {
  const auto job = job_sql(lease);
  for (;;) {
    const Connection connection{PQconnectdb(conninfo.c_str()), &PQfinish};
    while (PQstatus(connection.get()) == CONNECTION_OK && do_one_job(connection.get(), lease, job))
      pace(kPauseAfterJob);
    pace(kPauseAfterError);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string why;
  const auto lease = jobflip::worker::lease_from_environment(&why);
  if (argc != 3 || !lease) {
    std::fprintf(stderr, "fault_worker: %s\n", lease ? "FOLDER CONNINFO" : why.c_str());
    return 2;
  }
  const std::string file = std::string{argv[1]} + "/" + lease->node + "-" +
                           std::to_string(lease->epoch) + "-" + std::to_string(getpid());
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (out < 0) {
    std::perror(file.c_str());
    return 2;
  }
  ::dprintf(out, "%s %lld %d\n", lease->node.c_str(), static_cast<long long>(lease->epoch),
            static_cast<int>(getpid()));
  std::thread{[conninfo = std::string{argv[2]}, lease] { work(conninfo, *lease); }}.detach();
  for (;;) {
    ::dprintf(out, "%lld\n", boot_ns());
    pace(kEvidenceEvery);
  }
}
