#include "detector/table.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace jobflip::detsim {
namespace {

std::string number(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// "180 (190)": the median and the longest, in seconds; "-" if none. Fewer than all: how many.
std::string seconds_of(std::vector<Millis> times, std::size_t of) {
  if (times.empty()) return "-";
  std::ranges::sort(times);
  const auto seconds = [](Millis time) {
    return number(static_cast<double>(time.count()) / 1000, 0);
  };
  std::string text = seconds(times[times.size() / 2]) + " (" + seconds(times.back()) + ")";
  if (times.size() < of) text += ", " + std::to_string(times.size()) + " of " + std::to_string(of);
  return text;
}

std::vector<Millis> times_named(const Totals& totals) {
  std::vector<Millis> times;
  for (const Outcome& outcome : totals.outcomes)
    for (const auto& after : outcome.named_after)
      if (after) times.push_back(*after);
  return times;
}

bool expects(const Totals& totals) {
  return !totals.outcomes.empty() && !totals.outcomes.front().named_after.empty();
}

std::string named(const Totals& totals) {
  if (!expects(totals)) return "";
  return number(100 * totals.share_named(), 1) + " %";
}

std::string named_after(const Totals& totals) {
  return expects(totals) ? seconds_of(times_named(totals), totals.outcomes.size()) : "";
}

std::string wrong(const Totals& totals) {
  if (totals.wrong_flips() == 0) return "0";
  return std::to_string(totals.wrong_flips()) + " in " +
         std::to_string(totals.seeds_with_wrong_flips()) + " seeds";
}

std::string alarms_a_day(const Totals& totals, std::size_t rule) {
  double alarms = 0;
  double days = 0;
  for (const Outcome& outcome : totals.outcomes) {
    alarms += outcome.rule_alarms[rule];
    days += std::chrono::duration<double, std::ratio<86400>>(outcome.watched).count();
  }
  return number(alarms / days, 1);
}

std::string rule_after(const Totals& totals, std::size_t rule) {
  std::vector<Millis> times;
  for (const Outcome& outcome : totals.outcomes)
    if (outcome.rule_after[rule]) times.push_back(*outcome.rule_after[rule]);
  if (times.size() * 2 < totals.outcomes.size()) return "-";
  std::ranges::sort(times);
  return number(static_cast<double>(times[times.size() / 2].count()) / 1000, 0);
}

std::string text_of(const Totals& totals) {
  return std::string{totals.profile->wanted} + " (`" + std::string{totals.profile->name} + "`)";
}

}  // namespace

int Totals::wrong_flips() const {
  return std::accumulate(outcomes.begin(), outcomes.end(), 0,
                         [](int sum, const Outcome& outcome) { return sum + outcome.wrong_flips; });
}

int Totals::seeds_with_wrong_flips() const {
  return static_cast<int>(
      std::ranges::count_if(outcomes, [](const Outcome& o) { return o.wrong_flips > 0; }));
}

double Totals::share_named() const {
  std::size_t wanted = 0;
  for (const Outcome& outcome : outcomes) wanted += outcome.named_after.size();
  if (wanted == 0) return 1;
  return static_cast<double>(times_named(*this).size()) / static_cast<double>(wanted);
}

bool Totals::is_as_wanted(double share) const {
  const double may_be_wrong = profile->known_wrong * static_cast<double>(outcomes.size());
  const bool too_often = std::ranges::any_of(
      outcomes, [&](const Outcome& o) { return o.wrong_flips > profile->most_wrong; });
  return !too_often && seeds_with_wrong_flips() <= may_be_wrong && share_named() >= share;
}

std::string table_of_healthy(const std::vector<Totals>& all) {
  std::string text =
      "| a flip does not help | wrong flips | named | after s, median (longest) | A | B | C | D | "
      "E "
      "| F |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Totals& totals : all) {
    if (totals.faulty) continue;
    text += "| " + text_of(totals) + " | " + wrong(totals) + " | " + named(totals) + " | " +
            named_after(totals) + " |";
    for (std::size_t rule = 0; rule < kRules; ++rule)
      text += " " + alarms_a_day(totals, rule) + " |";
    text += "\n";
  }
  return text;
}

std::string table_of_faulty(const std::vector<Totals>& all) {
  std::string text =
      "| workers hang | wrong flips | named | after s, median (longest) | flip wanted after s | A "
      "| "
      "B | C | D | E | F |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Totals& totals : all) {
    if (!totals.faulty) continue;
    std::vector<Millis> flips;
    for (const Outcome& outcome : totals.outcomes)
      if (outcome.wanted_after) flips.push_back(*outcome.wanted_after);
    text += "| " + text_of(totals) + " | " + wrong(totals) + " | " + named(totals) + " | " +
            named_after(totals) + " | " + seconds_of(flips, totals.outcomes.size()) + " |";
    for (std::size_t rule = 0; rule < kRules; ++rule) text += " " + rule_after(totals, rule) + " |";
    text += "\n";
  }
  return text;
}

std::string failures_of(const Totals& totals, std::size_t most) {
  const std::string name{totals.profile->name};
  std::string told;
  std::string seeds;
  std::size_t shown = 0;
  for (const Outcome& outcome : totals.outcomes) {
    const int known = totals.profile->known_wrong >= 1 ? totals.profile->most_wrong : 0;
    if (outcome.wrong_flips <= known && outcome.not_named.empty()) continue;
    const std::string seed = std::to_string(outcome.seed);
    seeds += " " + seed;
    if (++shown > most) continue;
    if (outcome.wrong_flips > 0)
      told += name + " seed=" + seed + ": " + std::to_string(outcome.wrong_flips) +
              " wrong flips, first at " + outcome.first_wrong + "\n";
    for (const std::string& said : outcome.not_named)
      told += name + " seed=" + seed + ": not named; last said " + said + "\n";
  }
  return seeds.empty() ? "" : name + ": not as wanted in seeds" + seeds + "\n" + told;
}

}  // namespace jobflip::detsim
