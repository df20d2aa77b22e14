#pragma once
/// Readings that wait to be sent to the store. The store writes the readings of one queue that come
/// in one call as one row, and a row of 24 readings needs a fifth of the disk space of 24 rows. So
/// the readings of a queue are collected for some minutes. The size is limited: readings that do
/// not fit are dropped and counted, since no decision depends on them.

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
  static constexpr std::size_t kMost = 60'000;  // readings of all queues; about 30 MB
  static constexpr Millis kPatience{240'000};   // how long a queue's first reading waits
  static constexpr std::size_t kRow = 60;       // the most readings in one row

  /// If there is no room, the oldest reading of this queue goes; if it has none, this one.
  void add(const PoolName& pool, const QueueName& queue, WaitingSample sample);
  /// The readings that one call should send now: those of queues that have a full row, or whose
  /// first reading has waited for kPatience; the longest wait first. They leave the backlog, even
  /// if the call then fails. Empty: no call is due.
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
