#pragma once
/// The calls of a supervisor or an operator to the store: requests and replies about flips
/// (ports/supervisor_store.hpp and ports/operator_store.hpp have the rules).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/core/flip.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::core {

/// Who requests a flip. A supervisor gives its epoch; for an operator the store records the login.
struct Requester {
  NodeName supervisor;  // empty: an operator
  Epoch supervisor_epoch;
  std::string claimed_name;  // an operator's name: from `--actor`, else the shell's login name
};

struct FlipRequest {
  Uuid request;  // a repeated request gets the same answer
  PoolName pool;
  NodeName from;                        // refused if it is not the holder; empty: any holder
  NodeName to;                          // never empty: the caller uses choose_target
  std::optional<Epoch> expected_epoch;  // refused if the pool has another epoch
  Requester by;
  std::string reason;
  bool stalled{false};      // the pool is STALLED, so the drain is short
  bool host_is_off{false};  // an operator states that `from` is powered off: take without waiting
  std::string evidence;     // JSON: what the decision was based on
  /// An operator's planned flip of this running deployment, which is tied to it; 0: of none.
  std::int64_t deployment{};
  bool refuse_only{false};  // only record the refusal; start no flip
};

/// `rule` is the name of the Rule that refused the flip. It is "" if the flip was accepted, or if
/// a request with refuse_only is no longer refused.
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
  std::vector<std::string> running_ids{};  // of the jobs that run, as far as they are known
};

struct VerdictReport {
  NodeName supervisor;
  Epoch supervisor_epoch;
  PoolName pool;
  std::vector<QueueVerdict> queues;
};

/// A hold: a flip that was not made. Recorded again only when another rule holds it.
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

/// Not accepted: a rule refused the change. Accepted but not changed: already in that state.
struct OperatorAnswer {
  bool accepted{false};
  bool changed{false};
  std::string rule;
  std::string sentence;
};

}  // namespace jobflip::core
