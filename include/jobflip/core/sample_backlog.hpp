#pragma once
/// Readings that wait until they are kept. The store writes the readings of one queue in one call
/// as one row, and a row of 24 readings needs a fifth of the disk of 24 rows: so a queue's
/// readings wait for each other. What can't be kept is dropped and counted: losing it harms nobody.

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "jobflip/core/kept_sample.hpp"

namespace jobflip::core {

struct WaitingSample {
  Instant at;  // when the answer came
  Millis took;
  std::string verdict;
  std::optional<QueueSample> sample;  // empty: it failed
  std::string error;                  // why
  bool begins{false};                 // the watch began with it
};

class SampleBacklog {
 public:
  static constexpr std::size_t kMost = 60'000;  // readings of all queues, about 30 MB
  static constexpr Millis kPatience{240'000};   // a queue's readings wait for others of it
  static constexpr std::size_t kRow = 60;       // readings: the most of a row

  /// If there is no room, the oldest reading of this queue goes; if it has none, this one.
  void add(const PoolName& pool, const QueueName& queue, WaitingSample sample);
  /// What one call should bring now: the readings of the queues whose first one has waited for
  /// long enough, or which have a full row, first those that have waited longest. They are in the
  /// backlog no more, whatever becomes of the call. Empty: no call is due.
  std::vector<NewSample> take(Instant now);
  std::size_t size() const noexcept { return count_; }
  /// How many were dropped so far, because there was no room or they were too old.
  std::int64_t dropped() const noexcept { return dropped_; }
  /// For a supervisor that no longer leads.
  void clear() noexcept;

 private:
  using Queue = std::pair<PoolName, QueueName>;

  void drop_old(Instant now);

  std::map<Queue, std::vector<WaitingSample>> waiting_;  // no list is empty
  std::size_t count_{0};
  std::int64_t dropped_{0};
};

}  // namespace jobflip::core
