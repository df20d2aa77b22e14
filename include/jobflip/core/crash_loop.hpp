#pragma once
/// A crash loop: the workers of a pool exit by themselves, or fail to start, again and again on one
/// node. The holder restarts them and keeps sending beats, so the node looks healthy. So the agent
/// counts these exits, and its beats report the loop.
///
/// A loop begins with the kCrashes-th exit within kWindow. It is over after kWindow without one, or
/// once the present workers have run for kCalm, and half as long again as any before them.

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

/// The crash loop of one pool, as each beat reports it while it lasts.
struct CrashReport {
  PoolName pool;
  int ends{0};         // exits since the loop began
  std::string reason;  // of the last exit
  Millis within{};     // from the first of these exits to the last
  bool operator==(const CrashReport&) const = default;
};

class CrashLoop {
 public:
  static constexpr int kCrashes = 5;
  static constexpr Millis kWindow{600'000};
  static constexpr Millis kCalm{30'000};
  static constexpr std::size_t kMostReason = 300;    // bytes
  static constexpr std::size_t kMostReported = 100;  // pools in one beat; the store takes no more

  /// Counts one exit. True if a loop begins with it.
  bool count(Instant now, const std::string& reason);
  /// True if the loop ended since the last call.
  bool pass(Instant now);
  /// Since when the workers run; empty: none run.
  void see_running(std::optional<Instant> since) { running_since_ = since; }

  bool is_on() const noexcept { return ends_ > 0; }
  int ends() const noexcept { return ends_; }  // exits since the loop began; 0: there is no loop
  Instant over_at() const noexcept;
  Millis since_last(Instant now) const noexcept;  // exit
  /// Requires: is_on().
  CrashReport report(const PoolName& pool) const;

 private:
  std::array<Instant, kCrashes> at_{};  // a ring of the last exits
  std::array<Millis, kCrashes> ran_{};  // for how long the workers had run then
  Millis longest_run_{};                // in the loop
  std::optional<Instant> running_since_;
  std::size_t counted_{0};
  Instant newest_;
  Instant first_;  // of the exits in the loop
  int ends_{0};
  std::string reason_;
};

}  // namespace jobflip::core
