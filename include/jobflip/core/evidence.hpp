#pragma once
/// What a decision about a flip was based on: the same record whether a supervisor or a person
/// decided, for a flip, a hold and a refusal. It is kept with the flip and in the audit log.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/detector.hpp"
#include "jobflip/core/gates.hpp"

namespace jobflip::core {

inline constexpr std::size_t kMaxFlipEvidenceBytes = 48 * 1024;
inline constexpr std::size_t kMaxHoldEvidenceBytes = 16 * 1024;

struct QueueEvidence {
  QueueName queue;
  std::optional<QueueState> verdict;  // empty: a verdict that this version does not know
  Millis verdict_age{};               // since it became so
  std::optional<Millis> window;       // STALLED after so long without activity; empty: not known
  std::optional<Millis> quiet;        // without activity, as far as whoever decided watched it
  std::string reason;
  std::vector<QueueSample> newest_first;
};

struct Evidence {
  bool automatic{false};
  PoolName pool;
  Epoch epoch;
  NodeName holder;    // the last one, if nobody holds the pool now
  FlipIntent intent;  // what was asked for
  FlipPlan plan;
  std::optional<CandidateView> crashing_holder;  // a sample can't show that its workers end
  std::vector<QueueEvidence> queues;
};

/// What the view of the pool says; the queues with the sample that was published last.
Evidence evidence_of(const PoolView& pool, const FlipIntent& intent, const FlipPlan& plan);

/// One JSON object of at most `max_bytes` bytes, which is at least 16 KiB. All texts are cut and
/// made printable. Queues that are STALLED come first, each with its newest samples; what there is
/// no room for is left out and counted.
std::string evidence_json(const Evidence& evidence, std::size_t max_bytes = kMaxFlipEvidenceBytes);

/// For how long a queue had been quiet when it was decided, as far as such a document shows; the
/// longest of those that were stuck. 0 if none was.
Millis quiet_before(const std::string& document);

}  // namespace jobflip::core
