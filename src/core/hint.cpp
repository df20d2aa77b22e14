#include "jobflip/core/hint.hpp"

namespace jobflip::core {

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
