#pragma once
/// Workers that end by themselves, or do not start, again and again on one node. A holder that
/// restarts them beats on and looks active, so this is counted, and its beats report it.
///
/// A loop begins with kCrashes ends within kWindow. It is over once kWindow passes without one.

#include <array>
#include <cstddef>
#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

/// What a beat says of one pool, for as long as the loop lasts.
struct CrashReport {
  PoolName pool;
  int ends{0};         // since the loop began
  std::string reason;  // how the newest one ended
  bool operator==(const CrashReport&) const = default;
};

class CrashLoop {
 public:
  static constexpr int kCrashes = 5;
  static constexpr Millis kWindow{600'000};
  static constexpr std::size_t kMostReason = 300;    // bytes
  static constexpr std::size_t kMostReported = 100;  // pools in one beat; the store takes no more

  /// Workers ended. True if a loop begins with it.
  bool count(Instant now, const std::string& reason);
  /// True if the loop is over by now.
  bool pass(Instant now);

  bool is_on() const noexcept { return ends_ > 0; }
  int ends() const noexcept { return ends_; }  // since it began; 0: none goes on
  Instant over_at() const noexcept { return newest_ + kWindow; }
  /// Requires: is_on().
  CrashReport report(const PoolName& pool) const { return {pool, ends_, reason_}; }

 private:
  std::array<Instant, kCrashes> at_{};  // of the newest; a ring
  std::size_t counted_{0};
  Instant newest_;
  int ends_{0};
  std::string reason_;
};

}  // namespace jobflip::core
