#include "detector/rules.hpp"

#include <algorithm>

namespace jobflip::detsim {
namespace {

constexpr Millis kNoProgress = 300s;
constexpr Millis kDrain = 600s;
constexpr Millis kLeastWindow = 180s;
constexpr std::size_t kCommits = 10;
constexpr std::size_t kKept = 500;
constexpr std::size_t kGapsToKnow = 20;
constexpr int kTicks = 3;

Millis high_percentile(std::vector<Millis> lengths) {
  if (lengths.empty()) return Millis{};
  const std::size_t place = lengths.size() * 99 / 100;
  const auto there = lengths.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(lengths.begin(), there, lengths.end());
  return *there;
}

void keep(std::vector<Millis>& lengths, Millis length) {
  if (lengths.size() >= kKept) lengths.erase(lengths.begin());
  lengths.push_back(length);
}

}  // namespace

void Rules::learn(const Row& row, Millis now) {
  const bool success = row.done > last_.done;
  const bool activity =
      success || row.claims > last_.claims || row.failed_attempts > last_.failed_attempts;
  if (activity && due_since_ >= 0ms) {
    keep(gaps_, now - std::max(last_activity_, due_since_));
    if (gaps_.size() >= kGapsToKnow) window_ = std::max(kLeastWindow, 3 * high_percentile(gaps_));
  }
  if (success) {
    keep(ages_, last_.oldest_running);
    run_limit_ = high_percentile(ages_) * 3 / 2;
    last_success_ = now;
    commits_.push_back(now);
    if (commits_.size() > kCommits) commits_.pop_front();
  }
  if (activity) last_activity_ = now;
  done_.emplace_back(now, row.done);
  while (done_.front().first + kNoProgress < now) done_.pop_front();
}

std::array<bool, kRules> Rules::take_in(const Row& row, Millis now) {
  learn(row, now);
  if (row.due == 0)
    due_since_ = -1ms;
  else if (due_since_ < 0ms)
    due_since_ = now;
  const bool due = due_since_ >= 0ms;
  const Millis dry = due ? now - std::max(last_success_, due_since_) : 0ms;
  const Millis quiet = due ? now - std::max(last_activity_, due_since_) : 0ms;
  const auto done = static_cast<double>(row.done - done_.front().second);
  const auto seconds = static_cast<double>((now - done_.front().first).count()) / 1000;
  const double drain = done > 0 ? static_cast<double>(row.due) * seconds / done : 1e9;
  const bool full = row.running >= row.most_running && row.oldest_running < run_limit_;
  const bool burrow =
      commits_.size() == kCommits && due && now - due_since_ >= kNoProgress / 2 &&
      now - commits_.back() > std::max(kNoProgress, commits_.back() - commits_.front());
  const std::array<bool, kRules> now_true{
      dry >= kNoProgress,
      due && row.oldest_due > kNoProgress,
      due && seconds >= 250 && drain > static_cast<double>(kDrain.count()) / 1000,
      burrow,
      due && quiet >= window_,
      due && quiet >= window_ && !full};
  std::array<bool, kRules> alarms{};
  for (std::size_t i = 0; i < kRules; ++i) {
    in_a_row_[i] = now_true[i] ? in_a_row_[i] + 1 : 0;
    alarms[i] = in_a_row_[i] >= kTicks;
  }
  last_ = row;
  return alarms;
}

}  // namespace jobflip::detsim
