#include "jobflip/core/wake_hint.hpp"

#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/lease_calls.hpp"

namespace jobflip::core {

WakeHint hint_of(const FlipRequest& request) {
  return {request.pool, request.from.empty() ? request.to : request.from};
}

WakeHint hint_of(const ReleaseRequest& request) {
  return {request.pool, request.next};
}

std::string text_of(const WakeHint& hint) {
  return hint.first.empty() ? hint.pool.str() : hint.pool.str() + " " + hint.first.str();
}

WakeHint parse_hint(std::string_view text) {
  const auto space = text.find(' ');
  const auto pool = PoolName::parse(text.substr(0, space), "pool name");
  if (!pool) return {};
  if (space == std::string_view::npos) return {*pool, {}};
  const auto first = NodeName::parse(text.substr(space + 1), "node name");
  return first ? WakeHint{*pool, *first} : WakeHint{*pool, {}};
}

}  // namespace jobflip::core
