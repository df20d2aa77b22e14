// What the agent has seen of the store: its beats claim it, and it is saved for the next process.

#include <algorithm>
#include <map>

#include "core/agent_parts.hpp"

namespace jobflip::core::agent {
namespace {

// How old the saved beat may be. If the store is set back by less than that, only a new epoch shows
// it, or a process that was not restarted.
constexpr std::chrono::minutes kKeepBeatsEvery{1};

}  // namespace

SeenOfStore seen_of(const AgentState& state) {
  std::map<PoolName, Epoch> highest;
  for (const auto& [pool, lease] : state.pools)
    if (lease.seen.value > 0) highest[pool] = lease.seen;
  for (const auto& [pool, epoch] : state.kept.epochs) {
    // if there is no room for all pools, those that this process knows come first
    if (!highest.contains(pool) && highest.size() >= kMostPoolsSeen) continue;
    highest[pool] = std::max(highest[pool], epoch);
  }
  SeenOfStore seen{.beat = state.seen_beat, .epochs = {}};
  for (const auto& [pool, epoch] : highest) seen.epochs.push_back({pool, epoch});
  return seen;
}

/// A lower beat is saved at once: the store was set back and knows it by now, so the next process
/// must not claim the higher beat again.
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
