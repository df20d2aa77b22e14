// The simulation: sim [--seeds N] [--from S] [--trace] [--mutant NAME] [--only FAULT]...
// [--no-mutants]
//
// Runs N seeded worlds. --only (more than once) leaves out every other kind of fault, and has these
// often. Without --mutant it then builds known mistakes in, one at a time, and wants
// each of them found: a check that can't fail proves nothing.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "sim/fleet.hpp"

namespace {

using namespace jobflip;
using namespace jobflip::sim;

struct Options {
  std::uint64_t seeds{500};
  std::uint64_t from{1};
  bool trace{false};
  bool mutants{true};
  Mutant mutant{Mutant::none};
  std::vector<Fault> only;
};

struct Totals {
  std::uint64_t violations{};
  std::uint64_t seeds{};
  Outcome sum;
};

void print_violation(std::uint64_t seed, Mutant mutant, const std::vector<Fault>& only) {
  const Outcome again = Fleet(seed, mutant, true, only).run();  // the same world, this time told
  for (const std::string& line : again.trace) std::printf("  %s\n", line.c_str());
  std::printf("seed=%llu at %.3f s: %s\n", static_cast<unsigned long long>(seed),
              static_cast<double>(again.violated_at.count()) / 1e9, again.violation.c_str());
}

void add(Totals& totals, const Outcome& outcome) {
  ++totals.seeds;
  if (!outcome.violation.empty()) ++totals.violations;
  for (std::size_t i = 0; i < kFaults; ++i) totals.sum.faults[i] += outcome.faults[i];
  for (const auto& [key, count] : outcome.transitions) totals.sum.transitions[key] += count;
  totals.sum.events += outcome.events;
  totals.sum.holders += outcome.holders;
  totals.sum.done += outcome.done;
  totals.sum.fenced += outcome.fenced;
  totals.sum.well_after = std::max(totals.sum.well_after, outcome.well_after);
}

void print_totals(const Totals& totals) {
  std::printf("faults:");
  for (std::size_t i = 0; i < kFaults; ++i)
    std::printf(" %s=%lld", std::string{kFaultNames[i]}.c_str(),
                static_cast<long long>(totals.sum.faults[i]));
  std::printf("\nflip steps:");
  std::size_t reached = 0;
  for (const core::FlipTransition& row : core::kFlipTable) {
    const auto found = totals.sum.transitions.find({row.from, row.event});
    const std::int64_t count = found == totals.sum.transitions.end() ? 0 : found->second;
    if (count > 0) ++reached;
    std::printf(" %s+%s=%lld", std::string{core::name_of(row.from)}.c_str(),
                std::string{core::name_of(row.event)}.c_str(), static_cast<long long>(count));
  }
  std::printf(
      "\nflip steps reached: %zu of %zu; leases %lld; jobs done %lld, refused by the fence %lld; "
      "well again at most %.1f s after the last fault\n",
      reached, core::kFlipTable.size(), static_cast<long long>(totals.sum.holders),
      static_cast<long long>(totals.sum.done), static_cast<long long>(totals.sum.fenced),
      static_cast<double>(totals.sum.well_after.count()) / 1e9);
}

/// True if the mistake was found within so many seeds.
bool is_caught(Mutant mutant, std::uint64_t within) {
  const std::string name{kMutantNames[static_cast<std::size_t>(mutant)]};
  for (std::uint64_t seed = 1; seed <= within; ++seed) {
    const Outcome outcome = Fleet(seed, mutant, false, {}).run();
    if (outcome.violation.empty()) continue;
    std::printf("mutant %s: caught by seed %llu: %s\n", name.c_str(),
                static_cast<unsigned long long>(seed), outcome.violation.c_str());
    return true;
  }
  std::printf("mutant %s: NOT caught within %llu seeds\n", name.c_str(),
              static_cast<unsigned long long>(within));
  return false;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] {
      if (i + 1 >= argc) {
        std::fprintf(stderr, "sim: %s wants a value\n", word.c_str());
        std::exit(2);
      }
      return argv[++i];
    };
    if (word == "--seeds") {
      options.seeds = std::strtoull(value(), nullptr, 10);
    } else if (word == "--from") {
      options.from = std::strtoull(value(), nullptr, 10);
    } else if (word == "--trace") {
      options.trace = true;
    } else if (word == "--no-mutants") {
      options.mutants = false;
    } else if (word == "--only") {
      options.only.push_back(parse_fault(value()));
    } else if (word == "--mutant") {
      options.mutant = parse_mutant(value());
      options.mutants = false;
    } else {
      std::fprintf(stderr,
                   "usage: sim [--seeds N] [--from S] [--trace] [--mutant NAME] [--only FAULT]... "
                   "[--no-mutants]\n");
      std::exit(2);
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  const auto begun = std::chrono::steady_clock::now();
  Totals totals;
  for (std::uint64_t seed = options.from; seed < options.from + options.seeds; ++seed) {
    const Outcome outcome = Fleet(seed, options.mutant, options.trace, options.only).run();
    add(totals, outcome);
    if (!outcome.violation.empty() && totals.violations <= 3)
      print_violation(seed, options.mutant, options.only);
    else if (!outcome.violation.empty())
      std::printf("seed=%llu: %s\n", static_cast<unsigned long long>(seed),
                  outcome.violation.c_str());
    else if (options.trace)
      for (const std::string& line : outcome.trace) std::printf("  %s\n", line.c_str());
  }
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  print_totals(totals);
  bool well = totals.violations == 0;
  if (options.mutants)
    for (std::size_t i = 1; i < kMutantNames.size(); ++i)
      well = is_caught(static_cast<Mutant>(i), 1000) && well;
  std::printf("sim: %llu seeds, %llu violations, %lld events, %.1f seeds/s\n",
              static_cast<unsigned long long>(totals.seeds),
              static_cast<unsigned long long>(totals.violations),
              static_cast<long long>(totals.sum.events), static_cast<double>(totals.seeds) / took);
  return well ? 0 : 1;
}
