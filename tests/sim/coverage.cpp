#include "sim/coverage.hpp"

#include <algorithm>

namespace jobflip::sim {
namespace {

using core::FlipState;
using core::TakeOutcome;

/// Every outcome of a take: jobflip.check_take_conditions has the same names.
const std::vector<std::pair<TakeOutcome, std::string>> kTakes{{TakeOutcome::taken, "released"},
                                                              {TakeOutcome::taken, "own"},
                                                              {TakeOutcome::taken, "expired"},
                                                              {TakeOutcome::taken, "clock_fault"},
                                                              {TakeOutcome::taken, "host_is_off"},
                                                              {TakeOutcome::taken, "again"},
                                                              {TakeOutcome::moved, ""},
                                                              {TakeOutcome::not_expired, ""},
                                                              {TakeOutcome::frozen, ""},
                                                              {TakeOutcome::paused, ""},
                                                              {TakeOutcome::reserved, ""},
                                                              {TakeOutcome::drained, ""},
                                                              {TakeOutcome::not_candidate, ""},
                                                              {TakeOutcome::blocked, ""}};

const std::vector<core::ReleaseOutcome> kReleases{core::ReleaseOutcome::released,
                                                  core::ReleaseOutcome::not_holder,
                                                  core::ReleaseOutcome::blocked};

/// The steps at which a flip can rest. `expired` and `taken` are made in one statement.
const std::vector<FlipState> kSteps{FlipState::requested, FlipState::draining, FlipState::released,
                                    FlipState::taken, FlipState::started};

const std::vector<FlipState> kEnds{FlipState::verified, FlipState::ineffective,
                                   FlipState::unverified, FlipState::failed, FlipState::aborted};

/// The rules that are checked only when something happens. A run must have made it happen.
const std::vector<std::string> kChecks{
    "C-invariants", "F-restart", "L-active",  "L-flips",  "L-restarts", "S2-keep",  "S1-release",
    "S1-start",     "S2-right",  "S3-commit", "S3-epoch", "S3-rise",    "S4-audit", "S4-chain"};

template <class Map, class Key>
std::int64_t count_of(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? 0 : found->second;
}

template <class Map>
void add_all(Map& sum, const Map& more) {
  for (const auto& [key, count] : more) sum[key] += count;
}

struct Line {
  std::string title;
  std::vector<std::pair<std::string, std::int64_t>> counts;
};

std::vector<Line> lines_of(const Coverage& coverage) {
  Line faults{"faults", {}};
  for (std::size_t i = 0; i < kFaults; ++i)
    faults.counts.emplace_back(kFaultNames[i], coverage.faults[i]);
  faults.counts.emplace_back("calls_reordered", coverage.reordered);
  Line flips{"flip steps", {}};
  for (const core::FlipTransition& row : core::kFlipTable)
    flips.counts.emplace_back(
        std::string{core::name_of(row.from)} + "+" + std::string{core::name_of(row.event)},
        count_of(coverage.transitions, std::pair{row.from, row.event}));
  Line takes{"takes", {}};
  for (const auto& take : kTakes)
    takes.counts.emplace_back(
        std::string{core::name_of(take.first)} + (take.second.empty() ? "" : "/" + take.second),
        count_of(coverage.takes, take));
  Line releases{"releases", {}};
  for (const auto outcome : kReleases)
    releases.counts.emplace_back(core::name_of(outcome), count_of(coverage.releases, outcome));
  Line boxes{"black boxes",
             {{"kept", count_of(coverage.captures, core::BlackBoxReply::kept)},
              {"without_end", coverage.captures_without_end}}};
  Line restarts{"restarts", {{"then_flipped", coverage.flips_after_restarts}}};
  for (const auto state : kEnds)
    restarts.counts.emplace_back(core::name_of(state), count_of(coverage.restarts, state));
  Line deaths{"supervisor killed when a flip was just", {}};
  for (const auto state : kSteps)
    deaths.counts.emplace_back(core::name_of(state), count_of(coverage.supervisor_deaths, state));
  Line checks{"checks made", {}};
  for (const std::string& name : kChecks)
    checks.counts.emplace_back(name, count_of(coverage.checks, name));
  return {faults, flips, takes, releases, boxes, restarts, deaths, checks};
}

}  // namespace

void Coverage::Beside::add(const Beside& other) {
  times += other.times;
  longest = std::max(longest, other.longest);
}

void Coverage::add(const Coverage& other) {
  for (std::size_t i = 0; i < kFaults; ++i) faults[i] += other.faults[i];
  add_all(transitions, other.transitions);
  add_all(takes, other.takes);
  add_all(releases, other.releases);
  add_all(captures, other.captures);
  captures_without_end += other.captures_without_end;
  add_all(restarts, other.restarts);
  flips_after_restarts += other.flips_after_restarts;
  add_all(supervisor_deaths, other.supervisor_deaths);
  add_all(checks, other.checks);
  reordered += other.reordered;
  epochs_below += other.epochs_below;
  renewals_put_off += other.renewals_put_off;
  beside_a_pause.add(other.beside_a_pause);
  beside_kept.add(other.beside_kept);
  beside_an_escape.add(other.beside_an_escape);
}

std::string describe(const Coverage& coverage) {
  std::string text;
  for (const Line& line : lines_of(coverage)) {
    text += line.title + ":";
    for (const auto& [name, count] : line.counts) text += " " + name + "=" + std::to_string(count);
    text += "\n";
  }
  return text;
}

std::vector<std::string> find_gaps(const Coverage& coverage) {
  std::vector<std::string> gaps;
  for (const Line& line : lines_of(coverage))
    for (const auto& [name, count] : line.counts)
      if (count == 0) gaps.push_back(line.title + ": " + name);
  return gaps;
}

}  // namespace jobflip::sim
