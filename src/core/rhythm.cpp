#include "jobflip/core/rhythm.hpp"

#include <algorithm>

namespace jobflip::core {
namespace {

constexpr Millis kFadeEvery{24 * 3'600'000};
constexpr Millis kLeastSuccess{300'000};
constexpr Millis kLeastAge{600'000};
constexpr Millis kLeastSilence{900'000};
constexpr Millis kRhythmSeen{15'000};
constexpr Millis kWeekKnown{8 * 24 * 3'600'000LL};
constexpr float kIdleGapsToKnow = 12;
constexpr int kRegularWithin = 2;  // the longest, in medians
constexpr int kSilences = 5;
constexpr double kMostTime = 0.95;
constexpr double kMostBacklogs = 0.95;
constexpr Millis kWaitForgotten{14 * 24 * 3'600'000LL};
constexpr Millis kUnsureForgotten{2 * 24 * 3'600'000LL};

Millis times(double factor, Millis length) {
  return Millis{static_cast<std::int64_t>(factor * static_cast<double>(length.count()))};
}

std::optional<Millis> regular_silence(const LengthCounts& idle) {
  if (idle.total() < kIdleGapsToKnow) return std::nullopt;
  const Millis median = idle.quantile(0.5);
  // what comes every few seconds looks regular only because it is read every few seconds
  if (median < kRhythmSeen || idle.longest() > kRegularWithin * median) return std::nullopt;
  return std::max(kLeastSilence, kSilences * idle.longest());
}

/// One wait may have been the end of a longer one, such as the rest of an hour.
std::optional<Millis> wait_limit(Millis longest) {
  if (longest == Millis{}) return std::nullopt;
  return std::max(times(1.2, longest), std::min(3 * longest, kUnknownWindow));
}

/// Forgets what was not seen again for long.
void pass_time_of_waits(Rhythm& r, Millis passed) {
  for (Millis* age : {&r.wait_age, &r.unsure_age, &r.vain_age})
    *age = std::min(*age + passed, kLengthMax);
  if (r.unsure_age >= kUnsureForgotten) r.unsure_wait = Millis{};
  if (r.vain_age >= LengthCounts::kHalfLife) {
    r.vain_waits /= 2;
    r.vain_hangs /= 2;
    r.vain_age = Millis{};
  }
  if (r.wait == Millis{} || r.wait_age < kWaitForgotten) return;
  r.wait = Millis{};
  update_limits(r);
}

std::uint16_t minutes_of(Millis length) {
  const auto minutes = 1 + length.count() / 60'000;
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(minutes, 1, kMostIdleMinutes));
}

}  // namespace

void forget_vain_flips(Rhythm& r) {
  r.vain_waits = 0;
  r.vain_hangs = 0;
  r.vain_age = Millis{};
}

Millis usual_age(const Rhythm& r) {
  return r.due_ages.quantile(kMostBacklogs);
}

void update_limits(Rhythm& r) {
  r.limits = RhythmLimits{};
  if (r.is_known())
    r.limits.quiet = std::max({kLeastWindow, 3 * r.quiet_gaps.quantile_of_time(kMostTime),
                               times(1.2, r.quiet_gaps.longest())});
  if (r.run_times.total() >= static_cast<float>(kRunsToKnow))
    r.limits.run = std::max(3 * r.run_times.quantile(0.99), times(1.5, r.run_times.longest()));
  r.limits.recovery = 3 * r.success_gaps.quantile_of_time(kMostTime);
  r.limits.success = std::max(kLeastSuccess, r.limits.recovery);
  r.limits.age = std::max(kLeastAge, 3 * usual_age(r));
  r.limits.silence = regular_silence(r.idle_gaps);
  r.limits.wait = wait_limit(r.wait);
}

void pass_time(Rhythm& r, Millis passed) {
  r.watched = std::min(r.watched + passed, kLengthMax);
  r.faded += passed;
  pass_time_of_waits(r, passed);
  if (r.faded < kFadeEvery) return;
  for (LengthCounts* counts :
       {&r.quiet_gaps, &r.run_times, &r.success_gaps, &r.due_ages, &r.idle_gaps})
    counts->fade(r.faded);
  r.faded = Millis{};
  update_limits(r);
}

std::size_t hour_of_week(WallTime at) {
  const auto hours = std::chrono::floor<std::chrono::hours>(at).time_since_epoch().count();
  constexpr std::int64_t kThursday = 3 * 24;  // 1970 began on one
  const auto week = static_cast<std::int64_t>(kHoursOfWeek);
  return static_cast<std::size_t>((((hours + kThursday) % week) + week) % week);
}

std::optional<Millis> silence_limit(const Rhythm& r, std::optional<WallTime> at) {
  if (r.watched < kWeekKnown || !at) return r.limits.silence;
  const auto minutes = r.idle_minutes[hour_of_week(*at)];
  if (minutes == 0) return r.limits.silence;
  return std::max(kLeastSilence, Millis{3 * 60'000 * std::int64_t{minutes}});
}

void learn_work(Rhythm& r, Millis idle, std::optional<WallTime> at) {
  if (idle > Millis{}) {
    r.idle_gaps.add(idle);
    update_limits(r);
  }
  if (!at) return;
  // every hour that the idle time touched, this one too
  const auto hours = std::min<std::int64_t>(idle.count() / 3'600'000 + 1, kHoursOfWeek);
  for (std::int64_t i = 0; i <= hours; ++i) {
    const WallTime then = std::max(*at - idle, *at - std::chrono::hours{i});
    auto& known = r.idle_minutes[hour_of_week(then)];
    known = std::max(known, minutes_of(idle));
  }
}

void learn_wait(Rhythm& r, Millis gap) {
  r.wait = std::clamp(gap, r.wait, kLengthMax);
  r.wait_age = Millis{};
  r.unsure_wait = Millis{};
  update_limits(r);
}

void learn_stall_that_ended(Rhythm& r, Millis gap) {
  const bool alike = 4 * gap <= 5 * r.unsure_wait && 4 * r.unsure_wait <= 5 * gap;
  if (alike) return learn_wait(r, std::max(gap, r.unsure_wait));
  r.unsure_wait = std::min(gap, kLengthMax);
  r.unsure_age = Millis{};
}

}  // namespace jobflip::core
