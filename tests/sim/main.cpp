// The simulation. scripts/sim shows its usage; README.md says what it checks. It runs seeded
// worlds on all cores. Without --mutant it then builds in known mistakes, one at a time, and
// requires that each is found. It also makes clocks worse than the promise allows and requires
// that this is found, too: a check that can't fail proves nothing.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "sim/run.hpp"
#include "support/usage.hpp"

namespace {

using namespace jobflip;
using namespace jobflip::sim;

constexpr std::uint64_t kSeeds = 5000;
/// With fewer seeds, rare things may be missing by chance.
constexpr std::uint64_t kSeedsThatMeetAll = 5000;
constexpr std::size_t kMostShown = 3;
constexpr std::uint64_t kSeedsBeyondTheBound = 500;

constexpr const char* kUsage =
    "usage: scripts/sim [--seeds N] [--from S] [--trace] [--threads N] [--mutant NAME]\n"
    "                   [--only FAULT]... [--no-mutants]\n";

struct Options {
  Recipe recipe;
  std::uint64_t seeds{kSeeds};
  unsigned threads{std::max(1u, std::thread::hardware_concurrency())};
  bool trace{false};
  bool mutants{true};
};

constexpr test::Usage kCommand{"sim", kUsage};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 >= argc) kCommand.refuse(word + " wants a value");
      return argv[++i];
    };
    if (word == "--seeds") {
      options.seeds = kCommand.number_of(word, value());
    } else if (word == "--from") {
      options.recipe.seed = kCommand.number_of(word, value());
    } else if (word == "--threads") {
      options.threads = kCommand.threads_of(word, value());
    } else if (word == "--trace") {
      options.trace = true;
    } else if (word == "--no-mutants") {
      options.mutants = false;
    } else if (word == "--only") {
      const std::string name = value();
      const auto fault = parse_fault(name);
      if (!fault) kCommand.refuse("there is no fault \"" + name + "\"; README.md has their names");
      options.recipe.only.push_back(*fault);
    } else if (word == "--mutant") {
      const std::string name = value();
      const auto mutant = parse_mutant(name);
      if (!mutant)
        kCommand.refuse("there is no mutant \"" + name + "\"; README.md has their names");
      options.recipe.mutant = *mutant;
      options.mutants = false;
    } else {
      kCommand.refuse("there is no option \"" + word + "\"");
    }
  }
  return options;
}

std::string names_of(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault fault : faults)
    text += (text.empty() ? "" : ",") + std::string{kFaultNames[static_cast<std::size_t>(fault)]};
  return text.empty() ? "all, as drawn" : text;
}

/// Runs the same world again and prints its story.
void print_violation(const Options& options, std::uint64_t seed) {
  Recipe recipe = options.recipe;
  recipe.seed = seed;
  const Outcome again = Fleet(recipe, Trace::Mode::last_lines).run();
  for (const std::string& line : again.trace) std::printf("  %s\n", line.c_str());
  std::string how = "scripts/sim --seeds 1 --from " + std::to_string(seed) + " --trace";
  for (const Fault fault : recipe.only)
    how += " --only " + std::string{kFaultNames[static_cast<std::size_t>(fault)]};
  if (recipe.mutant != Mutant::none) how += " --mutant " + std::string{name_of(recipe.mutant)};
  std::printf(
      "seed=%llu at %.3f s: %s\n  the whole story: %s\n", static_cast<unsigned long long>(seed),
      static_cast<double>(again.violated_at.count()) / 1e9, again.violation.c_str(), how.c_str());
}

