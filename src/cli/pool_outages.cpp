#include "cli/pool_outages.hpp"

#include "jobflip/core/evidence.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kMostFlips = 200;

core::Outage outage_of(const core::FlipTimeline& timeline, WallTime now) {
  const auto& flip = timeline.flip;
  const bool cured = flip.state == core::FlipState::verified && flip.started_at;
  return {flip.requested_at - core::quiet_before(timeline.evidence),
          cured ? *flip.started_at : flip.ended_at.value_or(now)};
}

}  // namespace

Result<std::vector<core::Outage>> outages_of(Session& session, const PoolName& pool) {
  const auto store = session.reader();
  if (!store) return store.error();
  const auto history = (*store)->history({pool, core::kMostHistory});
  if (!history) return history.error();
  std::vector<core::Outage> out;
  for (const auto& entry : *history) {
    if (out.size() >= kMostFlips) break;
    if (!core::is_flip_carried_out(entry) || !entry.flip) continue;
    const auto timeline = (*store)->timeline(*entry.flip);
    if (!timeline) return timeline.error();
    out.push_back(outage_of(*timeline, session.host().wall()));
  }
  return out;
}

}  // namespace jobflip::cli
