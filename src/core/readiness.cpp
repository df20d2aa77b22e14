#include "jobflip/core/readiness.hpp"

namespace jobflip::core {
namespace {

constexpr std::string_view kBetweenReasons = " // ";

}  // namespace

void add_reason(std::string& all, const PoolName& pool, std::string_view why) {
  std::string part = all.empty() ? "" : std::string{kBetweenReasons};
  part += pool.str() + ": ";
  for (auto at = why.find(kBetweenReasons); at != why.npos; at = why.find(kBetweenReasons)) {
    part += std::string{why.substr(0, at)} + " / ";
    why.remove_prefix(at + kBetweenReasons.size());
  }
  part += why;
  if (all.size() + part.size() <= kMostReasons) all += part;
}

std::string reason_of(const PoolName& pool, std::string_view all) {
  const auto own = pool.str() + ": ";
  bool is_alone = true;
  for (auto rest = all; !rest.empty();) {
    const auto end = rest.find(kBetweenReasons);
    const auto part = rest.substr(0, end);
    if (part.starts_with(own)) return std::string{part.substr(own.size())};
    if (end == rest.npos) break;
    is_alone = false;
    rest.remove_prefix(end + kBetweenReasons.size());
  }
  return is_alone ? std::string{all} : "";
}

}  // namespace jobflip::core
