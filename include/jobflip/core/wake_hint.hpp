#pragma once
/// The content of a wake-up: which pool may have changed, and which node should act first. That is
/// the holder, if a flip of the pool was requested, or the node for which the pool was released.
///
/// Invariant: a hint proves nothing. Anyone who can log in to the store's database can send one,
/// and any may get lost. A hint only makes a beat or a take come earlier, a bounded number of
/// times. It can decide only which candidate takes a pool that no node holds and no flip reserves.

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"

namespace jobflip::core {

struct FlipRequest;
struct ReleaseRequest;

struct WakeHint {
  PoolName pool;   // empty: any pool
  NodeName first;  // the node that should act first; empty: none

  auto operator<=>(const WakeHint&) const = default;
};

/// The holder acts first; if no node holds the pool, the target does.
WakeHint hint_of(const FlipRequest& request);
/// The node for which the pool was released, if any, acts first.
WakeHint hint_of(const ReleaseRequest& request);

/// "mail" or "mail job2".
std::string text_of(const WakeHint& hint);

/// Never fails: an unreadable text gives a hint that names nothing.
WakeHint parse_hint(std::string_view text);

}  // namespace jobflip::core
