#pragma once
/// The head of every audit chain, alike for readers and the supervisor.

#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/history.hpp"
#include "store/session.hpp"

namespace jobflip::store {

/// A hash as an answer has it: "", which is the hash of no event, if it is not hex.
std::string read_hash(std::string_view hex);

Result<std::vector<core::ChainHead>> read_audit_heads(pg::Connection& connection);

}  // namespace jobflip::store
