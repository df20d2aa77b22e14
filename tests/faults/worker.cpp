// The worker of the fault tests. Every few milliseconds it records that it runs, and it tries to
// commit jobs under the fence. The file that it writes is the evidence of a run.
//
//   fault_worker FOLDER CONNINFO
//
// One thread ticks and another one talks to the store, so that a silent store does not stop the
// ticks. Every fourth epoch is stubborn: it ignores SIGTERM, like a worker that can't be trusted.
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "jobflip/worker/fence.hpp"
#include "jobflip/worker/lease.hpp"

namespace {

using jobflip::worker::Fence;
using jobflip::worker::Lease;

constexpr int kTickMs = 5;
constexpr int kJobMs = 30;
constexpr int kLongJobMs = 250;  // one in sixteen is held open, so that faults hit transactions
constexpr int kRetryMs = 100;
constexpr int kLost = 3;

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::int64_t boot_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1'000'000'000L + now.tv_nsec;
}

void pace(int ms) {
  poll(nullptr, 0, ms);
}

class Trace {
 public:
  Trace(const std::string& folder, const Lease& lease) {
    const std::string path = folder + "/" + lease.node + "-" + std::to_string(lease.epoch) + "-" +
                             std::to_string(getpid());
    file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    line("worker " + lease.node + " " + std::to_string(getpid()) + " " +
         std::to_string(lease.epoch) + " " + std::to_string(boot_ns()));
  }
  bool good() const { return file_ >= 0; }
  void mark(char what, std::int64_t value) {
    line(std::string{what} + " " + std::to_string(value));
  }

 private:
  void line(std::string text) {
    text += '\n';
    if (write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
  }
  int file_{-1};
};

Answer ask(PGconn* store, const std::string& sql) {
  return {PQexec(store, sql.c_str()), &PQclear};
}

/// One job in one transaction: fence, claim, work, commit. Returns false if the connection is
/// unusable.
bool do_job(PGconn* store, const Lease& lease, Trace& trace, bool hold_open) {
  if (PQresultStatus(ask(store, "begin").get()) != PGRES_COMMAND_OK) return false;
  switch (jobflip::worker::fence(store, lease)) {
    case Fence::held:
      break;
    case Fence::failed:
      return false;
    case Fence::lost:
      trace.mark('r', boot_ns());
      _exit(kLost);
  }
  const std::string epoch = std::to_string(lease.epoch);
  const Answer claim =
      ask(store,
          "with mine as (update app.item set done_serial = nextval('app.serial') where id = "
          "(select id from app.item where done_serial is null order by id limit 1 "
          "for update skip locked) returning id, done_serial) "
          "insert into app.done (serial, item, epoch, node) select done_serial, id, " +
              epoch + ", '" + lease.node + "' from mine returning item, serial");
  if (PQresultStatus(claim.get()) != PGRES_TUPLES_OK) return false;
  const bool any = PQntuples(claim.get()) == 1;
  if (any) trace.mark('p', std::atoll(PQgetvalue(claim.get(), 0, 0)));
  if (hold_open) pace(kLongJobMs);
  if (PQresultStatus(ask(store, "commit").get()) != PGRES_COMMAND_OK) return false;
  if (any) trace.mark('c', std::atoll(PQgetvalue(claim.get(), 0, 1)));
  return true;
}

[[noreturn]] void work(const std::string& conninfo, const Lease& lease, Trace& trace) {
  const std::string bounded = conninfo + " connect_timeout=2 tcp_user_timeout=2000";
  for (unsigned job = 0;;) {
    const Connection store(PQconnectdb(bounded.c_str()), &PQfinish);
    while (PQstatus(store.get()) == CONNECTION_OK) {
      if (!do_job(store.get(), lease, trace, ++job % 16 == 0)) break;
      pace(kJobMs);
    }
    pace(kRetryMs);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string why;
  const auto lease = jobflip::worker::lease_from_environment(&why);
  if (argc != 3 || !lease) {
    std::fprintf(stderr, "fault_worker FOLDER CONNINFO, under a guard: %s\n", why.c_str());
    return 2;
  }
  if (lease->epoch % 4 == 0) std::signal(SIGTERM, SIG_IGN);
  Trace trace(argv[1], *lease);
  if (!trace.good()) return 1;
  const std::string conninfo = argv[2];
  std::thread([&] { work(conninfo, *lease, trace); }).detach();
  for (;;) {
    trace.mark('t', boot_ns());
    pace(kTickMs);
  }
}