void print_totals(const Options& options, const Totals& totals) {
  std::size_t shown = 0;
  for (const auto& [seed, violation] : totals.violations) {
    if (shown++ < kMostShown && !options.trace) {
      print_violation(options, seed);
    } else {
      std::printf("seed=%llu: %s\n", static_cast<unsigned long long>(seed), violation.c_str());
    }
  }
  std::printf("%s", describe(totals.coverage).c_str());
  std::printf(
      "leases %lld; jobs done %lld, refused by the fence %lld; well again at most %.1f s after the "
      "last fault\n",
      static_cast<long long>(totals.holders), static_cast<long long>(totals.done),
      static_cast<long long>(totals.fenced), static_cast<double>(totals.well_after.count()) / 1e9);
  const auto beside = [](const char* whose, const Coverage::Beside& met) {
    std::printf("outside of the promise: %s ran beside others %lld times, at most %.3f s\n", whose,
                static_cast<long long>(met.times), static_cast<double>(met.longest.count()) / 1e9);
  };
  beside("workers of a host that woke up from a pause", totals.coverage.beside_a_pause);
  beside("workers that a pool keeps without its store", totals.coverage.beside_kept);
  beside("a process that escaped its guard", totals.coverage.beside_an_escape);
  std::printf("leases that had run out, not renewed while a lost take might run: %lld beats\n",
              static_cast<long long>(totals.coverage.renewals_put_off));
  std::printf(
      "outside of the promise: %lld epochs were given below a lost one, with no lock left\n",
      static_cast<long long>(totals.coverage.epochs_below));
}

bool print_trial(const std::string& name, const Batch& batch, const Totals& totals) {
  const std::string faults = names_of(batch.recipe.only);
  if (totals.violations.empty()) {
    std::printf("%-22s %-12s %7llu  %s\n", name.c_str(), "NOT CAUGHT",
                static_cast<unsigned long long>(batch.seeds), faults.c_str());
    return false;
  }
  const auto& [seed, violation] = *totals.violations.begin();
  std::printf("%-22s %-12s %7llu  %s\n", name.c_str(),
              violation.substr(0, violation.find(':')).c_str(),
              static_cast<unsigned long long>(seed), faults.c_str());
  return true;
}

/// Returns true if every mistake was found.
bool try_mutants(const Options& options) {
  std::printf("%-22s %-12s %7s  %s\n", "mutant", "caught by", "seeds", "faults");
  bool all = true;
  Batch batch{.recipe = {},
              .seeds = 0,
              .threads = options.threads,
              .until_violation = true,
              .shows_progress = ::isatty(STDERR_FILENO) != 0};
  for (const Trial& trial : mutant_trials()) {
    batch.recipe = Recipe{};
    batch.recipe.mutant = trial.mutant;
    batch.recipe.only = trial.only;
    batch.seeds = trial.budget;
    all = print_trial(std::string{name_of(trial.mutant)}, batch, run_batch(batch)) && all;
  }
  batch.recipe = Recipe{};
  batch.recipe.only = {Fault::partition, Fault::store_clock_forward, Fault::worker_ignores_term};
  batch.recipe.clock_rate_factor = 2.0;
  batch.seeds = kSeedsBeyondTheBound;
  return print_trial("(clocks beyond bound)", batch, run_batch(batch)) && all;
}

/// Returns true if everything was covered, or if there were too few seeds to require that.
bool print_gaps(const Options& options, const Totals& totals) {
  const bool wanted = options.seeds >= kSeedsThatMeetAll && options.recipe.only.empty() &&
                      options.recipe.mutant == Mutant::none;
  const auto gaps = find_gaps(totals.coverage);
  for (const std::string& gap : gaps)
    std::printf("%s: never met%s\n", gap.c_str(), wanted ? "" : " (too few seeds to want that)");
  return gaps.empty() || !wanted;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  const auto begun = std::chrono::steady_clock::now();
  if (options.trace)
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
      Recipe recipe = options.recipe;
      recipe.seed += i;
      std::printf("seed=%llu\n", static_cast<unsigned long long>(recipe.seed));
      (void)Fleet(recipe, Trace::Mode::print).run();
    }
  const Totals totals = run_batch({.recipe = options.recipe,
                                   .seeds = options.seeds,
                                   .threads = options.threads,
                                   .until_violation = false,
                                   .shows_progress = ::isatty(STDERR_FILENO) != 0});
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  print_totals(options, totals);
  bool well = totals.violations.empty();
  well = print_gaps(options, totals) && well;
  if (options.mutants) well = try_mutants(options) && well;
  std::printf("sim: %llu seeds, %zu violations, %lld events, %.1f s, %.0f seeds/s\n",
              static_cast<unsigned long long>(totals.seeds), totals.violations.size(),
              static_cast<long long>(totals.events), took,
              static_cast<double>(totals.seeds) / took);
  return well ? 0 : 1;
}
