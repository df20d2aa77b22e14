/// Who did what, when and why: stages, steps of flips, the audit log and notes, by time.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "jobflip/view/event_text.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

struct Row {
  WallTime at;
  std::string who;
  std::string what;
  Tone tone{Tone::plain};
};

bool is_told_by_flip(const core::AuditEvent& event, const std::set<std::int64_t>& flips) {
  using enum core::AuditKind;
  const auto kind = core::parse_audit_kind(event.kind);
  const bool is_step = kind == flip_requested || kind == flip_step || kind == black_box;
  return is_step && event.flip && flips.contains(*event.flip);
}

/// The other stages are steps of a flip, which has sentences of its own.
void add_stages(const Facts& facts, std::vector<Row>& rows) {
  using enum core::IncidentStage;
  for (const auto& stage : facts.incident.stages) {
    const bool is_step = stage.stage == decided || stage.stage == stopped ||
                         stage.stage == granted || stage.stage == started;
    if (is_step && !facts.flips.empty()) continue;
    auto text = stage_text(facts.incident, stage.stage);
    if (!stage.queue.empty() && stage.waiting)
      text += fmt::format(" (queue {}: {} waiting{})", stage.queue, *stage.waiting,
                          stage.oldest ? ", the oldest for " + short_duration(*stage.oldest) : "");
    rows.push_back({stage.at, "", std::move(text), Tone::plain});
  }
}

void add_flip(const core::FlipTimeline& timeline, std::vector<Row>& rows) {
  const auto& flip = timeline.flip;
  for (const auto& step : timeline.steps) {
    const bool is_request = step.state == core::name_of(core::FlipState::requested);
    const auto state = core::parse_flip_state(step.state);
    const Tone tone = state == core::FlipState::verified ? Tone::good
                      : state && core::has_ended(*state) ? Tone::bad
                                                         : Tone::plain;
    rows.push_back({step.at, is_request || step.node.empty() ? flip.actor : step.node,
                    fmt::format("flip {} {}: {}", flip.id.value, step.state, step.sentence), tone});
  }
}

std::vector<Row> rows_of(const Facts& facts) {
  std::vector<Row> rows;
  add_stages(facts, rows);
  std::set<std::int64_t> flips;
  for (const auto& flip : facts.flips) {
    flips.insert(flip.flip.id.value);
    add_flip(flip, rows);
  }
  for (const auto& event : facts.events)
    if (!is_told_by_flip(event, flips))
      rows.push_back(
          {event.at, view::event_actor(event), view::event_text(event),
           is_kind(event, core::AuditKind::hold) || is_kind(event, core::AuditKind::flip_refused)
               ? Tone::bad
               : Tone::plain});
  for (const auto& note : facts.incident.notes) {
    const auto login =
        note.login.empty() || note.login == note.actor ? "" : " (" + note.login + ")";
    rows.push_back({note.at, note.actor + login, "note: " + note.text, Tone::plain});
  }
  std::ranges::stable_sort(rows, {}, &Row::at);
  return rows;
}

std::string letters_at(const std::vector<Mark>& marks, WallTime at) {
  std::string out;
  for (const Mark& mark : marks)
    if (mark.at == at) out += mark.letter;
  return out;
}

}  // namespace

std::string stage_text(const core::Incident& incident, core::IncidentStage stage) {
  using enum core::IncidentStage;
  const bool lost = incident.cause == core::IncidentCause::node_loss;
  switch (stage) {
    case onset:
      return lost ? "the old node was last heard" : "the last progress";
    case detected:
      return "jobflip detected it";
    case decided:
      return "a flip or a takeover was decided";
    case stopped:
      return "the old node has no worker left, or its lease ran out";
    case granted:
      return "the new node has the lease";
    case started:
      return "the new node's workers run";
    case first_job:
      return "the first job completed";
    case recovered:
      return "every queue is well again";
  }
  return "?";
}

std::vector<Mark> marks_of(const core::Incident& incident) {
  std::vector<Mark> out;
  for (const auto& stage : incident.stages)
    out.push_back({'?', stage_text(incident, stage.stage), stage.at});
  std::ranges::stable_sort(out, {}, &Mark::at);
  if (out.size() > 26) out.resize(26);
  for (std::size_t i = 0; i < out.size(); ++i) out[i].letter = static_cast<char>('A' + i);
  return out;
}

Section timeline_section(const Facts& facts, const std::vector<Mark>& marks) {
  Section out{"timeline", "Timeline", {}};
  const auto rows = rows_of(facts);
  const bool has_zone = !facts.zone.name.empty();
  const auto zero = marks.empty() ? facts.incident.opened_at : marks.front().at;
  Table table{"Who did what, and why. The letters are those of the charts.", {"", "UTC"}, {}};
  if (has_zone) {
    table.caption += " Local time is that of " + facts.zone.name + ".";
    table.header.emplace_back("Local time");
  }
  for (const char* title : {"Offset", "Who", "What"}) table.header.emplace_back(title);
  for (const Row& row : rows) {
    if (table.rows.size() == kMostRows) break;
    std::vector<Cell> cells{{letters_at(marks, row.at), Tone::plain},
                            {utc_text(row.at), Tone::plain}};
    if (has_zone) cells.push_back({local_text(facts.zone, row.at), Tone::plain});
    cells.push_back({offset_text(zero, row.at), Tone::muted});
    cells.push_back({row.who.empty() ? "-" : row.who, Tone::plain});
    cells.push_back({row.what, row.tone});
    table.rows.push_back(std::move(cells));
  }
  const auto shown = table.rows.size();
  out.blocks.emplace_back(std::move(table));
  if (facts.events_left_out || rows.size() > shown)
    out.blocks.emplace_back(Paragraph{
        fmt::format(
            "This is not all of it. The rest: jobflip events --pool {} --since {} --until {}",
            facts.incident.pool.str(), rfc3339(facts.since), rfc3339(facts.until)),
        Tone::muted});
  return out;
}

}  // namespace jobflip::report
