#include "store/fleet_json.hpp"

#include <set>

#include "jobflip/core/settings_document.hpp"

namespace jobflip::store {
namespace {

template <class Things, class NameOf>
Result<void> check_names(const Things& things, std::string_view what, NameOf name_of_thing) {
  std::set<std::string> seen;
  for (const auto& thing : things)
    if (!seen.insert(name_of_thing(thing)).second)
      return Error{ErrorCode::config,
                   "two " + std::string{what} + " have the name \"" + name_of_thing(thing) + "\"",
                   "give each a name of its own"};
  return {};
}

Result<void> check_all_names(const core::Fleet& fleet) {
  const auto by_name = [](const auto& thing) { return thing.name.str(); };
  if (auto ok = check_names(fleet.nodes, "nodes", by_name); !ok) return ok;
  if (auto ok = check_names(fleet.supervisors, "supervisors", by_name); !ok) return ok;
  if (auto ok = check_names(fleet.pools, "pools", by_name); !ok) return ok;
  for (const auto& pool : fleet.pools) {
    const auto of_pool = [&](std::string_view what) {
      return std::string{what} + " of pool " + pool.name.str();
    };
    if (pool.name.str() == core::kSupervisorPool)
      return Error{ErrorCode::config, "the name of pool " + pool.name.str() + " is taken",
                   "the supervisors' own pool has it"};
    if (auto ok = check_names(pool.queues, of_pool("queues"), by_name); !ok) return ok;
    const auto by_node = [](const auto& candidate) { return candidate.node.str(); };
    if (auto ok = check_names(pool.candidates, of_pool("candidates"), by_node); !ok) return ok;
  }
  return {};
}

}  // namespace

Result<std::string> fleet_json(const core::Fleet& fleet) {
  if (auto ok = check_all_names(fleet); !ok) return ok.error();
  return core::fleet_document(fleet);
}

}  // namespace jobflip::store
