// A campaign of faults on real processes. scripts/faults builds and runs it.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>

#include "faults/campaign.hpp"

namespace {

constexpr int kViolation = 1;
// Ctest counts it as skipped: the machine was stalled, so nothing is proved.
constexpr int kVoid = 77;

int run(const jobflip::faults::CampaignSettings& settings, bool keep) {
  using namespace jobflip::faults;
  fmt::print("faults: {} minutes, seed {}, evidence in {}\n", settings.minutes, settings.seed,
             settings.evidence);
  const Outcome outcome = run_campaign(settings);
  const bool good = report(outcome, settings.evidence);
  if (!good) return kViolation;
  if (!outcome.voided.empty()) return kVoid;
  std::error_code ignored;
  if (!keep) std::filesystem::remove_all(settings.evidence, ignored);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace jobflip::faults;
  CampaignSettings settings;
  std::string keep;
  std::string judge_only;
  CLI::App app{"Faults on real parts: PostgreSQL, agents, guards, workers, supervisors"};
  app.add_option("--minutes", settings.minutes, "how long")->check(CLI::Range(0.1, 10'000.0));
  app.add_option("--seed", settings.seed, "the choices are drawn from it");
  app.add_option("--only", settings.only, "only kinds with these words in their name");
  app.add_option("--keep", keep, "leave the evidence in this new folder, whatever comes out");
  app.add_option("--judge", judge_only, "judge the evidence of an earlier run, and run nothing");
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    if (!judge_only.empty()) {
      Outcome outcome;
      judge(judge_only, true, outcome);
      return report(outcome, judge_only) ? 0 : kViolation;
    }
    settings.evidence =
        !keep.empty() ? keep : fmt::format("/tmp/jobflip-faults-{}-{}", settings.seed, getpid());
    return run(settings, !keep.empty());
  } catch (const std::exception& error) {
    fmt::print(stderr, "faults: {}\nthe evidence is in {}\n", error.what(), settings.evidence);
    return kViolation;
  }
}
