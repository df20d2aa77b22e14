#pragma once
/// Why a node is not ready for some of its pools, as one text in its beat: "mail: no such program
/// // paper: no guard is armed yet". A pool's readers get the part about that pool.
///
/// Invariant: the text stays within what a beat may carry; what does not fit is left out.

#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"

namespace jobflip::core {

inline constexpr std::size_t kMostReasons = 2000;  // bytes: jobflip.beat_with_news() has the same

void add_reason(std::string& all, const PoolName& pool, std::string_view why);

/// The part about `pool`, without its name; "" if there is none. A text without parts is about the
/// whole node. An agent of 0.1.0 names one pool, perhaps another one: then all of it.
std::string reason_of(const PoolName& pool, std::string_view all);

}  // namespace jobflip::core
