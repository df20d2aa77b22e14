#include "jobflip/core/queue_state.hpp"

#include <array>

namespace jobflip::core {
namespace {

constexpr std::array<std::string_view, kQueueStates> kNames{
    "BLIND",      "PAUSED",  "WARMUP", "STALLED", "HELD",   "STARVED", "FAILING",
    "UNPROMOTED", "BLOCKED", "BUSY",   "LAGGING", "SILENT", "IDLE",    "OK"};

}  // namespace

std::optional<QueueState> parse_queue_state(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<QueueState>(i);
  return std::nullopt;
}

std::string_view name_of(QueueState state) noexcept {
  const auto place = static_cast<std::size_t>(state);
  return place < kNames.size() ? kNames[place] : "?";
}

}  // namespace jobflip::core
