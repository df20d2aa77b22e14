#include "faults/campaign.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "faults/cluster_settings.hpp"

namespace jobflip::faults {
namespace {

constexpr int kRecoveryMs = 90'000;
constexpr int kStepMs = 6'000;
constexpr int kJudgeEvery = 20;  // rounds
const std::vector<std::string> kSteps{"requested", "draining", "released", "taken", "started"};

std::atomic<bool> interrupted{false};
void interrupt(int) {
  interrupted = true;
}

/// Work that never ends until it is stopped.
class Feeder {
 public:
  explicit Feeder(const std::string& conninfo) : thread_{[this, conninfo] { feed(conninfo); }} {}
  ~Feeder() {
    ends_ = true;
    thread_.join();
  }
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

 private:
  void feed(const std::string& conninfo) {
    Sql store(conninfo);
    while (!ends_) {
      store.ask(
          "insert into app.item (made_at) select clock_timestamp() where "
          "(select count(*) from app.item where done_serial is null) < 40");
      ::poll(nullptr, 0, 35);
    }
  }
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

struct Underway {
  const Kind* kind;
  Strike strike;
  std::int64_t until;
};

class Campaign {
 public:
  explicit Campaign(const CampaignSettings& settings)
      : settings_{settings},
        rng_{settings.seed},
        cluster_{settings.evidence},
        kinds_{chosen(kinds(cluster_), settings.only)} {}

  Outcome run();

 private:
  static std::vector<Kind> chosen(std::vector<Kind> all, const std::vector<std::string>& only) {
    if (only.empty()) return all;
    std::erase_if(all, [&](const Kind& kind) {
      return std::ranges::none_of(only, [&](const std::string& words) {
        return std::string{kind.name}.find(words) != std::string::npos;
      });
    });
    if (all.empty()) throw std::runtime_error("--only: no kind of that name is available here");
    return all;
  }

  void round(int number);
  std::string await_step();
  Underway strike(const Kind& kind, const std::string& step);
  void sit_out(std::vector<Underway>& underway);
  bool recovered(const Reading& since);
  double await_recovery(int number);
  void finish();

