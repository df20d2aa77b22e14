#pragma once
/// What happened between two readings of a queue. A hung queue shows none of it: new jobs arrive,
/// and everything that is due or running only gets older.
///
///   success  a job completed
///   claim    a worker took a job: the marker rose, more run, fewer are due, the oldest due job is
///            another one
///   ended    a job ended, completed or not: fewer run, the oldest running one is another one,
///            `failed` or `deferred` rose
///   stir     anything else that an arrival can't explain: fewer are unpromoted, blocked or
///            deferred

#include "jobflip/base/time.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

struct Movement {
  bool success{false};
  bool claim{false};
  bool ended{false};
  bool stir{false};
  bool marker_rose{false};
  bool head_left{false};     // the oldest due job is another one
  bool oldest_ended{false};  // the oldest running job is another one
  bool done_fell{false};     // of a counter that should only rise
  bool was_reset{false};     // it fell to less than half: a reset, or another database

  bool attempt() const { return success || claim || ended; }
  bool any() const { return attempt() || stir; }
};

/// `done_is_known`: `done` was seen to change. A counter that never does says nothing; then a job
/// that ends without a failure counts as completed.
Movement compare(DoneKind kind, bool done_is_known, const QueueSample& before,
                 const QueueSample& after, Millis between);

}  // namespace jobflip::core
