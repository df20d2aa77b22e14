/// Measures one durable one-row commit, and the time from sending a NOTIFY to its arrival in
/// another session. The time of a planned flip is compared with these. Prints both in
/// milliseconds.
/// The connections come from libpq's environment.
///
///   bench_commit_and_notify ROUNDS   the medians of that many rounds in a tight loop
///   bench_commit_and_notify -        one round for each input line, on open connections

#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
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

void run(PGconn* connection, const std::string& sql) {
  PGresult* result = PQexec(connection, sql.c_str());
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
double time_ms(Work work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>{Clock::now() - begin}.count();
}

class Unit {
 public:
  Unit() {
    run(sender_.get(),
        "create table " + table_ + " (one bool primary key, n bigint) with (fillfactor = 50)");
    run(sender_.get(), "insert into " + table_ + " values (true, 0)");
    run(listener_.get(), "listen bench_commit");
  }
  ~Unit() { run(sender_.get(), "drop table " + table_); }
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;

  double commit() {
    return time_ms([&] { run(sender_.get(), "update " + table_ + " set n = n + 1"); });
  }
  double wake() {
    return time_ms([&] {
      run(sender_.get(), "notify bench_commit");
      await_notification(listener_.get());
    });
  }

 private:
  const std::string table_{"bench_commit_" + std::to_string(::getpid())};
  Connection sender_{connect()};
  Connection listener_{connect()};
};

void print(double commit, double wake) {
  std::printf("%.3f %.3f\n", commit, wake);
  std::fflush(stdout);
}

void tight_loop(Unit& unit, int rounds) {
  std::vector<double> commits;
  std::vector<double> wakes;
  for (int i = 0; i < rounds; ++i) commits.push_back(unit.commit());
  for (int i = 0; i < rounds; ++i) wakes.push_back(unit.wake());
  print(median(commits), median(wakes));
}

void one_for_each_line(Unit& unit) {
  for (std::string line; std::getline(std::cin, line);) {
    const double commit = unit.commit();
    print(commit, unit.wake());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  const int rounds = what == "-" ? 0 : std::atoi(what.c_str());
  if (what != "-" && rounds < 1) give_up("usage: bench_commit_and_notify ROUNDS|-");
  Unit unit;
  if (what == "-") {
    one_for_each_line(unit);
  } else {
    tight_loop(unit, rounds);
  }
}
