#include <algorithm>
#include <iterator>
#include <utility>

#include "core/supervisor_parts.hpp"
#include "jobflip/base/hex.hpp"

namespace jobflip::core::supervisor {
namespace {

constexpr Millis kBetweenAnchors{60'000};
/// What moved a head without a flip or a take, such as an apply or a pause, is found by looking.
constexpr Millis kLookAgain{10 * 60'000};

/// Changed heads come first. A head that is no longer in the store is dropped: if the store lost
/// history, it knows that by now.
void remember(std::vector<ChainHead>& seen, const std::vector<ChainHead>& heads) {
  const auto is_in = [](const std::vector<ChainHead>& where) {
    return [&where](const ChainHead& one) { return std::ranges::find(where, one) != where.end(); };
  };
  std::vector<ChainHead> next;
  std::ranges::copy_if(heads, std::back_inserter(next),
                       [&](const ChainHead& one) { return one.seq > 0 && !is_in(seen)(one); });
  std::ranges::copy_if(seen, std::back_inserter(next), is_in(heads));
  if (next.size() > kMostHeads) next.resize(kMostHeads);
  seen = std::move(next);
}

}  // namespace

bool are_heads_due(const SupervisorState& state, Instant now) {
  if (now < state.heads_not_before) return false;
  return state.heads_due || now - state.heads_not_before >= kLookAgain - kBetweenAnchors;
}

void take_in_heads(Step& step, const HeadsRead& event) {
  SupervisorState& s = step.state;
  s.heads_not_before = step.now + kBetweenAnchors;
  if (event.heads.has_error()) return;
  s.heads_due = false;
  remember(s.seen_heads, *event.heads);
  for (const ChainHead& head : *event.heads) {
    std::int64_t& logged = s.logged_heads[head.chain];
    if (logged == head.seq) continue;
    logged = head.seq;
    step.log(LogEventKind::anchor,
             head.chain + ' ' + std::to_string(head.seq) + ' ' + hex_of_bytes(head.hash));
    LogEvent& log_event = step.log_events.back();
    log_event.chain = head.chain;
    log_event.seq = head.seq;
    log_event.hash = hex_of_bytes(head.hash);
    log_event.epoch = {};
    if (auto pool = PoolName::parse(head.chain, "chain")) log_event.pool = *pool;
  }
}

}  // namespace jobflip::core::supervisor
