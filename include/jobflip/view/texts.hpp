#pragma once
/// The facts of a snapshot in words, one sentence each. Texts from outside are escaped in them.

#include <optional>
#include <string>

#include "jobflip/core/observed_stalls.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::view {

/// "2026-11-23 03:12:09Z"
std::string clock_text(WallTime at);

/// "850ms", or "-" if there is none.
std::string age_text(const std::optional<Millis>& age);

/// The last six digits of a long one: "..596212". JSON has all of them.
std::string epoch_text(Epoch epoch);

/// "active on job1 (epoch 4, beat 0.8s ago)" or who had it last.
std::string holder_text(const core::PoolView& pool);

/// What is abnormal about a candidate, such as "drained: disk swap"; "" if nothing is.
std::string note_text(const core::PoolView& pool, const core::CandidateView& candidate);

/// "mode observe: in the last 7 days it would have been flipped 3 times; 2 of these stalls ended by
/// themselves, 1 was flipped by hand"; "" if that was not asked for.
std::string observed_text(const core::PoolView& pool, const core::ObservedPools& observed);

/// "queue email: IDLE for 12s: nothing is waiting", and whether that is stale.
std::string queue_text(const core::PoolView& pool, const core::QueueView& queue);

/// The reason of its verdict, and before it whether that was seen long ago.
std::string verdict_reason_text(const core::PoolView& pool, const core::QueueView& queue);

/// "job1 -> job2", or "restart on job1"
std::string move_text(const core::FlipView& flip);

/// "last flip: 7 at 2026-11-23 03:00:00Z, job1 -> job2, verified: disk full", the reason shortened;
/// "" if there was none, or it is open: an alarm says that.
std::string last_flip_text(const core::PoolView& pool);

/// "incident 7 (queued) is open for 3m10s: `jobflip incident show 7`"; "" if none is open.
std::string open_incident_text(const core::PoolView& pool);

/// "the holder ends its workers before its lease does"
std::string when_store_lost_text(const core::PoolSettings& settings);
std::string when_workers_end_text(const core::PoolSettings& settings);
std::string first_move_text(const core::PoolSettings& settings);

}  // namespace jobflip::view
