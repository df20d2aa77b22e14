#include "sim/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

namespace jobflip::sim {
namespace {

constexpr std::chrono::seconds kBetweenLines{1};

thread_local std::uint64_t running_seed = 0;

/// A failed JF_CHECK ends the process, so print the seed first.
extern "C" void tell_seed(int) {
  char text[64];
  const int length = std::snprintf(text, sizeof text, "sim: ended abnormally in seed=%llu\n",
                                   static_cast<unsigned long long>(running_seed));
  [[maybe_unused]] const auto written = ::write(2, text, static_cast<std::size_t>(length));
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

void add(Totals& totals, std::uint64_t seed, const Outcome& outcome) {
  ++totals.seeds;
  if (!outcome.violation.empty()) totals.violations[seed] = outcome.violation;
  totals.coverage.add(outcome.coverage);
  totals.events += outcome.events;
  totals.holders += outcome.holders;
  totals.done += outcome.done;
  totals.fenced += outcome.fenced;
  totals.well_after = std::max(totals.well_after, outcome.well_after);
}

void add(Totals& totals, const Totals& more) {
  totals.seeds += more.seeds;
  totals.violations.insert(more.violations.begin(), more.violations.end());
  totals.coverage.add(more.coverage);
  totals.events += more.events;
  totals.holders += more.holders;
  totals.done += more.done;
  totals.fenced += more.fenced;
  totals.well_after = std::max(totals.well_after, more.well_after);
}

struct Shared {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> violations{0};
  std::mutex mutex;
  std::condition_variable ended;
  unsigned running{0};
  Totals totals;
};

void work(const Batch& batch, Shared& shared) {
  Totals mine;
  while (!batch.until_violation || shared.violations == 0) {
    const std::uint64_t number = shared.next++;
    if (number >= batch.seeds) break;
    Recipe recipe = batch.recipe;
    recipe.seed += number;
    running_seed = recipe.seed;
    const Outcome outcome = Fleet(recipe, Trace::Mode::off).run();
    add(mine, recipe.seed, outcome);
    if (!outcome.violation.empty()) ++shared.violations;
    ++shared.done;
  }
  const std::lock_guard lock{shared.mutex};
  add(shared.totals, mine);
  --shared.running;
  shared.ended.notify_all();
}

void show_progress(const Batch& batch, Shared& shared) {
  const auto begun = std::chrono::steady_clock::now();
  std::unique_lock lock{shared.mutex};
  while (!shared.ended.wait_for(lock, kBetweenLines, [&] { return shared.running == 0; })) {
    const double took =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    const double rate = static_cast<double>(shared.done) / took;
    const double left = static_cast<double>(batch.seeds - shared.done) / std::max(rate, 0.1);
    std::fprintf(stderr, "\rsim: %llu of %llu seeds, %llu violations, %.0f seeds/s, %.0f s left  ",
                 static_cast<unsigned long long>(shared.done),
                 static_cast<unsigned long long>(batch.seeds),
                 static_cast<unsigned long long>(shared.violations), rate, left);
  }
  std::fprintf(stderr, "\r%79s\r", "");
}

}  // namespace

Totals run_batch(const Batch& batch) {
  std::signal(SIGABRT, tell_seed);
  Shared shared;
  shared.running = std::max(1u, batch.threads);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1u, batch.threads); ++i)
    threads.emplace_back([&] { work(batch, shared); });
  if (batch.shows_progress) show_progress(batch, shared);
  for (std::thread& thread : threads) thread.join();
  return std::move(shared.totals);
}

}  // namespace jobflip::sim