  CampaignSettings settings_;
  Rng rng_;
  TestCluster cluster_;
  std::vector<Kind> kinds_;
  SchedulingStallWatch scheduling_stalls_;
  Outcome outcome_;
  std::int64_t began_{boot_ns()};
};

/// A flip by hand that is caught at a step that was drawn. Returns the step at which the flip
/// stood in the end, "" if there was no flip.
std::string Campaign::await_step() {
  const std::size_t wanted = static_cast<std::size_t>(rng_.between(0, 4));
  ask_for_flip(cluster_, "the campaign");
  std::string state;
  bool seen = false;
  wait_until(cluster_, kStepMs, [&] {
    const auto rows = cluster_.ask(
        "select coalesce(f.state, '') from jobflip_data.pool p left join jobflip_data.flip f "
        "on f.id = p.open_flip where p.name = 'mail'");
    state = rows && !rows->empty() ? rows->front().front() : "";
    seen = seen || !state.empty();
    const auto at = std::ranges::find(kSteps, state) - kSteps.begin();
    return seen && (state.empty() || static_cast<std::size_t>(at) >= wanted);
  });
  return state;
}

Underway Campaign::strike(const Kind& kind, const std::string& step) {
  Underway one{&kind, kind.strike(cluster_, rng_), 0};
  if (one.strike.hit) {
    auto& tally = outcome_.kinds[kind.name];
    ++tally.faults;
    if (!step.empty()) {
      ++tally.at_a_step;
      ++outcome_.steps[step];
    }
  }
  one.until = boot_ns() + one.strike.lasts_ms * 1'000'000L;
  fmt::print(" {} ({})", kind.name, one.strike.what);
  std::fflush(stdout);
  return one;
}

void Campaign::sit_out(std::vector<Underway>& underway) {
  std::ranges::sort(underway, {}, &Underway::until);
  for (const Underway& one : underway) {
    wait_until(cluster_, 60'000, [&] { return boot_ns() >= one.until; });
    one.strike.heal();
  }
}

bool Campaign::recovered(const Reading& since) {
  const auto now = cluster_.read();
  if (!now || now->holder.empty() || now->flip != 0) return false;
  if (now->serial_of_epoch <= since.serial) return false;
  return std::ranges::all_of(
      kNodes, [&](const std::string& node) { return now->beats.at(node) != since.beats.at(node); });
}

double Campaign::await_recovery(int number) {
  const std::int64_t from = boot_ns();
  std::optional<Reading> since;
  const bool well = wait_until(cluster_, kRecoveryMs, [&] {
    if (!since) since = cluster_.read();
    return since && recovered(*since);
  });
  if (!well)
    outcome_.others.push_back(
        fmt::format("round {}: not recovered within {} s", number, kRecoveryMs / 1000));
  return static_cast<double>(boot_ns() - from) / 1e9;
}

void Campaign::round(int number) {
  fmt::print("[{:7.1f} s] {}:", static_cast<double>(boot_ns() - began_) / 1e9, number);
  std::string step;
  if (rng_.between(1, 10) <= 4)
    step = await_step();
  else
    wait_for(cluster_, rng_.between(0, 900));
  if (!step.empty()) fmt::print(" at {}:", step);
  std::vector<Underway> underway;
  underway.push_back(strike(rng_.pick(kinds_), step));
  if (rng_.one_in(4)) {
    std::vector<Kind> others = kinds_;
    std::erase_if(others,
                  [&](const Kind& one) { return one.touch == underway.front().kind->touch; });
    if (!others.empty()) {
      wait_for(cluster_, rng_.between(0, 1500));
      fmt::print(" and");
      const auto* kind = &rng_.pick(others);
      const auto at = std::ranges::find(kinds_, std::string{kind->name},
                                        [](const Kind& one) { return std::string{one.name}; });
      underway.push_back(strike(*at, ""));
      ++outcome_.pairs;
    }
  }
  sit_out(underway);
  const double took = await_recovery(number);
  for (const Underway& one : underway) {
    if (!one.strike.hit) continue;
    auto& longest = outcome_.kinds[one.kind->name].longest_s;
    longest = std::max(longest, took);
  }
  fmt::print("; well after {:.1f} s\n", took);
  std::fflush(stdout);
}

void Campaign::finish() {
  const bool done = wait_until(cluster_, kRecoveryMs, [&] {
    const auto now = cluster_.read();
    return now && now->open_items == 0 && now->flip == 0;
  });
  if (!done) outcome_.others.push_back("items or a flip were left open when the work ended");
  const auto verify = cluster_.verb({"audit", "verify"});
  if (verify.end != host::ProcessEnd{}) outcome_.others.push_back("audit verify: " + verify.output);
  cluster_.stop_daemons();
  cluster_.export_branch(cluster_.store().branches(), cluster_.store_conninfo());
  for (const auto& crash : cluster_.crashes()) outcome_.others.push_back(crash);
}

Outcome Campaign::run() {
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  {
    const Feeder feeder(cluster_.store_conninfo());
    await_recovery(0);
    began_ = boot_ns();
    const auto until = began_ + static_cast<std::int64_t>(settings_.minutes * 60e9);
    for (int number = 1; boot_ns() < until && !interrupted && outcome_.others.empty() &&
                         outcome_.violations.empty();
         ++number) {
      round(number);
      if (number % kJudgeEvery != 0) continue;
      cluster_.export_branch(cluster_.store().branches(), cluster_.store_conninfo());
      outcome_.scheduling_stalls = scheduling_stalls_.scheduling_stalls();
      judge(settings_.evidence, false, outcome_);
    }
    outcome_.minutes = static_cast<double>(boot_ns() - began_) / 60e9;
  }
  finish();
  outcome_.scheduling_stalls = scheduling_stalls_.scheduling_stalls();
  judge(settings_.evidence, true, outcome_);
  return outcome_;
}

}  // namespace

Outcome run_campaign(const CampaignSettings& settings) {
  return Campaign(settings).run();
}

}  // namespace jobflip::faults
