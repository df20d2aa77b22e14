#pragma once
/// The questions and answers around a flip: what a supervisor or a person says to the store.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/core/flip.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

/// Who asks for a flip. A supervisor gives its epoch; for a person the store notes the login
/// itself.
struct Requester {
  NodeName supervisor;  // empty: a person
  Epoch supervisor_epoch;
  std::string claimed_name;  // of a person: what `--actor`, or the login name of the shell, says
};

struct FlipRequest {
  Uuid request;  // the same one asked again has the same answer
  PoolName pool;
  NodeName from;                        // refused unless it holds the pool; empty: whoever does
  NodeName to;                          // never empty: the caller chose by choose_target
  std::optional<Epoch> expected_epoch;  // refused unless it is the pool's
  Requester by;
  std::string reason;
  bool stalled{false};  // the drain is short: nothing moves there
  bool host_is_off{
      false};  // a person states that `from` is powered off: no proof of death is waited for
  std::string evidence;     // JSON: what the decision saw
  bool refuse_only{false};  // begins nothing: records the refusal of what was asked
};

/// `rule` names what refused it, in the words of Rule; "" where a request with refuse_only would be
/// accepted now.
struct FlipAnswer {
  bool accepted{false};
  FlipId flip;
  std::string rule;
  std::string sentence;
};

struct QueueVerdict {
  QueueName queue;
  std::string verdict;
  std::string reason;
  std::optional<QueueSample> sample;
};

struct VerdictReport {
  NodeName supervisor;
  Epoch supervisor_epoch;
  PoolName pool;
  std::vector<QueueVerdict> queues;
};

/// A flip that was wanted and not made. Recorded once for each change of the rule that held it.
struct HoldRecord {
  NodeName supervisor;
  Epoch supervisor_epoch;
  PoolName pool;
  std::string rule;
  std::string reason;
  std::string evidence;
};

struct FlipOutcome {
  NodeName supervisor;
  Epoch supervisor_epoch;
  FlipId flip;
  FlipEvent event{};  // completed, not_cured, nobody_looked, overdue
  std::string sentence;
};

struct OperatorContext {
  std::string claimed_name;
  std::string reason;  // at most 2,000 bytes of UTF-8; never empty
};

/// accepted = false: a rule said no. `changed` = false with accepted: it was so already.
struct OperatorAnswer {
  bool accepted{false};
  bool changed{false};
  std::string rule;
  std::string sentence;
};

}  // namespace jobflip::core
