/// What the old node's workers were doing, and which of their jobs may run twice.
#include <fmt/format.h>

#include <algorithm>

#include "jobflip/view/black_box_summary.hpp"
#include "jobflip/view/event_text.hpp"
#include "jobflip/view/left_behind_view.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

constexpr std::size_t kMostBoxes = 20;

void add_box(const core::FlipTimeline& timeline, const core::BlackBoxRecord& box, Section& out) {
  const auto document = view::read_document(box.document);
  Table table{fmt::format("{}: {} bytes, kept {} after the request, SHA-256 {}", box.node.str(),
                          box.document.size(),
                          short_duration(std::chrono::duration_cast<Millis>(
                              box.kept_at - timeline.flip.requested_at)),
                          box.sha256),
              {"Part", "What the host saw"},
              {}};
  if (document) {
    if (const auto seen = view::seen_text(*document); !seen.empty())
      table.rows.push_back({{"when", Tone::plain}, {seen, Tone::plain}});
    for (const auto& line : view::summary_of(*document))
      table.rows.push_back({{line.part, Tone::plain}, {line.text, Tone::plain}});
  } else {
    table.rows.push_back({{"document", Tone::plain}, {"it can't be read", Tone::bad}});
  }
  out.blocks.emplace_back(std::move(table));
}

std::string ids_of(const core::RunningJobs& running) {
  std::string out;
  for (const auto& id : running.ids) out += (out.empty() ? "" : ", ") + id;
  const auto more = running.jobs.value_or(0) - static_cast<std::int64_t>(running.ids.size());
  if (running.ids.empty()) return "not known";
  return more > 0 ? out + fmt::format(" and {} more", more) : out;
}

Cell twice_cell(const core::FlipView& flip, std::string_view end) {
  if (end == "drained") return {"no: they ended by themselves", Tone::good};
  if (end == "running") return {flip.ended_at ? "not known" : "not decided yet", Tone::muted};
  return {"may run twice", Tone::bad};
}

Table jobs_table(const core::FlipTimeline& timeline) {
  const auto end = view::workers_end(timeline);
  Table table{timeline.flip.takeover ? "Jobs that ran on the silent node when it was last read"
                                     : "Jobs that ran on the old node when the flip was decided",
              {"Queue", "Jobs", "Ids (the oldest)", "Node", "Epoch", "The workers", "Twice?"},
              {}};
  for (const auto& running : timeline.left_behind->queues)
    table.rows.push_back(
        {{running.queue.str(), Tone::plain},
         {running.jobs ? std::to_string(*running.jobs) : "not known", Tone::plain},
         {ids_of(running), Tone::plain},
         {timeline.flip.from.str(), Tone::plain},
         {std::to_string(timeline.flip.from_epoch.value), Tone::plain},
         {timeline.flip.takeover && end == "lost" ? "lost: nobody saw how" : std::string{end},
          Tone::plain},
         twice_cell(timeline.flip, end)});
  return table;
}

}  // namespace

Section black_box_section(const Facts& facts) {
  Section out{"black-boxes", "What the old workers were doing", {}};
  std::size_t boxes = 0;
  for (const auto& flip : facts.flips) {
    if (flip.black_boxes.empty()) continue;
    out.blocks.emplace_back(Subheading{flip_title(flip)});
    for (const auto& box : flip.black_boxes)
      if (boxes++ < kMostBoxes) add_box(flip, box, out);
    out.blocks.emplace_back(Paragraph{
        fmt::format("All of it: jobflip show {} --black-box", flip.flip.id.value), Tone::muted});
  }
  if (boxes == 0)
    out.blocks.emplace_back(Paragraph{
        "No black box was kept: only a flip of a stalled pool has one, from a host that is alive.",
        Tone::plain});
  if (boxes > kMostBoxes)
    out.blocks.emplace_back(
        Paragraph{fmt::format("{} more are not on this page.", boxes - kMostBoxes), Tone::muted});
  return out;
}

Section jobs_section(const Facts& facts) {
  Section out{"jobs", "Jobs in flight, and what may have run twice", {}};
  for (const auto& flip : facts.flips) {
    if (flip.flip.from.empty()) continue;  // nobody held the pool: nothing ran
    out.blocks.emplace_back(Subheading{flip_title(flip)});
    if (!flip.left_behind) {
      out.blocks.emplace_back(
          flip.flip.takeover
              ? Paragraph{"What ran there was not recorded, and may run twice.", Tone::bad}
              : Paragraph{"What ran then was not recorded.", Tone::muted});
      continue;
    }
    Bullets sentences;
    const auto twice = maybe_twice(flip);
    for (auto& text : view::left_behind_texts(flip))
      sentences.items.push_back({std::move(text), twice.value_or(0) > 0 ? Tone::bad : Tone::plain});
    out.blocks.emplace_back(std::move(sentences));
    if (!flip.left_behind->queues.empty()) out.blocks.emplace_back(jobs_table(flip));
  }
  const auto takeovers = takeovers_of(facts);
  for (const auto& event : takeovers)
    out.blocks.emplace_back(
        Paragraph{view::event_text(event) + ": what ran there is not recorded, and may run twice.",
                  Tone::bad});
  if (out.blocks.empty())
    out.blocks.emplace_back(Paragraph{"No flip stopped workers.", Tone::plain});
  else if (out.blocks.size() > takeovers.size())
    out.blocks.emplace_back(Paragraph{
        "This is what the last reading before the decision saw. A job that was taken after it is "
        "not listed, and one that ended after it still is.",
        Tone::muted});
  return out;
}

}  // namespace jobflip::report
