// Writes readings of many queues, as a leading supervisor does or by a plain COPY, and prints how
// many, and the seconds of CPU that it took itself.
//   bench_keep_samples CONNINFO QUEUES ROUNDS keep|copy
// A round is what comes in four minutes of readings every 10 s: 24 of each queue.

#include <libpq-fe.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "jobflip/core/sample_document.hpp"
#include "jobflip/store/open.hpp"

namespace jobflip {
namespace {

constexpr int kReadings = 24;
constexpr Millis kEvery{10'000};

/// A queue at work: its figures change a little from one reading to the next.
class Queues {
 public:
  explicit Queues(int count) {
    for (int i = 0; i < count; ++i) {
      auto& queue = samples_.emplace_back();
      queue.queue = QueueName::of("queue-" + std::to_string(i));
      queue.runnable = i % 50;
      queue.done = 1'000'000 + i * 1000;
      queue.paused = false;
    }
  }
  int size() const { return static_cast<int>(samples_.size()); }
  static PoolName pool_of(int queue) { return PoolName::of("pool-" + std::to_string(queue / 50)); }
  const core::QueueSample& next(int number) {
    auto& queue = samples_[static_cast<std::size_t>(number)];
    queue.runnable = std::max<std::int64_t>(0, queue.runnable + below(9) - 4);
    queue.running = below(8);
    queue.oldest_runnable = Millis{below(60'000)};
    queue.oldest_running = Millis{below(20'000)};
    queue.done += below(40);
    queue.failed += below(10) == 0 ? 1 : 0;
    queue.last_done_at = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now()) -
                         Micros{below(10'000'000)};
    return queue;
  }
  int below(int limit) { return std::uniform_int_distribution<int>{0, limit - 1}(random_); }

 private:
  std::vector<core::QueueSample> samples_;
  std::mt19937 random_{1};
};

int fail(const std::string& what) {
  std::fprintf(stderr, "bench_keep_samples: %s\n", what.c_str());
  return 1;
}

core::NewSample reading(Queues& queues, int number, int nth) {
  const auto& sample = queues.next(number);
  return {Queues::pool_of(number),
          sample.queue,
          kEvery * (kReadings - 1 - nth),
          Millis{3 + queues.below(9)},
          queues.below(30) == 0 ? "IDLE" : "OK",
          sample,
          ""};
}

int keep(const std::string& conninfo, Queues& queues, int rounds) {
  store::StoreSettings settings;
  settings.conninfo = conninfo;
  settings.call_deadline = Millis{10'000};
  settings.application_name = "bench";
  const auto store = store::open_sample_store(settings);
  for (int round = 0; round < rounds; ++round) {
    core::SampleBatch batch{NodeName::of("sup1"), Epoch{1}, {}};
    for (int number = 0; number < queues.size(); ++number) {
      for (int nth = 0; nth < kReadings; ++nth)
        batch.samples.push_back(reading(queues, number, nth));
      const bool is_full = batch.samples.size() + kReadings > core::kSampleBatchMax;
      if (!is_full && number + 1 < queues.size()) continue;
      const auto done = store->keep_samples(batch);
      if (!done) return fail(done.error().text);
      if (!*done) return fail("it does not lead");
      batch.samples.clear();
    }
  }
  return 0;
}

int copy(const std::string& conninfo, Queues& queues, int rounds) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> session{PQconnectdb(conninfo.c_str()), PQfinish};
  const auto ends_as = [&](PGresult* result, ExecStatusType wanted) {
    const bool fits = PQresultStatus(result) == wanted;
    PQclear(result);
    return fits;
  };
  for (int round = 0; round < rounds; ++round) {
    std::string lines;
    const auto now = std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
    for (int number = 0; number < queues.size(); ++number)
      for (int nth = 0; nth < kReadings; ++nth) {
        const auto one = reading(queues, number, nth);
        lines += one.pool.str() + '\t' + one.queue.str() + '\t' + rfc3339(now - one.age) + '\t' +
                 std::to_string(one.took.count()) + '\t' + one.verdict + '\t' +
                 core::sample_document_without_nulls(*one.sample) + "\t\\N\n";
      }
    if (!ends_as(PQexec(session.get(), "copy bench.plain from stdin"), PGRES_COPY_IN) ||
        PQputCopyData(session.get(), lines.data(), static_cast<int>(lines.size())) != 1 ||
        PQputCopyEnd(session.get(), nullptr) != 1 ||
        !ends_as(PQgetResult(session.get()), PGRES_COMMAND_OK))
      return fail(PQerrorMessage(session.get()));
    PQclear(PQgetResult(session.get()));
  }
  return 0;
}

double own_cpu() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace
}  // namespace jobflip

int main(int argc, char** argv) {
  if (argc != 5) return jobflip::fail("usage: bench_keep_samples CONNINFO QUEUES ROUNDS keep|copy");
  jobflip::Queues queues{std::atoi(argv[2])};
  const int rounds = std::atoi(argv[3]);
  const auto write = std::string{argv[4]} == "keep" ? jobflip::keep : jobflip::copy;
  if (const int failed = write(argv[1], queues, rounds); failed != 0) return failed;
  std::printf("%lld %.3f\n", static_cast<long long>(queues.size()) * jobflip::kReadings * rounds,
              jobflip::own_cpu());
  return 0;
}
