#include "jobflip/audit/verification.hpp"

#include <algorithm>
#include <map>

namespace jobflip::audit {

std::vector<ChainCheck> check_chains(std::span<const core::AuditEvent> events,
                                     std::span<const core::ChainHead> heads) {
  std::map<std::string, ChainWalk> walks;
  for (const auto& event : events)
    walks.try_emplace(event.chain, event.chain).first->second.feed({&event, 1});
  std::vector<ChainCheck> out;
  for (const auto& head : heads) {
    auto walk = walks.extract(head.chain);  // a second head of the same chain finds no events
    auto unmet = ChainWalk{head.chain};
    out.push_back({head, (walk ? walk.mapped() : unmet).finish(head)});
  }
  for (const auto& [chain, walk] : walks)
    out.push_back({{chain, 0, ""}, Flaw{chain, 1, "the chain has no head"}});
  return out;
}

std::vector<Flaw> verify_chains(std::span<const core::AuditEvent> events,
                                std::span<const core::ChainHead> heads) {
  std::vector<Flaw> flaws;
  for (auto& check : check_chains(events, heads))
    if (check.flaw) flaws.push_back(std::move(*check.flaw));
  return flaws;
}

std::optional<Flaw> flaw_of_anchor(const core::ChainHead& anchor,
                                   std::span<const core::AuditEvent> found) {
  if (found.empty() || found.front().seq != anchor.seq)
    return Flaw{anchor.chain, anchor.seq, "an anchored event is missing: the chain was cut"};
  if (found.front().hash != anchor.hash)
    return Flaw{anchor.chain, anchor.seq,
                "the event has another hash than the one that was anchored"};
  return std::nullopt;
}

std::vector<Flaw> flaws_of_anchors(std::span<const core::ChainHead> anchors,
                                   std::span<const core::AuditEvent> events) {
  std::map<std::pair<std::string_view, std::int64_t>, const core::AuditEvent*> places;
  for (const auto& event : events) places.try_emplace({event.chain, event.seq}, &event);
  std::vector<Flaw> flaws;
  for (const auto& anchor : anchors) {
    if (std::ranges::find(flaws, anchor.chain, &Flaw::chain) != flaws.end()) continue;
    const auto found = places.find({anchor.chain, anchor.seq});
    const auto span =
        found == places.end() ? std::span<const core::AuditEvent>{} : std::span{found->second, 1};
    if (auto flaw = flaw_of_anchor(anchor, span)) flaws.push_back(std::move(*flaw));
  }
  return flaws;
}

void add_flaws(std::span<const Flaw> flaws, std::vector<ChainCheck>& checks) {
  for (const auto& flaw : flaws) {
    const auto found =
        std::ranges::find(checks, flaw.chain, [](const ChainCheck& one) { return one.head.chain; });
    if (found == checks.end())
      checks.push_back({{flaw.chain, 0, ""}, flaw});
    else if (!found->flaw)
      found->flaw = flaw;
  }
}

}  // namespace jobflip::audit
