#pragma once
/// What the store's notification says: that a pool is worth a look, and, where a node is named,
/// whom it concerns before all others: the holder of a pool that a flip was asked for, or the node
/// for which a pool was just released.
///
/// A hint proves nothing: anybody who may log in to the store's database can send one, and any may
/// get lost. It makes a look or a try come earlier, a bounded number of times; all that it can
/// decide is which candidate takes a pool that nobody holds and that no flip keeps for another.

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"

namespace jobflip::core {

struct FlipRequest;
struct ReleaseRequest;

struct WakeHint {
  PoolName pool;   // empty: whichever
  NodeName first;  // empty: nobody before the others

  auto operator<=>(const WakeHint&) const = default;
};

/// The holder comes first, and the target where nobody holds the pool.
WakeHint hint_of(const FlipRequest& request);
/// For whom it was released, if for anybody.
WakeHint hint_of(const ReleaseRequest& request);

/// "mail" or "mail job2".
std::string text_of(const WakeHint& hint);

/// Never fails: what can't be read is a hint that names nothing.
WakeHint parse_hint(std::string_view text);

}  // namespace jobflip::core
