#pragma once
/// Readings of queues on their way to the store and back, and what was learned about a queue. The
/// store stamps them with its own clock; no wall clock of a supervisor is involved. The calls are
/// in ports/sample_store.hpp and ports/reader_store.hpp.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/sample.hpp"

namespace jobflip::core {

/// Limits of one call; jobflip.keep_samples() refuses more.
inline constexpr std::size_t kSampleBatchMax = 2000;     // readings
inline constexpr std::size_t kSampleDocumentMax = 2000;  // bytes
inline constexpr std::size_t kSampleErrorMax = 500;      // bytes
inline constexpr Millis kSampleAgeMax{3'600'000};
/// Limits of one call of jobflip.keep_learned().
inline constexpr std::size_t kLearnedBatchMax = 500;      // queues
inline constexpr std::size_t kLearnedDocumentMax = 8192;  // bytes

/// One reading on its way to the store, which computes its time from its age.
struct NewSample {
  PoolName pool;
  QueueName queue;
  Millis age;   // since the answer came, when the call is made
  Millis took;  // from the question to the answer
  std::string verdict;
  std::optional<QueueSample> sample;  // empty: it failed
  std::string error;                  // why
  bool begins{false};                 // the watch began with it: a start, a flip, other settings
};

struct SampleBatch {
  NodeName supervisor;
  Epoch supervisor_epoch;
  std::vector<NewSample> samples;
};

/// One reading, read back from the store.
struct KeptSample {
  WallTime at;  // by the store's clock
  Millis took;
  std::string verdict;                // at that time
  std::optional<QueueSample> sample;  // empty: it failed, or can't be read
  std::string error;                  // why
  bool begins{false};                 // the watch began with it

  bool operator==(const KeptSample&) const = default;
};

struct SampleQuery {
  PoolName pool;
  QueueName queue;
  WallTime since;  // inclusive
  WallTime until;  // exclusive
};

/// What was learned about a queue: a JSON object (rhythm.hpp) that the store does not look into.
struct Learned {
  PoolName pool;
  QueueName queue;
  std::string document;

  bool operator==(const Learned&) const = default;
};

struct LearnedBatch {
  NodeName supervisor;
  Epoch supervisor_epoch;
  std::vector<Learned> learned;
};

}  // namespace jobflip::core
