#include "jobflip/backtest/spacing.hpp"

#include <algorithm>

namespace jobflip::backtest {
namespace {

constexpr Millis kLeast{50};

Millis rounded(Millis length) {
  const Millis step = length >= Millis{2000} ? Millis{1000} : kLeast;
  return std::max(kLeast, (length + step / 2) / step * step);
}

}  // namespace

void Spacing::add(Millis at) {
  if (last_ && at > *last_ && gaps_.size() < kReadingsToKnowSpacing) gaps_.push_back(at - *last_);
  last_ = at;
}

std::optional<Millis> Spacing::median() const {
  if (gaps_.empty()) return std::nullopt;
  auto gaps = gaps_;
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::ranges::nth_element(gaps, middle);
  return rounded(std::min(*middle, kLengthMax));
}

bool is_far_from(Millis sample_every, Millis spacing) {
  return 2 * sample_every > 3 * spacing || 2 * spacing > 3 * sample_every;
}

}  // namespace jobflip::backtest
