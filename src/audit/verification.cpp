#include "jobflip/audit/verification.hpp"

#include <set>

#include "jobflip/audit/chain.hpp"

namespace jobflip::audit {
namespace {

ChainCheck check_of(ChainWalk& walk, const std::string& chain, const ChainEnds& ends) {
  const auto flaw = walk.finish(ends);
  ChainCheck out;
  out.head = ends.head.value_or(walk.last());
  out.begin = walk.start();
  out.events = walk.last().seq - walk.start().seq;
  out.anchors = walk.anchors_compared();
  out.seal = walk.seal();
  out.flaw = flaw;
  out.head.chain = chain;
  return out;
}

}  // namespace

LogCheck::LogCheck(std::span<const core::ChainHead> anchors) {
  for (const auto& anchor : anchors) anchors_[anchor.chain].push_back(anchor);
}

ChainWalk* LogCheck::walk_of(const std::string& chain) {
  auto found = walks_.find(chain);
  if (found == walks_.end()) {
    if (walks_.size() == kMostChains) return nullptr;
    const auto anchors = anchors_.find(chain);
    found = walks_
                .emplace(chain,
                         ChainWalk{chain, anchors == anchors_.end() ? std::vector<core::ChainHead>{}
                                                                    : std::move(anchors->second)})
                .first;
    if (anchors != anchors_.end()) anchors_.erase(anchors);
  }
  newest_ = &found->second;
  newest_chain_ = &found->first;
  return newest_;
}

void LogCheck::add(const core::AuditEvent& event) {
  auto* walk = newest_ != nullptr && *newest_chain_ == event.chain ? newest_ : walk_of(event.chain);
  if (walk == nullptr)
    is_flooded_ = true;
  else
    walk->add(event);
}

bool LogCheck::is_decided(std::string_view chain) const {
  const auto found = walks_.find(chain);
  return found != walks_.end() && found->second.is_decided();
}

std::vector<ChainCheck> LogCheck::finish(const LogEnds& ends) {
  std::map<std::string, core::ChainHead, std::less<>> begins;
  if (ends.begins)
    for (const auto& begin : *ends.begins) begins.emplace(begin.chain, begin);
  const auto begin_of = [&](const std::string& chain) -> std::optional<core::ChainHead> {
    if (!ends.begins) return std::nullopt;
    const auto found = begins.find(chain);
    return found == begins.end() ? core::ChainHead{chain, 0, no_hash()} : found->second;
  };
  std::vector<std::string> left;
  for (const auto& [chain, walk] : walks_) left.push_back(chain);
  for (const auto& [chain, anchors] : anchors_) left.push_back(chain);
  newest_ = nullptr;
  for (const auto& chain : left) (void)walk_of(chain);
  std::vector<ChainCheck> out;
  std::set<std::string, std::less<>> done;
  for (const auto& head : ends.heads.value_or(std::vector<core::ChainHead>{})) {
    ChainWalk nothing{head.chain};  // a second head of the same chain finds no events
    const bool is_first = done.insert(head.chain).second;
    const auto found = is_first ? walks_.find(head.chain) : walks_.end();
    out.push_back(check_of(found == walks_.end() ? nothing : found->second, head.chain,
                           {begin_of(head.chain), head, ends.is_part}));
  }
  for (auto& [chain, walk] : walks_) {
    if (done.contains(chain)) continue;
    auto head = ends.heads ? std::optional{core::ChainHead{chain, 0, ""}} : std::nullopt;
    if (ends.is_part && walk.last().seq == 0) continue;  // only anchors, of a chain not in the part
    out.push_back(check_of(walk, chain, {begin_of(chain), std::move(head), ends.is_part}));
  }
  return out;
}

std::vector<ChainCheck> check_chains(std::span<const core::AuditEvent> events,
                                     std::span<const core::ChainHead> heads,
                                     std::span<const core::ChainHead> anchors) {
  LogCheck check{anchors};
  for (const auto& event : events) check.add(event);
  return check.finish({std::vector<core::ChainHead>{},
                       std::vector<core::ChainHead>{heads.begin(), heads.end()}, false});
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
    return Flaw{Finding::truncated, anchor.chain, anchor.seq,
                "an anchored event is missing: the chain was cut"};
  const auto& event = found.front();
  if (event.hash != anchor.hash)
    return Flaw{Finding::rewritten, anchor.chain,
                anchor.seq,         "the event has another hash than the one that was anchored",
                event.at,           event.kind};
  return std::nullopt;
}

}  // namespace jobflip::audit
