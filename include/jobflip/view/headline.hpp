#pragma once
/// One line about a pool, for whoever has five seconds: the worst of its alarms in a few words,
/// and what to type about it.

#include <string>
#include <vector>

#include "jobflip/core/alarms.hpp"

namespace jobflip::view {

struct Headline {
  core::AlarmLevel level{core::AlarmLevel::note};
  std::string state;    // "STALLED 15s, 99 waiting, HELD by pause"; "ok"
  std::string command;  // "jobflip resume mail"; "" if there is nothing to type
};

Headline headline_of(const core::Snapshot& snapshot, const core::PoolView& pool);
/// Of some of the pool's alarms: whoever asks has left out those that it does not want to hear of.
Headline headline_of(const std::vector<core::Alarm>& alarms, const core::PoolView& pool);

struct PoolLine {
  const core::PoolView* pool{};
  Headline headline;
};

/// The most serious first, those of one level in the order of `pools`.
std::vector<PoolLine> pool_lines(const core::Snapshot& snapshot,
                                 const std::vector<const core::PoolView*>& pools);

}  // namespace jobflip::view
