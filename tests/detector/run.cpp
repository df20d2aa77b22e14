#include "detector/run.hpp"

#include <algorithm>

#include "detector/watch.hpp"

namespace jobflip::detsim {
namespace {

using Tell = std::function<void(const std::string&)>;

constexpr Millis kLongestGiveBack = 1h;

/// Every profile has its own worlds, also under the same seed.
std::uint64_t seed_of(std::string_view name, std::uint64_t seed) {
  std::uint64_t hash = 1469598103934665603ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash ^ (seed * 0x2545F4914F6CDD1DULL);
}

class World {
 public:
  World(const NamedProfile& named, std::uint64_t seed, const Tell& tell)
      : random_(seed_of(named.name, seed)),
        profile_(named.make(random_)),
        model_(profile_, Random{seed_of(named.name, seed) + 1}),
        probe_(profile_, drawn_columns(), Random{seed_of(named.name, seed) + 2}),
        watch_(settings_of(), profile_.queues.size()),
        tell_(tell) {
    outcome_.seed = seed;
    outcome_.named_after.resize(profile_.expected.size());
    if (profile_.cured_by_flip) ill_from_ = profile_.troubles.back().from;
    begin_ = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} +
             random_.between(Millis{}, Millis{24h});
  }

  Outcome run() {
    for (Millis at = profile_.settings.sample_every; at <= profile_.length;
         at += profile_.settings.sample_every)
      take_reading(at + random_.between(Millis{}, 100ms));
    outcome_.flip_was_due = profile_.cured_by_flip;
    for (std::size_t i = 0; i < profile_.expected.size(); ++i)
      if (!outcome_.named_after[i]) outcome_.not_named.push_back(said_at_limit_[i]);
    return outcome_;
  }

 private:
  Columns drawn_columns() {
    Columns columns = Columns::drawn(random_);
    if (profile_.has_own_done && columns.done == core::DoneKind::table) columns.last_done = true;
    return columns;
  }
  core::QueueSettings settings_of() {
    core::QueueSettings settings = profile_.settings;
    settings.done_kind = probe_.columns().done;
    return settings;
  }

  void take_reading(Millis at) {
    model_.run_until(at);
    const Instant now = Instant{1000h} + at;
    for (std::size_t q = 0; q < profile_.queues.size(); ++q) {
      const core::QueueState before = watch_.state(q).state;
      watch_.take_in(q, probe_.read(model_, q), now, begin_ + at);
      if (tell_ && watch_.state(q).state != before)
        tell_(moment(at) + "q" + std::to_string(q) + " " + std::string{name_of(before)} + " -> " +
              std::string{name_of(watch_.state(q).state)} + ": " + watch_.reason(q, now));
    }
    const bool wanted = watch_.wants_flip(now);
    follow_names(at, now);
    follow_rules(at);
    if (wanted) follow_flip(at, now);
    if (is_ill(at)) return;
    outcome_.watched += profile_.settings.sample_every;
  }

  bool is_ill(Millis at) const { return ill_from_ && !cured_ && at >= *ill_from_; }

  void follow_flip(Millis at, Instant now) {
    std::string why;
    for (std::size_t q = 0; q < profile_.queues.size(); ++q)
      if (core::is_stuck(watch_.state(q).state))
        why += std::string{name_of(watch_.state(q).state)} + ": " + watch_.reason(q, now) + "; ";
    why += "cause: " + watch_.judgement().sentence;
    if (tell_) tell_(moment(at) + "FLIP wanted: " + why);
    if (!is_ill(at)) {
      if (outcome_.wrong_flips++ == 0) outcome_.first_wrong = moment(at) + why;
    } else {
      outcome_.wanted_after = at - *ill_from_;
      cured_ = true;
    }
    model_.flip(random_.chance(0.3) ? Millis{1} : random_.between(Millis{1}, kLongestGiveBack),
                cured_);
    watch_.flip(now);
  }

  bool is_named(const Expected& expected, Instant now) const {
    for (std::size_t q = 0; q < profile_.queues.size(); ++q) {
      const core::QueueState state = watch_.state(q).state;
      if (std::ranges::find(expected.verdicts, state) != expected.verdicts.end()) return true;
      const bool starved = std::ranges::find(expected.verdicts, core::QueueState::starved) !=
                           expected.verdicts.end();
      if (starved && watch_.judgement().cause == core::Cause::starved) return true;
      if (!expected.note.empty() && watch_.reason(q, now).find(expected.note) != std::string::npos)
        return true;
    }
    return false;
  }

  void follow_names(Millis at, Instant now) {
    said_at_limit_.resize(profile_.expected.size());
    for (std::size_t i = 0; i < profile_.expected.size(); ++i) {
      const Expected& expected = profile_.expected[i];
      if (at < expected.from || at > expected.from + expected.within || outcome_.named_after[i])
        continue;
      if (is_named(expected, now)) outcome_.named_after[i] = at - expected.from;
      said_at_limit_[i] =
          moment(at) + std::string{name_of(watch_.state(0).state)} + ": " + watch_.reason(0, now);
    }
  }

  void follow_rules(Millis at) {
    const auto alarms = rules_.take_in(model_.row_of(profile_.queues.size() - 1), at);
    for (std::size_t i = 0; i < kRules; ++i) {
      if (alarms[i] && is_ill(at) && !outcome_.rule_after[i])
        outcome_.rule_after[i] = at - *ill_from_;
      if (alarms[i] && !alarmed_[i] && !is_ill(at) && !cured_) ++outcome_.rule_alarms[i];
    }
    alarmed_ = alarms;
  }

  static std::string moment(Millis at) { return std::to_string(at.count() / 1000) + " s: "; }

  Random random_;
  Profile profile_;
  Model model_;
  Probe probe_;
  Watch watch_;
  const Tell& tell_;
  Rules rules_;
  WallTime begin_;
  Outcome outcome_;
  std::optional<Millis> ill_from_;
  bool cured_{false};
  std::array<bool, kRules> alarmed_{};
  std::vector<std::string> said_at_limit_;
};

}  // namespace

Outcome run(const NamedProfile& profile, std::uint64_t seed, const Tell& tell) {
  return World{profile, seed, tell}.run();
}

}  // namespace jobflip::detsim
