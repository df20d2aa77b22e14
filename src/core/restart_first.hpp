#pragma once
/// For a pool with first = "restart": is a restart on the holder's node the next automatic move, or
/// a flip? A restart can cure hung workers, and nothing else. So it comes first, once, unless what
/// is known says that it can't help or can't be made:
///
///   a restart was the last automatic move, and is spent (PoolView::restart)
///   the holder's node can't take (drained, silent or not ready) or does not renew its lease
///   the workers crash: they are restarted all the time
///   the node is the cause, and another node could take over

#include <optional>
#include <string>

#include "jobflip/core/gates.hpp"

namespace jobflip::core {

struct FirstRestart {
  bool wanted{false};
  std::string text;  // why, or why not; "" if the pool does not restart first, or nobody holds it
};

/// `standby` is the node that a flip would move the pool to. Requires: the flip is automatic.
FirstRestart judge_restart(const PoolView& pool, const PoolJudgement& judgement,
                           const std::optional<NodeName>& standby);

/// Whether the node could take the pool if nobody held it; the text does not say who holds it.
CandidateResult judge_taker(const PoolView& pool, const CandidateView& candidate);

}  // namespace jobflip::core
