#pragma once
/// The black box: what a host captures of the workers of a stalled pool before it stops them. Only
/// a flip by stall has one, because stopping the workers destroys the traces of what they hung on.
///
/// Invariants: no decision uses it; its size, and the time that a flip waits for it, are bounded;
/// it contains no argument, no environment and no file content of a worker.

#include <cstddef>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

inline constexpr std::size_t kMaxBlackBoxBytes = 256 * 1024;  // bytes of a document
inline constexpr Millis kBlackBoxTimeLimit{2000};             // the flip waits no longer

/// Which flip of which pool a capture belongs to, and the epoch of the workers.
struct BlackBoxOf {
  PoolName pool;
  Epoch epoch;
  FlipId flip;

  bool operator==(const BlackBoxOf&) const = default;
};

/// `document` is one JSON object of at most kMaxBlackBoxBytes bytes: what was captured and, for
/// each part that was not, the reason. It is "" if this host captures nothing.
struct BlackBox {
  BlackBoxOf of;
  std::string document;

  bool operator==(const BlackBox&) const = default;
};

/// Stores a black box with its flip.
struct KeepBlackBoxRequest {
  NodeName node;
  BlackBox black_box;
};

enum class BlackBoxReply {
  kept,        // now or before
  not_wanted,  // the store has no such flip by stall from this node, or it ended long ago
};
std::string_view name_of(BlackBoxReply outcome) noexcept;

}  // namespace jobflip::core
