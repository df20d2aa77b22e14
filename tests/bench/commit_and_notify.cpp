/// What one durable one-row commit takes, and what it takes from sending a NOTIFY to its arrival in
/// another session: the measure that a planned flip is held against. Prints two medians in
/// milliseconds. The connections come from libpq's environment.
///
///   bench_commit_and_notify ROUNDS

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

[[noreturn]] void give_up(const std::string& text) {
  std::fprintf(stderr, "bench_commit_and_notify: %s\n", text.c_str());
  std::exit(1);
}

Connection connect() {
  Connection connection{PQconnectdb(""), &PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK) give_up(PQerrorMessage(connection.get()));
  return connection;
}

void run(PGconn* connection, const char* sql) {
  PGresult* result = PQexec(connection, sql);
  const auto status = PQresultStatus(result);
  PQclear(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    give_up(PQerrorMessage(connection));
  }
}

void await_notification(PGconn* connection) {
  for (;;) {
    if (PQconsumeInput(connection) == 0) give_up(PQerrorMessage(connection));
    if (PGnotify* notification = PQnotifies(connection); notification != nullptr) {
      PQfreemem(notification);
      return;
    }
    pollfd wait{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 5000) != 1) give_up("no notification within 5 s");
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

template <class Work>
double median_ms(int rounds, Work work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = Clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>{Clock::now() - begin}.count());
  }
  return median(times);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc == 2 ? std::atoi(argv[1]) : 0;
  if (rounds < 1) give_up("usage: bench_commit_and_notify ROUNDS");
  const auto sender = connect();
  const auto listener = connect();
  run(sender.get(),
      "create table bench_commit (one bool primary key, n bigint) with (fillfactor = 50)");
  run(sender.get(), "insert into bench_commit values (true, 0)");
  run(listener.get(), "listen bench_commit");
  const double commit =
      median_ms(rounds, [&] { run(sender.get(), "update bench_commit set n = n + 1"); });
  const double wake = median_ms(rounds, [&] {
    run(sender.get(), "notify bench_commit");
    await_notification(listener.get());
  });
  run(sender.get(), "drop table bench_commit");
  std::printf("%.3f %.3f\n", commit, wake);
}
