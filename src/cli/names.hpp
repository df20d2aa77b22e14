#pragma once
/// The names of nodes in a snapshot, and which one was meant.

#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::cli {

/// Of the candidates of all pools, each once, sorted.
std::vector<std::string> node_names(const core::Snapshot& snapshot);

/// The node of that name, or the Error that asks whether another one was meant.
Result<NodeName> find_node(const core::Snapshot& snapshot, std::string_view name);

}  // namespace jobflip::cli
