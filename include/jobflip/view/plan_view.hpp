#pragma once
/// The plan of a flip as people, scripts and the audit log see it: each rule, each candidate.

#include <string>
#include <vector>

#include "jobflip/core/gates.hpp"
#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/observed_stalls.hpp"
#include "jobflip/core/snapshot.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// "allows", "blocks", or "overridden by hand" for a rule that does not bind people.
std::string state_of(const core::GateResult& gate);

/// Rules that block and candidates that can't take over have the command that changes it.
Json plan_json(const core::FlipPlan& plan, const core::PoolView& pool);

/// A pool with both plans and its alarms, for what must be known before any rule: the store was set
/// back, the pool is frozen, ... And what was learned about its queues.
Json explain_json(const core::Snapshot& snapshot, const core::PoolView& pool,
                  const core::FlipPlan& automatic, const core::FlipPlan& manual,
                  const core::ObservedPools& observed = {},
                  const std::vector<core::Learned>& learned = {});

}  // namespace jobflip::view
