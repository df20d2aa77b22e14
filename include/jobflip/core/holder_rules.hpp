#pragma once
/// What a holder does with its workers when something goes wrong, as a pool's settings have it.

#include <array>
#include <string_view>

namespace jobflip::core {

/// What a holder does when it can't reach the store for longer than its lease.
enum class WhenStoreLost {
  stop,  // it ends its workers (S2)
  keep,  // it lets them run. Exclusion is then by the fence that each of their claims goes through
};

inline constexpr std::array<std::string_view, 2> kWhenStoreLostWords{"stop", "keep"};

constexpr std::string_view word_of(WhenStoreLost what) noexcept {
  return kWhenStoreLostWords[static_cast<std::size_t>(what)];
}

/// What a holder does when its workers end by themselves: a crash, an exit, a kill by others.
enum class WhenWorkersEnd {
  restart,    // it starts them again under the same lease; waits longer each time they end soon
  hand_over,  // it gives the lease up, for another candidate. In a pause it restarts them too
  hand_over_in_loop,  // likewise, once they are in a crash loop (crash_loop.hpp)
};

inline constexpr std::array<std::string_view, 3> kWhenWorkersEndWords{"restart", "hand-over",
                                                                      "hand-over-in-loop"};

constexpr std::string_view word_of(WhenWorkersEnd what) noexcept {
  return kWhenWorkersEndWords[static_cast<std::size_t>(what)];
}

}  // namespace jobflip::core
