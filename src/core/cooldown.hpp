#pragma once
/// The cooldown: after an automatic flip the pool has no other one for a while. After a restart, it
/// has no other restart. The SQL functions jobflip.advance_flip and jobflip.spent_restart compute
/// the same; contract tests compare them on generated states.

#include "jobflip/core/flip.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

struct Cooldown {
  int level{0};  // how many automatic flips in a row did not cure the pool
  Millis length{};
};

/// The cooldown after an automatic flip that ended in `end`; `level` is the level before it:
///
///   verified        level 0            length = cooldown
///   aborted         level unchanged    length = cooldown (an abort says nothing about a cure)
///   any other end   level + 1          length = min(cooldown * 2^(level + 1), cooldown_max)
///
/// A restart delays no flip, unless a person aborted it: verified makes the level 0, and any other
/// end leaves it unchanged.
Cooldown cooldown_after(FlipState end, int level, const PoolSettings& pool, bool restart);

/// A restart that ended so did not cure. If nothing showed whether jobs complete, nobody knows.
bool was_no_cure(FlipState end) noexcept;

/// The pool's last automatic flip, if it was a restart and has ended.
struct LastRestart {
  FlipState end{};
  Millis since_end{};
  bool of_this_lease{false};  // the pool has the epoch that this restart left behind
};

/// Whether it forbids another restart: until its cooldown is over, and if it did not cure, as long
/// as the pool has the same lease. The next move is a flip then.
bool is_spent(const LastRestart& last, const PoolSettings& pool) noexcept;

}  // namespace jobflip::core
