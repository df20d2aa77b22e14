/// Each flip of an incident in sentences: who asked for it, how it went, whether it cured the pool.
#include <fmt/format.h>

#include "jobflip/view/left_behind_view.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

std::string after(const core::FlipView& flip, WallTime at) {
  return short_duration(std::chrono::duration_cast<Millis>(at - flip.requested_at));
}

std::string takeover_text(const Facts& facts, const core::FlipView& flip) {
  const auto from = flip.from.empty() ? std::string{"a silent node"} : flip.from.str();
  auto out = fmt::format(
      "{} took over from {} at {}, whose lease had run out: {} Nobody saw how {}'s workers ended.",
      flip.to.str(), from, moment_text(facts, flip.requested_at), sentence_text(flip.reason), from);
  if (flip.started_at)
    out += fmt::format(" The workers on {} ran after {}.", flip.to.str(),
                       after(flip, *flip.started_at));
  return out;
}

std::string request_text(const Facts& facts, const core::FlipView& flip) {
  const auto move =
      core::is_restart(flip)
          ? fmt::format("flip {}, a restart of the workers on {}", flip.id.value, flip.to.str())
          : fmt::format("flip {} from {} to {}", flip.id.value,
                        flip.from.empty() ? "nobody" : flip.from.str(),
                        flip.to.empty() ? "nobody" : flip.to.str());
  return fmt::format("{} asked for {} at {}, {}", name_at_start(flip.actor), move,
                     moment_text(facts, flip.requested_at),
                     flip.automatic ? "automatically." : "by hand: " + sentence_text(flip.reason));
}

std::string course_text(const core::FlipTimeline& timeline) {
  const auto& flip = timeline.flip;
  std::string out;
  const auto end = view::workers_end(timeline);
  if (flip.released_at && !flip.from.empty())
    out = fmt::format(" The old workers on {} {} after {}", flip.from.str(),
                      end == "killed"    ? "were killed, and gone"
                      : end == "drained" ? "ended by themselves, and were gone"
                      : end == "lost"    ? "were cut off: the lease ran out"
                                         : "were gone",
                      after(flip, *flip.released_at));
  if (flip.started_at)
    out += fmt::format("{} on {} ran after {}", out.empty() ? " The new workers" : "; the new ones",
                       flip.to.str(), after(flip, *flip.started_at));
  return out.empty() ? out : out + ".";
}

/// "The flip", "Takeover 8" if there are several, "The move" if nothing was ill.
std::string subject_of(const Facts& facts, const core::FlipTimeline& timeline) {
  if (facts.flips.size() + static_cast<std::size_t>(facts.flips_left_out) > 1)
    return capitalised(flip_name(timeline));
  if (timeline.flip.takeover) return "The takeover";
  return is_flip_of_healthy_pool(facts.incident) ? "The move" : "The flip";
}

}  // namespace

std::string flip_story(const Facts& facts, const core::FlipTimeline& timeline) {
  if (timeline.flip.takeover) return takeover_text(facts, timeline.flip);
  return request_text(facts, timeline.flip) + course_text(timeline);
}

Paragraph flip_outcome(const Facts& facts, const core::FlipTimeline& timeline) {
  const auto& flip = timeline.flip;
  const auto what = subject_of(facts, timeline);
  const bool planned = is_flip_of_healthy_pool(facts.incident);
  const auto length = flip.ended_at ? after(flip, *flip.ended_at) : std::string{"an unknown time"};
  switch (flip.state) {
    case core::FlipState::verified:
      return {fmt::format("{} {}: a job completed on {}, as recorded {} after the {}.", what,
                          planned ? "worked" : "cured it", flip.to.str(), length,
                          flip.takeover ? "take" : "request"),
              Tone::good};
    case core::FlipState::ineffective:
      return {fmt::format("{} did not {}: no job completed on {} within {}.", what,
                          planned ? "work" : "cure it", flip.to.str(), length),
              Tone::bad};
    case core::FlipState::unverified:
      return {fmt::format("Whether {} {} is not known: nothing showed whether jobs complete on the "
                          "new node.",
                          what.starts_with("The ") ? "the " + what.substr(4) : flip_name(timeline),
                          planned ? "worked" : "cured it"),
              Tone::bad};
    case core::FlipState::failed:
      return {
          fmt::format("{} failed after {}: {}", what, length, sentence_text(flip.last_sentence)),
          Tone::bad};
    case core::FlipState::aborted:
      return {fmt::format("{} was aborted after {}: {}", what, length,
                          sentence_text(flip.last_sentence)),
              Tone::bad};
    default:
      return {fmt::format("{} has not ended: it is {}.", what, core::name_of(flip.state)),
              Tone::bad};
  }
}

}  // namespace jobflip::report
