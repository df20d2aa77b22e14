#include "jobflip/core/usual_latency.hpp"

#include <algorithm>

namespace jobflip::core {

void UsualLatency::add(Millis latency) {
  if (const auto most = limit(); most && latency > *most) return;
  if (newest_.size() < kKept) {
    newest_.push_back(latency);
    return;
  }
  newest_[next_] = latency;
  next_ = (next_ + 1) % kKept;
}

std::optional<Millis> UsualLatency::limit() const {
  if (newest_.size() < kNeeded) return std::nullopt;
  constexpr std::size_t kPercent = 100;
  constexpr std::size_t kRank = 95;
  auto sorted = newest_;
  const auto place = static_cast<std::ptrdiff_t>((sorted.size() * kRank + kPercent - 1) / kPercent);
  const auto p95 = sorted.begin() + place - 1;
  std::ranges::nth_element(sorted, p95);
  return std::max(kLeast, *p95 * kTimesUsual);
}

}  // namespace jobflip::core
