// What the agent has seen of the store: what its beats claim, and what is kept for the next
// process.

#include <algorithm>
#include <map>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

// So much older than the last one may be the beat that the next process knows. A store that was set
// back by less is noticed only by a new epoch, or by a process that was not restarted.
constexpr std::chrono::minutes kKeepBeatsEvery{1};

}  // namespace

SeenOfStore seen_of(const AgentState& state) {
  std::map<PoolName, Epoch> highest;
  for (const auto& [pool, lease] : state.pools)
    if (lease.seen.value > 0) highest[pool] = lease.seen;
  for (const auto& [pool, epoch] : state.kept.epochs) {
    // pools that this process knows come first, where there is no room for all
    if (!highest.contains(pool) && highest.size() >= kMostPoolsSeen) continue;
    highest[pool] = std::max(highest[pool], epoch);
  }
  SeenOfStore seen{.beat = state.seen_beat, .epochs = {}};
  for (const auto& [pool, epoch] : highest) seen.epochs.push_back({pool, epoch});
  return seen;
}

/// A lower beat is kept at once: the store was set back and knows it by now, and the next process
/// must not claim the higher one a second time.
void keep_seen(Step& step, bool at_the_end) {
  AgentState& state = step.state;
  SeenOfStore seen = seen_of(state);
  const bool old = step.now - state.kept_at >= kKeepBeatsEvery;
  const bool beat_is_due =
      seen.beat < state.kept.beat || (seen.beat > state.kept.beat && (old || at_the_end));
  if (seen.epochs == state.kept.epochs && !beat_is_due) return;
  state.kept = seen;
  state.kept_at = step.now;
  step.actions.emplace_back(KeepSeen{std::move(seen)});
}

}  // namespace jobflip::core::agent
