#pragma once
/// How often which length of time was seen: a histogram whose buckets grow by a quarter each, from
/// 100 ms to 100 days, so that a quantile is at most a quarter too high. Old lengths fade: after
/// `kHalfLife` a length counts half, and after twice that a single one is forgotten.

#include <array>
#include <cstddef>
#include <cstdint>

#include "jobflip/base/time.hpp"

namespace jobflip::core {

class LengthCounts {
 public:
  static constexpr std::size_t kBuckets = 92;
  static constexpr Millis kShortest{100};
  static constexpr Millis kHalfLife{std::chrono::days{14}};

  void add(Millis length, float weight = 1);
  /// Time that passed: what was added before counts less.
  void fade(Millis passed);

  float total() const noexcept { return total_; }
  /// The upper end of the bucket below which `share` of the lengths lie; 0 if there are none.
  Millis quantile(double share) const;
  /// The same, with each length weighed by itself: below it lies `share` of the *time*. One wait of
  /// half an hour among a hundred of a second is most of the time.
  Millis quantile_of_time(double share) const;
  Millis longest() const;

  const std::array<float, kBuckets>& weights() const noexcept { return weights_; }
  /// What weights() gave, read back. A weight that is not a number, negative or above a thousand
  /// million counts as 0.
  void set_weight(std::size_t bucket, double weight);

  bool operator==(const LengthCounts&) const = default;

 private:
  std::array<float, kBuckets> weights_{};
  float total_{0};
};

}  // namespace jobflip::core
