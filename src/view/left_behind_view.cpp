#include "jobflip/view/left_behind_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/view/preset_view.hpp"

namespace jobflip::view {
namespace {

constexpr Millis kFresh{10'000};  // a reading that is older is worth a word

/// How the workers of the old node ended, as far as the flip has got.
enum class Fate { running, drained, killed, lost, unseen };

Fate fate_of(const core::FlipTimeline& timeline) {
  const auto has_step = [&](core::FlipState state) {
    return std::ranges::find(timeline.steps, core::name_of(state), &core::TimelineStep::state) !=
           timeline.steps.end();
  };
  if (timeline.left_behind->workers == core::WorkersEnd::drained) return Fate::drained;
  if (timeline.left_behind->workers == core::WorkersEnd::killed) return Fate::killed;
  if (timeline.flip.takeover) return Fate::lost;  // it begins when the lease has run out
  if (has_step(core::FlipState::expired)) return Fate::lost;
  return has_step(core::FlipState::released) ? Fate::unseen : Fate::running;
}

std::string_view word_of(Fate fate) {
  switch (fate) {
    case Fate::running:
      return "running";
    case Fate::drained:
      return "drained";
    case Fate::killed:
      return "killed";
    case Fate::lost:
      return "lost";
    case Fate::unseen:
      break;
  }
  return "unknown";
}

/// ": 17, 18 and 4 more"; "" if no id is known.
std::string ids_text(const core::RunningJobs& running) {
  if (running.ids.empty()) return "";
  std::string text;
  for (const auto& id : running.ids)
    text += (text.empty() ? ": " : ", ") + printable(id, core::kMostRunningIdBytes);
  const auto more = *running.jobs - static_cast<std::int64_t>(running.ids.size());
  return more > 0 ? text + fmt::format(" and {} more", more) : text;
}

std::string sentence_of(const core::RunningJobs& running, const core::FlipView& flip, Fate fate) {
  const auto queue = running.queue.str();
  const auto node = flip.from.str();
  if (!running.jobs)
    return fmt::format("queue {} could not be read {}: what ran on {} is not known{}", queue,
                       flip.takeover ? "before the takeover" : "when the flip was decided", node,
                       flip.takeover ? ", and may run twice" : "");
  const bool one = *running.jobs == 1;
  auto text = fmt::format("{} {} of queue {} {} running on {}", *running.jobs, one ? "job" : "jobs",
                          queue, one ? "was" : "were", node);
  const auto twice = fmt::format(": {} may run twice {}", one ? "it" : "they",
                                 given_back_text(running.preset, one));
  const auto read = running.read_ago > kFresh
                        ? fmt::format(" (as read {} before)", short_duration(running.read_ago))
                        : std::string{};
  const auto ids = ids_text(running);
  switch (fate) {
    case Fate::running:
      return text + " when the flip was decided" + read + ids;
    case Fate::drained:
      return text + " when the flip was decided" + read + ids +
             "; its workers drained: they ended by themselves";
    case Fate::killed:
      return text + " and killed" + read + ids + twice;
    case Fate::lost:
      return text + ", which went silent" + read + ids + twice;
    case Fate::unseen:
      break;
  }
  return text + ", and how its workers ended is not known" + read + ids + twice;
}

}  // namespace

std::vector<std::string> left_behind_texts(const core::FlipTimeline& timeline) {
  const auto& left = timeline.left_behind;
  if (!left || timeline.flip.from.empty()) return {};
  const Fate fate = fate_of(timeline);
  std::vector<std::string> out;
  for (const auto& running : left->queues) out.push_back(sentence_of(running, timeline.flip, fate));
  if (left->queues_left_out > 0)
    out.push_back(fmt::format("and jobs of {} more {}; {} jobs in all", left->queues_left_out,
                              left->queues_left_out == 1 ? "queue" : "queues", left->jobs));
  if (out.empty())
    out.push_back(fmt::format("no job was running on {}{}", timeline.flip.from.str(),
                              timeline.flip.takeover ? " when it was last read" : ""));
  return out;
}

std::string_view workers_end(const core::FlipTimeline& timeline) {
  return timeline.left_behind ? word_of(fate_of(timeline)) : std::string_view{};
}

Json left_behind_json(const core::FlipTimeline& timeline) {
  const auto& left = timeline.left_behind;
  if (!left) return nullptr;
  Json out{{"workers", workers_end(timeline)},
           {"jobs", left->jobs},
           {"queues", Json::array()},
           {"queues_left_out", left->queues_left_out},
           {"sentences", left_behind_texts(timeline)}};
  for (const auto& running : left->queues) {
    Json ids = Json::array();
    for (const auto& id : running.ids) ids.push_back(printable(id, core::kMostRunningIdBytes));
    out["queues"].push_back(Json{{"queue", running.queue.str()},
                                 {"preset", text_json(running.preset)},
                                 {"jobs", or_null(running.jobs)},
                                 {"ids", std::move(ids)},
                                 {"read_ago_ms", running.read_ago.count()}});
  }
  return out;
}

}  // namespace jobflip::view
