#pragma once
/// The judge of a run. It believes what workers wrote themselves, and holds the store's tables
/// against that and against each other. Pure: evidence in, violations out.

#include <string>
#include <vector>

#include "faults/evidence.hpp"

namespace jobflip::faults {

enum class Rule {
  overlap,       // S1: two holdings of the pool worked at the same time
  stale_commit,  // S3: a commit under an epoch below one that had committed before
  unaudited,     // S4: a step, a request or a refusal without its event, or with two
  epoch_take,    // an epoch at the workers without exactly one take of it by that node
  open_flip,     // a flip that never ended
  lost,          // an item not done, done by nobody, or an acknowledged commit that is nowhere
};
const char* describe(Rule rule);

struct Violation {
  Rule rule{};
  std::string text;
  std::int64_t at{};  // where it is known: when, on CLOCK_BOOTTIME
};

/// How long a worker of a node that woke up may run until its guard has ended it.
inline constexpr std::int64_t kThawGrace = 500'000'000;

struct Overlaps {
  std::vector<Violation> violations;
  int woken_ticks{};             // of workers that woke up with their whole node
  std::int64_t longest_woken{};  // after the thaw
};
Overlaps check_overlaps(const std::vector<WorkerFile>& workers, const std::vector<Thaw>& thaws);
std::vector<Violation> check_commits(const Branch& branch);
std::vector<Violation> check_audit(const Branch& branch);
std::vector<Violation> check_takes(const BlackBox& evidence);
std::vector<Violation> check_flips_ended(const Branch& branch);
std::vector<Violation> check_nothing_lost(const BlackBox& evidence);

/// The events of all branches, those that several have in common once.
std::vector<Event> all_events(const std::vector<Branch>& branches);

/// All of them. While a run goes on (`ended` false) open flips and open items are no violation.
std::vector<Violation> check(const BlackBox& evidence, bool ended);

}  // namespace jobflip::faults
