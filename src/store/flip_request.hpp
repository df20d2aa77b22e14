#pragma once
/// jobflip.request_flip, as supervisors and people call it.

#include "jobflip/base/result.hpp"
#include "jobflip/core/flip_calls.hpp"
#include "jobflip/pg/connection.hpp"

namespace jobflip::store {

/// The parameters and the answer of jobflip.request_flip: alike for supervisors and people.
Result<core::FlipAnswer> request_flip(pg::Connection& connection, const core::FlipRequest& request);

}  // namespace jobflip::store
