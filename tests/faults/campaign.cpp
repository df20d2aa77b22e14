#include "faults/campaign.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

namespace jobflip::faults {
namespace {

constexpr Millis kRecoverWithin{60'000};
constexpr Millis kDoneWithin{60'000};
constexpr int kReadyNodes = 3;
constexpr std::int64_t kCommitsOfHealth = 20;

/// What this machine itself was late by: no promise can hold on one that stands still.
class SlipWatch {
 public:
  SlipWatch()
      : thread_{[this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const auto before = BootClock::now();
            ::poll(nullptr, 0, 10);
            const auto late = BootClock::now() - before - Millis{10};
            longest_ = std::max(longest_.load(), std::chrono::duration_cast<Millis>(late).count());
          }
        }} {}
  Millis longest() const { return Millis{longest_}; }

 private:
  std::atomic<std::int64_t> longest_{0};
  std::jthread thread_;
};

class Campaign {
 public:
  Campaign(const CampaignSettings& settings, const std::string& folder)
      : settings_{settings},
        kinds_{kinds_of(settings.only)},
        random_{settings.seed},
        field_{folder},
        scene_{field_, random_, {}, ""} {}

  Outcome run() {
    for (const auto& node : field_.nodes()) field_.start(node);
    for (const auto& supervisor : field_.supervisors()) field_.start(supervisor);
    field_.start_producer();
    const Instant end = BootClock::now() + settings_.length;
    if (!recovered("the start")) return judged();
    while (BootClock::now() < end && outcome_.stuck.empty()) one_round();
    return judged();
  }

 private:
  void one_round() {
    std::vector<Undo> undone;
    const auto state = field_.look();
    scene_.active = state && !state->holder.empty() ? state->holder : scene_.active;
    const auto& kind = scene_.one_of(kinds_);
    std::string what = begin(kind, undone);
    std::vector<Kind> others;
    std::ranges::copy_if(kinds_, std::back_inserter(others), [&](const Kind& other) {
      return other.may_join && other.name != std::string{kind.name};
    });
    if (kind.may_join && !others.empty() && scene_.between(0, 9) < 3) {
      ::poll(nullptr, 0, scene_.between(0, 500));
      what += begin(scene_.one_of(others), undone);
    }
    const int held = scene_.between(0, 9) < 5 ? scene_.between(0, 600) : scene_.between(0, 8000);
    ::poll(nullptr, 0, held);
    for (auto undo = undone.rbegin(); undo != undone.rend(); ++undo) (*undo)();
    recovered(fmt::format("{}for {} ms on {}", what, held, scene_.active));
  }

  std::string begin(const Kind& kind, std::vector<Undo>& undone) {
    ++outcome_.faults[kind.name];
    try {
      if (auto undo = kind.begin(scene_)) undone.push_back(std::move(undo));
    } catch (const std::exception& failed) {
      return fmt::format("{} ({}) ", kind.name, failed.what());
    }
    return fmt::format("{} ", kind.name);
  }

  bool works_again(std::int64_t commits_before) {
    for (const auto& group : {field_.nodes(), field_.supervisors()})
      for (const auto& daemon : group)
        if (!field_.runs(daemon)) field_.start(daemon);
    const auto state = field_.look();
    return state && !state->holder.empty() && state->ready >= kReadyNodes &&
           state->commits >= commits_before + kCommitsOfHealth &&
           !field_.workers_of(state->holder).empty();
  }

  bool recovered(const std::string& after) {
    const Instant since = BootClock::now();
    const auto before = field_.look();
    const std::int64_t commits = before ? before->commits : 0;
    const bool works = test::eventually([&] { return works_again(commits); }, kRecoverWithin);
    const auto took = std::chrono::duration_cast<Millis>(BootClock::now() - since);
    outcome_.longest_recovery = std::max(outcome_.longest_recovery, took);
    std::printf("%4d  %-60s %s after %.1f s\n", outcome_.count(), after.c_str(),
                works ? "works" : "DOES NOT WORK", static_cast<double>(took.count()) / 1000);
    if (!works) outcome_.stuck.push_back("the pool did not work again after " + after);
    return works;
  }

  Outcome judged() {
    field_.stop_producer();
    outcome_.jobs = field_.jobs();
    test::eventually([&] { return field_.lost_jobs().empty(); }, kDoneWithin);
    test::eventually([&] { return no_flip_is_open(); }, kDoneWithin);
    field_.end();
    outcome_.longest_slip = slips_.longest();
    const auto holdings = read_holdings(field_.evidence());
    const auto takes = field_.takes();
    const auto commits = field_.commits();
    outcome_.flips = field_.flips();
    outcome_.takes = static_cast<std::int64_t>(takes.size());
    outcome_.holdings = static_cast<std::int64_t>(holdings.size());
    outcome_.commits = static_cast<std::int64_t>(commits.size());
    check_overlaps(holdings, scene_.freezes, outcome_.findings);
    check_commits(commits, outcome_.findings);
    check_takes(holdings, takes, false, outcome_.findings);
    auto& unrecorded = outcome_.findings.unrecorded;
    std::ranges::move(field_.unrecorded(), std::back_inserter(unrecorded));
    outcome_.lost = field_.lost_jobs();
    return std::move(outcome_);
  }

  bool no_flip_is_open() const {
    return std::ranges::none_of(field_.unrecorded(), [](const std::string& line) {
      return line.find("has not ended") != std::string::npos;
    });
  }

  CampaignSettings settings_;
  std::vector<Kind> kinds_;
  std::mt19937_64 random_;
  Field field_;
  Scene scene_;
  Outcome outcome_;
  SlipWatch slips_;
};

void list(std::string& text, const char* what, const std::vector<std::string>& lines) {
  for (const auto& line : lines) text += fmt::format("  {}: {}\n", what, line);
}

}  // namespace

int Outcome::count() const {
  int all = 0;
  for (const auto& [kind, count] : faults) all += count;
  return all;
}

std::vector<Kind> kinds_of(const std::vector<std::string>& only) {
  std::vector<Kind> all;
  for (const auto* group : {&process_kinds(), &store_kinds(), &flip_kinds()})
    std::ranges::copy_if(*group, std::back_inserter(all), [&](const Kind& kind) {
      return only.empty() || std::ranges::find(only, kind.name) != only.end();
    });
  if (all.size() < only.size() || all.empty())
    throw std::runtime_error("--only names a kind that there is not");
  return all;
}

Outcome run_campaign(const CampaignSettings& settings, const std::string& folder) {
  return Campaign{settings, folder}.run();
}

std::string report_of(const Outcome& outcome) {
  std::string text;
  for (const auto& [kind, count] : outcome.faults)
    text += fmt::format("  {:26}{:6}\n", kind, count);
  list(text, "overlap", outcome.findings.overlaps);
  list(text, "stale commit", outcome.findings.stale_commits);
  list(text, "not recorded", outcome.findings.unrecorded);
  list(text, "lost", outcome.lost);
  list(text, "stuck", outcome.stuck);
  text += fmt::format(
      "  {} holdings, {} takes, {} jobs in {} fenced commits; longest recovery {:.1f} s; "
      "{} moments of work on a frozen host that woke, none committed; this machine stood still "
      "for at most {} ms\n",
      outcome.holdings, outcome.takes, outcome.jobs, outcome.commits,
      static_cast<double>(outcome.longest_recovery.count()) / 1000, outcome.findings.woken_moments,
      outcome.longest_slip.count());
  return text + fmt::format(
                    "faults: {} flips, {} faults of {} kinds, {} overlaps, {} stale "
                    "commits, {} lost{}\n",
                    outcome.flips, outcome.count(), outcome.faults.size(),
                    outcome.findings.overlaps.size(), outcome.findings.stale_commits.size(),
                    outcome.lost.size(), outcome.clean() ? "" : "; NOT CLEAN, see above");
}

}  // namespace jobflip::faults
