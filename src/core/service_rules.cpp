#include "jobflip/core/service_rules.hpp"

#include <algorithm>
#include <utility>

namespace jobflip::core {
namespace {

ServiceJudgement never_checked(UsualLatency usual) {
  ServiceJudgement judgement;
  judgement.usual = std::move(usual);
  return judgement;
}

void become(ServiceJudgement& judgement, ServiceState state, Instant since, std::string sentence) {
  judgement.state = state;
  judgement.since = since;
  judgement.sentence = std::move(sentence);
}

std::string slow_sentence(const ServiceSettings& settings, Millis limit, const CheckResult& result,
                          Instant since, Instant now) {
  const auto lasted = std::chrono::duration_cast<Millis>(now - since);
  return "every check for " + short_duration(lasted) + " took longer than " +
         short_duration(limit) +
         (settings.slow_after ? "" : ", which was learned from earlier ones") + "; the last one " +
         short_duration(result.latency);
}

ServiceJudgement failed(const ServiceSettings& settings, ServiceJudgement judgement,
                        const CheckResult& result) {
  judgement.good = 0;
  if (judgement.failures++ == 0) judgement.failing_since = result.began;
  if (judgement.failures >= settings.down_after && judgement.state != ServiceState::down)
    become(judgement, ServiceState::down, judgement.failing_since, result.sentence);
  return judgement;
}

ServiceJudgement passed(const ServiceSettings& settings, ServiceJudgement judgement,
                        const CheckResult& result, Instant now) {
  judgement.failures = 0;
  const auto limit = slow_limit(settings, judgement.usual);
  const bool slow = limit && result.latency > *limit;
  judgement.usual.add(result.latency);
  if (!slow) judgement.slow_since.reset();
  if (slow && !judgement.slow_since) judgement.slow_since = result.began;
  // any answer ends being down, and only fast ones end being slow
  const bool is_good = !slow || judgement.state != ServiceState::slow;
  if (!is_good) judgement.good = 0;
  if (is_good && judgement.good++ == 0) judgement.good_since = result.began;

  if (!judgement.state) {
    become(judgement, ServiceState::up, result.began, result.sentence);
  } else if (*judgement.state != ServiceState::up && judgement.good >= settings.up_after) {
    become(judgement, ServiceState::up, judgement.good_since, result.sentence);
  }
  if (slow && judgement.state == ServiceState::up &&
      now - *judgement.slow_since >= settings.slow_for) {
    const Instant since = std::max(*judgement.slow_since, judgement.since);
    become(judgement, ServiceState::slow, since,
           slow_sentence(settings, *limit, result, since, now));
    judgement.good = 0;
  }
  return judgement;
}

}  // namespace

std::optional<Millis> slow_limit(const ServiceSettings& settings, const UsualLatency& usual) {
  return settings.slow_after ? settings.slow_after : usual.limit();
}

ServiceJudgement judgement_of(ServiceState state, Instant since, Instant checked_at) {
  ServiceJudgement judgement;
  judgement.state = state;
  judgement.since = since;
  judgement.checked_at = checked_at;
  if (state == ServiceState::slow) judgement.slow_since = since;
  return judgement;
}

ServiceJudgement service_step(const ServiceSettings& settings, ServiceJudgement before,
                              const CheckResult& result, Instant now) {
  if (result.outcome == CheckResult::Outcome::impossible) {
    auto unknown = never_checked(std::move(before.usual));
    unknown.since = before.state ? now : before.since;
    unknown.sentence = result.sentence;
    return unknown;
  }
  if (now - before.checked_at > unwatched_after(settings))
    before = never_checked(std::move(before.usual));
  before.checked_at = now;
  before.latency = result.latency;
  return result.outcome == CheckResult::Outcome::failed
             ? failed(settings, std::move(before), result)
             : passed(settings, std::move(before), result, now);
}

}  // namespace jobflip::core
