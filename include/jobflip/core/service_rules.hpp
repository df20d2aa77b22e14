#pragma once
/// From checks to the state of a service.
///
///   down     `down_after` checks in a row failed; it began with the first of them
///   slow     every check for `slow_for` took longer than slow_limit(); it began with the first
///   up       the first check passed; after down `up_after` checks in a row passed, after slow as
///            many that were not slow; it began with the first of them
///   unknown  the check can't be made here, or none was made for unwatched_after()
///
/// A failed check between slow ones does not end their row: it was not fast. A check that can't be
/// made (no such command, no process left) says nothing about the service.
///
/// Invariant: the state only changes with a check, and the sentence says what that check saw.

#include <optional>
#include <string>

#include "jobflip/base/time.hpp"
#include "jobflip/core/service.hpp"
#include "jobflip/core/service_settings.hpp"
#include "jobflip/core/usual_latency.hpp"

namespace jobflip::core {

struct CheckResult {
  enum class Outcome { passed, failed, impossible };
  Outcome outcome{};
  Instant began;
  Millis latency{0};
  std::string sentence{};  // what it saw; untrusted
  bool operator==(const CheckResult&) const = default;
};

struct ServiceJudgement {
  std::optional<ServiceState> state{};
  Instant since;           // the state began
  Instant checked_at;      // the last check that could be made
  std::string sentence{};  // of the check that decided the state; of none, why there is none
  Millis latency{0};       // of the last check
  int failures{0};         // in a row
  int good{0};             // passed checks in a row; while it is slow, only fast ones
  Instant failing_since;
  Instant good_since;
  std::optional<Instant> slow_since{};
  UsualLatency usual{};  // outlives every state

  bool operator==(const ServiceJudgement&) const = default;
};

/// The state that an earlier leader reported, for the next one to begin with.
ServiceJudgement judgement_of(ServiceState state, Instant since, Instant checked_at);

/// `slow_after`, or what was learned; empty: it is not known yet, and nothing is slow.
std::optional<Millis> slow_limit(const ServiceSettings& settings, const UsualLatency& usual);

ServiceJudgement service_step(const ServiceSettings& settings, ServiceJudgement before,
                              const CheckResult& result, Instant now);

}  // namespace jobflip::core
