#include "jobflip/core/hint.hpp"

#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/lease_calls.hpp"

namespace jobflip::core {

Hint hint_of(const FlipRequest& request) {
  return {request.pool, request.from.empty() ? request.to : request.from};
}

Hint hint_of(const ReleaseRequest& request) {
  return {request.pool, request.next};
}

std::string text_of(const Hint& hint) {
  return hint.first.empty() ? hint.pool.str() : hint.pool.str() + " " + hint.first.str();
}

Hint parse_hint(std::string_view text) {
  const auto space = text.find(' ');
  const auto pool = PoolName::parse(text.substr(0, space), "pool name");
  if (!pool) return {};
  if (space == std::string_view::npos) return {*pool, {}};
  const auto first = NodeName::parse(text.substr(space + 1), "node name");
  return first ? Hint{*pool, *first} : Hint{*pool, {}};
}

}  // namespace jobflip::core
