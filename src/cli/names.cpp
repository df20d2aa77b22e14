#include "cli/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::cli {

std::vector<std::string> node_names(const core::Snapshot& snapshot) {
  std::vector<std::string> out;
  for (const auto& pool : snapshot.pools)
    for (const auto& candidate : pool.candidates) out.push_back(candidate.node.str());
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Result<NodeName> find_node(const core::Snapshot& snapshot, std::string_view name) {
  const auto known = node_names(snapshot);
  if (std::ranges::find(known, name) != known.end()) return NodeName::of(name);
  const auto near = config::nearest_word(name, known);
  return Error{ErrorCode::not_found,
               fmt::format("no pool has a candidate \"{}\"", printable(name, 80)),
               near.empty() ? "`jobflip status` lists the nodes"
                            : fmt::format("did you mean \"{}\"?", near)};
}

}  // namespace jobflip::cli
