#include "jobflip/view/texts.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/alarms.hpp"
#include "jobflip/core/freshness.hpp"

namespace jobflip::view {
using core::CandidateNote;

std::string clock_text(WallTime at) {
  auto text = rfc3339(at).substr(0, 19);
  text[10] = ' ';
  return text + "Z";
}

std::string age_text(const std::optional<Millis>& age) {
  return age ? short_duration(*age) : "-";
}

std::string epoch_text(Epoch epoch) {
  constexpr std::int64_t kShort = 1'000'000;
  if (epoch.value < kShort) return std::to_string(epoch.value);
  return fmt::format("..{:06}", epoch.value % kShort);
}

std::string holder_text(const core::PoolView& pool) {
  const auto& owner = pool.owner;
  if (core::has_run_out(pool))
    return fmt::format(
        "active nowhere; the lease of {} (epoch {}) has run out, its last beat was {} "
        "ago",
        owner.holder.str(), epoch_text(owner.epoch), short_duration(*owner.beat_age));
  if (owner.state == core::OwnerState::held) {
    const auto beat = owner.beat_age ? ", beat " + short_duration(*owner.beat_age) + " ago" : "";
    return fmt::format("active on {} (epoch {}{})", owner.holder.str(), epoch_text(owner.epoch),
                       beat);
  }
  if (owner.holder.empty()) return "active nowhere, and never was";
  return fmt::format("active nowhere; the last was {} (epoch {})", owner.holder.str(),
                     epoch_text(owner.epoch));
}

std::string note_text(const core::PoolView& pool, const core::CandidateView& candidate) {
  switch (core::note_of(pool, candidate)) {
    case CandidateNote::drained:
      return "drained: " + printable(candidate.drain_reason);
    case CandidateNote::never_seen:
      return "never seen";
    case CandidateNote::silent:
      return "silent";
    case CandidateNote::not_ready:
      return "not ready: " + printable(candidate.not_ready_reason);
    case CandidateNote::holder_not_ready:
      return printable(candidate.not_ready_reason);
    case CandidateNote::crash_loop:
      return fmt::format("crash loop: {} ends", candidate.crashes);
    case CandidateNote::none:
      break;
  }
  return "";
}

std::string observed_text(const core::PoolView& pool, const core::ObservedPools& observed) {
  const auto found = observed.find(pool.settings.name);
  if (found == observed.end()) return "";
  const core::ObservedStalls& seen = found->second;
  const std::string week = "mode observe: in the last 7 days it would ";
  if (seen.wanted == 0) return week + "not have been flipped";
  const auto ended = core::ended_by_themselves(pool, seen);
  std::string text = week + "have been flipped " +
                     (seen.wanted == 1 ? "once" : std::to_string(seen.wanted) + " times") + "; " +
                     std::to_string(ended) + " of these stalls ended by " +
                     (ended == 1 ? "itself" : "themselves");
  if (seen.flipped > 0)
    text += ", " + std::to_string(seen.flipped) + (seen.flipped == 1 ? " was" : " were") +
            " flipped by hand";
  if (core::last_goes_on(pool, seen)) text += ", the last one goes on";
  return text;
}

std::string queue_text(const core::PoolView& pool, const core::QueueView& queue) {
  const auto stale = core::is_stale(pool, queue)
                         ? fmt::format(" (STALE: last looked at {} ago, so it is not counted)",
                                       short_duration(queue.sample_age))
                         : std::string{};
  return fmt::format("queue {}: {} for {}{}: {}", queue.queue.str(), printable(queue.verdict, 20),
                     short_duration(queue.verdict_age), stale, printable(queue.reason));
}

std::string verdict_reason_text(const core::PoolView& pool, const core::QueueView& queue) {
  const auto reason = printable(queue.reason);
  if (!core::is_stale(pool, queue)) return reason;
  return "STALE, last looked at " + short_duration(queue.sample_age) + " ago; " + reason;
}

std::string move_text(const core::FlipView& flip) {
  if (core::is_restart(flip)) return "restart on " + flip.to.str();
  return (flip.from.empty() ? "nobody" : flip.from.str()) + " -> " + flip.to.str();
}

std::string last_flip_text(const core::PoolView& pool) {
  constexpr std::size_t kMostShown = 60;
  const auto& flip = pool.last_flip;
  if (!flip || !core::has_ended(flip->state)) return "";
  return fmt::format("last flip: {} at {}, {}, {}: {}", flip->id.value,
                     clock_text(flip->requested_at), move_text(*flip), core::name_of(flip->state),
                     printable(flip->reason, kMostShown));
}

std::string open_incident_text(const core::PoolView& pool) {
  if (!pool.incident) return "";
  const auto& incident = *pool.incident;
  return fmt::format("incident {} ({}) is open for {}: `jobflip incident show {}`",
                     incident.id.value, core::name_of(incident.kind), short_duration(incident.age),
                     incident.id.value);
}

std::string when_store_lost_text(const core::PoolSettings& settings) {
  return settings.when_store_lost == core::WhenStoreLost::keep
             ? "the workers are kept, and the fence in each of their claims excludes"
             : "the holder ends its workers before its lease does";
}

std::string when_workers_end_text(const core::PoolSettings& settings) {
  switch (settings.when_workers_end) {
    case core::WhenWorkersEnd::hand_over:
      return "the holder gives the lease up, for another candidate";
    case core::WhenWorkersEnd::hand_over_in_loop:
      return "the holder starts them again; in a crash loop it gives the lease up, for another "
             "candidate";
    case core::WhenWorkersEnd::restart:
      break;
  }
  return "the holder starts them again";
}

std::string first_move_text(const core::PoolSettings& settings) {
  return settings.first == core::FirstMove::restart
             ? "the holder restarts its workers; a flip follows if that does not cure it"
             : "the pool is flipped";
}

}  // namespace jobflip::view
