// Judges the detector on simulated queues; README.md says how to read the table.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "detector/table.hpp"
#include "support/usage.hpp"

namespace {

using namespace jobflip::detsim;

constexpr double kShareNamed = 0.95;
constexpr std::size_t kMostShown = 5;
constexpr const char* kUsage =
    "usage: scripts/detector-sim [--seeds N] [--from S] [--profile NAME]... [--threads N] "
    "[--trace]\n";

struct Options {
  std::uint64_t seeds{200};
  std::uint64_t from{1};
  unsigned threads{std::max(1U, std::thread::hardware_concurrency())};
  std::vector<std::string> profiles;
  bool trace{false};
};

constexpr jobflip::test::Usage kCommand{"detector-sim", kUsage};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 >= argc) kCommand.refuse(word + " wants a value");
      return argv[++i];
    };
    if (word == "--seeds")
      options.seeds = kCommand.number_of(word, value());
    else if (word == "--from")
      options.from = kCommand.number_of(word, value());
    else if (word == "--threads")
      options.threads = kCommand.threads_of(word, value());
    else if (word == "--profile")
      options.profiles.push_back(value());
    else if (word == "--trace")
      options.trace = true;
    else
      kCommand.refuse("there is no option \"" + word + "\"");
  }
  return options;
}

std::vector<Totals> wanted_profiles(const Options& options) {
  std::vector<Totals> all;
  for (const bool faulty : {false, true})
    for (const NamedProfile& profile : faulty ? faulty_profiles() : healthy_profiles())
      if (options.profiles.empty() ||
          std::ranges::find(options.profiles, profile.name) != options.profiles.end())
        all.push_back({&profile, faulty, {}});
  for (const std::string& name : options.profiles)
    if (std::ranges::none_of(all, [&](const Totals& t) { return t.profile->name == name; }))
      kCommand.refuse("there is no profile \"" + name + "\"; README.md has their names");
  return all;
}

void run_all(const Options& options, std::vector<Totals>& all) {
  for (Totals& totals : all) totals.outcomes.resize(options.seeds);
  std::atomic<std::uint64_t> next{0};
  const auto work = [&] {
    for (std::uint64_t job = next++; job < all.size() * options.seeds; job = next++) {
      Totals& totals = all[job / options.seeds];
      const std::uint64_t number = job % options.seeds;
      totals.outcomes[number] = run(*totals.profile, options.from + number);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.threads; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

void print_stories(const Options& options, const std::vector<Totals>& all) {
  for (const Totals& totals : all)
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
      std::printf("%s seed=%llu\n", std::string{totals.profile->name}.c_str(),
                  static_cast<unsigned long long>(options.from + i));
      (void)run(*totals.profile, options.from + i,
                [](const std::string& line) { std::printf("  %s\n", line.c_str()); });
    }
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  std::vector<Totals> all = wanted_profiles(options);
  if (options.trace) {
    print_stories(options, all);
    return 0;
  }
  run_all(options, all);
  std::printf("%s\n%s", table_of_healthy(all).c_str(), table_of_faulty(all).c_str());
  bool well = true;
  for (const Totals& totals : all) {
    const bool as_wanted = totals.is_as_wanted(kShareNamed);
    well = well && as_wanted;
    std::printf("%s", failures_of(totals, as_wanted ? 0 : kMostShown).c_str());
  }
  return well ? 0 : 1;
}
