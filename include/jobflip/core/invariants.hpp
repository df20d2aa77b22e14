#pragma once
/// The invariants that hold after every step. Each one is a row of a table: a sentence and a
/// function. The daemons check every row after every step, in production too, before they carry out
/// the step's actions (src/daemon/must_hold.hpp). So do the simulation and the tests.

#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/agent.hpp"
#include "jobflip/core/supervisor.hpp"

namespace jobflip::core {

/// The first violated invariant, such as "mail: a lease is released only when no worker is left";
/// "" if there is none.
std::string check_invariants(const AgentStep& step, Instant now);
std::string check_invariants(const SupervisorStep& step, Instant now);

/// Every sentence that check_invariants can return, without the pool.
std::vector<std::string_view> agent_invariants();
std::vector<std::string_view> supervisor_invariants();

}  // namespace jobflip::core
