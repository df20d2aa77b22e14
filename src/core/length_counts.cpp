#include "jobflip/core/length_counts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace jobflip::core {
namespace {

constexpr float kForgottenBelow = 0.25F;
constexpr double kMostWeight = 1e9;
constexpr std::size_t kBuckets = LengthCounts::kBuckets;

constexpr std::array<Millis, kBuckets> kUpperEnds = [] {
  std::array<Millis, kBuckets> ends{};
  double end = static_cast<double>(LengthCounts::kShortest.count());
  for (Millis& upper : ends) {
    upper = Millis{static_cast<std::int64_t>(end)};
    end *= 1.25;
  }
  return ends;
}();

std::size_t bucket_of(Millis length) {
  const auto found = std::ranges::lower_bound(kUpperEnds, length);
  return std::min(static_cast<std::size_t>(found - kUpperEnds.begin()), kBuckets - 1);
}

}  // namespace

void LengthCounts::add(Millis length, float weight) {
  weights_[bucket_of(length)] += weight;
  total_ += weight;
}

void LengthCounts::fade(Millis passed) {
  const auto halves = static_cast<double>(passed.count()) / static_cast<double>(kHalfLife.count());
  const auto left = static_cast<float>(std::exp2(-halves));
  for (float& weight : weights_) {
    weight *= left;
    if (weight < kForgottenBelow) weight = 0;
  }
  total_ = std::accumulate(weights_.begin(), weights_.end(), 0.0F);
}

Millis LengthCounts::quantile(double share) const {
  const double wanted = share * static_cast<double>(total_);
  double below = 0;
  Millis reached{};
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (weights_[i] <= 0) continue;
    reached = kUpperEnds[i];
    below += static_cast<double>(weights_[i]);
    if (below >= wanted) break;
  }
  return reached;
}

Millis LengthCounts::quantile_of_time(double share) const {
  const auto time_in = [&](std::size_t i) {
    return static_cast<double>(weights_[i]) * static_cast<double>(kUpperEnds[i].count());
  };
  double all = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) all += time_in(i);
  double below = 0;
  Millis reached{};
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (weights_[i] <= 0) continue;
    reached = kUpperEnds[i];
    below += time_in(i);
    if (below >= share * all) break;
  }
  return reached;
}

Millis LengthCounts::longest() const {
  for (std::size_t i = kBuckets; i-- > 0;)
    if (weights_[i] > 0) return kUpperEnds[i];
  return Millis{};
}

void LengthCounts::set_weight(std::size_t bucket, double weight) {
  if (bucket >= kBuckets || !(weight > 0) || weight > kMostWeight) return;
  total_ += static_cast<float>(weight) - weights_[bucket];
  weights_[bucket] = static_cast<float>(weight);
}

}  // namespace jobflip::core
