#pragma once
/// The judge of a run. It trusts the workers' own files and compares the store's tables with them
/// and with each other. Pure: evidence in, violations out.

#include <string>
#include <vector>

#include "faults/evidence.hpp"

namespace jobflip::faults {

enum class Rule {
  overlap,       // S1: workers of two epochs ran at the same time
  stale_commit,  // S3: a commit under an epoch after one under a higher epoch
  unaudited,     // S4: a step, a request or a refusal with no event, or with two
  epoch_take,    // workers used an epoch that their node did not take exactly once
  open_flip,     // a flip that never ended
  lost,          // an item not done, or done by nobody, or an acknowledged commit that is missing
};
const char* describe(Rule rule);

struct Violation {
  Rule rule{};
  std::string text;
  std::int64_t at{};  // the time, if known, on CLOCK_BOOTTIME
};

/// How long a worker of a node that woke up may run before its guard must have ended it.
inline constexpr std::int64_t kThawGrace = 500'000'000;

struct Overlaps {
  std::vector<Violation> violations;
  int woken_ticks{};             // of workers that woke up together with their whole node
  std::int64_t longest_woken{};  // after the thaw
};
Overlaps check_overlaps(const std::vector<WorkerFile>& workers, const std::vector<Thaw>& thaws);
std::vector<Violation> check_commits(const Branch& branch);
std::vector<Violation> check_audit(const Branch& branch);
std::vector<Violation> check_takes(const Evidence& evidence);
std::vector<Violation> check_flips_ended(const Branch& branch);
std::vector<Violation> check_nothing_lost(const Evidence& evidence);

/// The events of all branches. Events that several branches share appear once.
std::vector<Event> all_events(const std::vector<Branch>& branches);

/// All violations. During a run (`ended` is false) open flips and open items are not violations.
std::vector<Violation> check(const Evidence& evidence, bool ended);

}  // namespace jobflip::faults
