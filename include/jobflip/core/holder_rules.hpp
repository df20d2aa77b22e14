#pragma once
/// What is done about workers when something goes wrong: three settings of a pool, two for its
/// holder and one for supervisors.

#include <array>
#include <string_view>

namespace jobflip::core {

/// What a holder does when it can't reach the store for longer than its lease.
enum class WhenStoreLost {
  stop,  // it stops its workers before its lease ends (S2)
  keep,  // it lets them run; then only the fence in each claim excludes a second worker
};

inline constexpr std::array<std::string_view, 2> kWhenStoreLostWords{"stop", "keep"};

constexpr std::string_view word_of(WhenStoreLost what) noexcept {
  return kWhenStoreLostWords[static_cast<std::size_t>(what)];
}

/// What a holder does when its workers end by themselves: they crash, exit or are killed.
enum class WhenWorkersEnd {
  restart,    // it restarts them under the same lease, with a longer wait each time they end early
  hand_over,  // it releases the lease for another candidate; while the pool is paused it restarts
  hand_over_in_loop,  // as hand_over, but only in a crash loop (crash_loop.hpp); else as restart
};

inline constexpr std::array<std::string_view, 3> kWhenWorkersEndWords{"restart", "hand-over",
                                                                      "hand-over-in-loop"};

constexpr std::string_view word_of(WhenWorkersEnd what) noexcept {
  return kWhenWorkersEndWords[static_cast<std::size_t>(what)];
}

/// What a supervisor does first about a stall.
enum class FirstMove {
  flip,
  restart,  // of the workers on the node that holds the pool; a flip follows if that cures nothing
};

inline constexpr std::array<std::string_view, 2> kFirstMoveWords{"flip", "restart"};

constexpr std::string_view word_of(FirstMove what) noexcept {
  return kFirstMoveWords[static_cast<std::size_t>(what)];
}

}  // namespace jobflip::core
