#pragma once
/// What a host keeps of a stalled pool before its workers are stopped (the black box). A flip by
/// hand or by a dead node has none: only a stall is a riddle that is gone with its workers.
///
/// Invariants: it is a copy, and nobody decides by it; it is bounded in size and in the time that
/// it may hold up a flip; it holds no argument, no environment and no content of a worker's file.

#include <cstddef>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

inline constexpr std::size_t kMaxBlackBoxBytes = 256 * 1024;  // bytes of a document
inline constexpr Millis kBlackBoxTimeLimit{2000};             // then the flip goes on without it

/// What the document of one pool is about.
struct BlackBoxOf {
  PoolName pool;
  Epoch epoch;
  FlipId flip;

  bool operator==(const BlackBoxOf&) const = default;
};

/// `document` is "", where this host keeps none, or one JSON object of at most kMaxBlackBoxBytes
/// bytes: what could be seen, and for each part that could not, why.
struct BlackBox {
  BlackBoxOf of;
  std::string document;  // "": nobody looks on this host, and nothing is kept

  bool operator==(const BlackBox&) const = default;
};

/// What a look found, for whoever reads the flip.
struct KeepBlackBoxRequest {
  NodeName node;
  BlackBox black_box;
};

enum class BlackBoxReply {
  kept,        // or it was so already
  not_wanted,  // no flip by stall of that pool from this node, or it ended long ago
};
std::string_view name_of(BlackBoxReply outcome) noexcept;

}  // namespace jobflip::core
