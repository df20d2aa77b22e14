#pragma once
/// A plan of a flip as people, scripts and the audit log see it: each rule, each candidate.

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "cli/session.hpp"
#include "jobflip/core/gates.hpp"

namespace jobflip::cli {

/// The supervisor that leads: it holds its own lease and has beaten within it.
std::optional<NodeName> leading_supervisor(const core::Snapshot& snapshot);

/// True where what was published of the queue is too old to be believed.
bool is_stale(const core::PoolView& pool, const core::QueueView& queue);

/// How long the pool has been STALLED, as far as was published and is fresh.
std::optional<Millis> stalled_for(const core::PoolView& pool);

/// What the supervisor would plan now.
core::FlipPlan plan_automatic(const core::Snapshot& snapshot, const core::PoolView& pool);

/// What would come of a person's intent, who needs no supervisor.
core::FlipPlan plan_by_hand(const core::Snapshot& snapshot, const core::PoolView& pool,
                            const core::FlipIntent& intent);

/// "open", "closed", or "passed over" for a rule that does not bind people.
std::string state_of(const core::GateResult& gate);

Table gates_table(const core::FlipPlan& plan);
Table candidates_table(const core::FlipPlan& plan);
nlohmann::ordered_json plan_json(const core::FlipPlan& plan);

}  // namespace jobflip::cli
