#include "jobflip/pg/connect_pace.hpp"

#include <algorithm>

namespace jobflip::pg {

std::optional<ConnectPace::Clock::time_point> ConnectPace::next_slot(Clock::time_point now,
                                                                     Clock::time_point latest) {
  const std::lock_guard lock{mutex_};
  const auto slot = std::max(now, free_at_);
  if (slot > latest) return std::nullopt;
  free_at_ = slot + gap_;
  return slot;
}

}  // namespace jobflip::pg
