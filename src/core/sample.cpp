#include "jobflip/core/sample.hpp"

namespace jobflip::core {

std::string future_completion(const QueueSample& sample, WallTime read_at) {
  constexpr Millis kMostAhead{60'000};
  if (!sample.last_done_at) return "";
  const auto ahead = std::chrono::duration_cast<Millis>(*sample.last_done_at - read_at);
  if (ahead <= kMostAhead) return "";
  return "last_done_at is " + short_duration(ahead) +
         " in the future: is a clock ahead, or is a time without a zone not in UTC?";
}

}  // namespace jobflip::core
