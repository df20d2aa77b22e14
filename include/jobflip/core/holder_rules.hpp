#pragma once
/// How a holder handles its workers when something goes wrong: two settings of a pool.

#include <string_view>

namespace jobflip::core {

/// What a holder does when it can't reach the store for longer than its lease.
enum class WhenStoreLost {
  stop,  // it stops its workers before its lease ends (S2)
  keep,  // it lets them run; then only the fence in each claim excludes a second worker
};

constexpr std::string_view word_of(WhenStoreLost what) noexcept {
  return what == WhenStoreLost::keep ? "keep" : "stop";
}

/// What a holder does when its workers end by themselves: they crash, exit or are killed.
enum class WhenWorkersEnd {
  restart,    // it restarts them under the same lease, with a longer wait each time they end early
  hand_over,  // it releases the lease for another candidate; while the pool is paused it restarts
  hand_over_in_loop,  // as hand_over, but only in a crash loop (crash_loop.hpp); else as restart
};

constexpr std::string_view word_of(WhenWorkersEnd what) noexcept {
  switch (what) {
    case WhenWorkersEnd::restart:
      return "restart";
    case WhenWorkersEnd::hand_over:
      return "hand-over";
    case WhenWorkersEnd::hand_over_in_loop:
      return "hand-over-in-loop";
  }
  return "?";
}

}  // namespace jobflip::core
