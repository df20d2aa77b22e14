#include "jobflip/core/learned_advice.hpp"

#include <algorithm>

#include "jobflip/base/exact_duration.hpp"
#include "jobflip/core/detector.hpp"

namespace jobflip::core {
namespace {

/// As a person would write it: at least `least`, in whole minutes from 10 minutes on, else in whole
/// 10 s.
Millis rounded_up(Millis least) {
  const Millis step = least > Millis{600'000} ? Millis{60'000} : Millis{10'000};
  return (least + step - Millis{1}) / step * step;
}

Millis and_a_fifth(Millis length) {
  return rounded_up(length + length / 5);
}

std::string set(const char* key, Millis value) {
  return "set " + std::string{key} + " = \"" + exact_duration(value) + "\"";
}

void look_at_stall_after(const QueueSettings& queue, const Rhythm& r,
                         std::vector<SettingAdvice>& out) {
  if (!queue.stall_after) return;
  const Millis quiet = std::max(r.is_known() ? r.quiet_gaps.longest() : Millis{}, r.wait);
  if (quiet <= windows_of(queue, r).stall) return;
  out.push_back({"stall_after", *queue.stall_after, quiet,
                 "quiet gaps of up to about " + short_duration(quiet) +
                     " are normal while jobs are due: each is a stall, and is flipped",
                 set("stall_after", and_a_fifth(quiet)) +
                     ", or leave it out: then it is learned, and now " +
                     short_duration(std::max(r.limits.quiet, r.limits.wait.value_or(Millis{})))});
}

void look_at_job_timeout(const QueueSettings& queue, const Rhythm& r,
                         std::vector<SettingAdvice>& out) {
  if (!queue.job_timeout || r.run_times.total() < static_cast<float>(kRunsToKnow)) return;
  const Millis longest = r.run_times.longest();
  if (longest <= *queue.job_timeout) return;
  out.push_back({"job_timeout", *queue.job_timeout, longest,
                 "jobs that run for up to about " + short_duration(longest) +
                     " are normal: while one does, the queue may be called hung",
                 set("job_timeout", and_a_fifth(longest)) + ", or leave it out"});
}

void look_at_age_target(const QueueSettings& queue, const Rhythm& r,
                        std::vector<SettingAdvice>& out) {
  if (!queue.age_target || !r.is_known()) return;
  const Millis usual = usual_age(r);
  if (usual <= *queue.age_target) return;
  out.push_back({"age_target", *queue.age_target, usual,
                 "in 1 of 20 backlogs or more, the oldest due job gets about " +
                     short_duration(usual) + " old: the queue is LAGGING then",
                 set("age_target", and_a_fifth(usual)) + ", or leave it out"});
}

}  // namespace

std::vector<SettingAdvice> advice_on(const QueueSettings& settings, const Rhythm& rhythm) {
  std::vector<SettingAdvice> out;
  look_at_stall_after(settings, rhythm, out);
  look_at_job_timeout(settings, rhythm, out);
  look_at_age_target(settings, rhythm, out);
  return out;
}

}  // namespace jobflip::core
