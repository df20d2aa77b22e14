/// Who did what, when and why: stages, steps of flips, the audit log and notes, by time.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "jobflip/view/event_text.hpp"
#include "report/sections.hpp"

namespace jobflip::report {
namespace {

constexpr int kLast = 100;

struct Row {
  WallTime at;
  std::string who;
  std::string what;
  Tone tone{Tone::plain};
  int order{kLast};               // of those at the same time
  std::vector<WallTime> marks{};  // whose letters it has
};

/// The steps of a flip tell these.
bool is_told_by_flip(const core::AuditEvent& event) {
  using enum core::AuditKind;
  const auto kind = core::parse_audit_kind(event.kind);
  return kind == flip_requested || kind == flip_step || kind == lease_taken ||
         kind == lease_released || kind == takeover;
}

int order_of(core::IncidentStage stage) {
  return 2 * static_cast<int>(stage);
}

int order_of(std::optional<core::FlipState> state) {
  using enum core::FlipState;
  if (!state) return kLast;
  if (*state == requested) return order_of(core::IncidentStage::decided);
  if (*state == draining) return order_of(core::IncidentStage::stopped) - 1;
  if (*state == released || *state == expired) return order_of(core::IncidentStage::stopped);
  if (*state == taken) return order_of(core::IncidentStage::granted);
  if (*state == started) return order_of(core::IncidentStage::started);
  return order_of(core::IncidentStage::first_job) + 1;
}

/// The incident was opened with the first step of this flip, which tells that, too.
bool opened_incident(const core::Incident& incident, const core::FlipView& flip) {
  const auto detected = reached(incident, core::IncidentStage::detected);
  const bool may_be = incident.cause == core::IncidentCause::flip ||
                      incident.cause == core::IncidentCause::node_loss;
  return may_be && detected && *detected >= flip.requested_at &&
         *detected - flip.requested_at < std::chrono::seconds{1};
}

/// The other stages are steps of a flip, which has sentences of its own.
void add_stages(const Facts& facts, std::vector<Row>& rows) {
  using enum core::IncidentStage;
  for (const auto& stage : facts.incident.stages) {
    const bool is_step = stage.stage == decided || stage.stage == stopped ||
                         stage.stage == granted || stage.stage == started;
    if (is_step && !facts.flips.empty()) continue;
    const bool is_told_by_flip =
        stage.stage == detected && std::ranges::any_of(facts.flips, [&](const auto& one) {
          return opened_incident(facts.incident, one.flip);
        });
    if (is_told_by_flip) continue;
    auto text = stage_text(facts.incident, stage.stage);
    const bool is_opening = stage.stage == detected && !facts.of_flip;
    if (is_opening && !facts.incident.sentence.empty()) text += ": " + facts.incident.sentence;
    if (!stage.queue.empty() && stage.waiting)
      text += fmt::format(" (queue {}: {} waiting{})", stage.queue, *stage.waiting,
                          stage.oldest ? ", the oldest for " + short_duration(*stage.oldest) : "");
    rows.push_back({stage.at,
                    is_opening ? name_text(facts.incident.opened_by) : "",
                    std::move(text),
                    Tone::plain,
                    order_of(stage.stage),
                    {stage.at}});
  }
}

/// The event that this step is in the audit log.
const core::AuditEvent* event_of(const Facts& facts, const core::FlipTimeline& timeline,
                                 const core::TimelineStep& step) {
  const bool is_state = core::parse_flip_state(step.state).has_value();
  for (const auto& event : facts.events) {
    if (event.flip != timeline.flip.id.value || event.at != step.at) continue;
    const bool is_told = is_told_by_flip(event);
    if (is_state ? is_told : event.kind == step.state) return &event;
  }
  return nullptr;
}

std::string who_of(const core::FlipView& flip, const core::TimelineStep& step,
                   const core::AuditEvent* event) {
  const auto state = core::parse_flip_state(step.state);
  if (state == core::FlipState::requested) return name_text(flip.actor);
  if (step.node.empty()) return event && event->actor ? name_text(*event->actor) : "";
  const bool is_of_pool = step.node == flip.from.str() || step.node == flip.to.str();
  const bool is_outcome = state == core::FlipState::verified ||
                          state == core::FlipState::ineffective ||
                          state == core::FlipState::unverified;
  return is_outcome && !is_of_pool ? "supervisor " + step.node : step.node;
}

std::string step_text(const core::FlipTimeline& timeline, const core::TimelineStep& step) {
  const auto& flip = timeline.flip;
  const auto state = core::parse_flip_state(step.state);
  if (!state) return fmt::format("{}: {}", flip_name(timeline), step.sentence);
  if (flip.takeover && *state == core::FlipState::taken)
    return fmt::format("{}: {} took over from {}, whose lease had run out: {}", flip_name(timeline),
                       flip.to.str(), flip.from.str(), flip.reason);
  const bool is_request = *state == core::FlipState::requested;
  return fmt::format("{} {}: {}", flip_name(timeline), step.state,
                     is_request ? flip.reason : step.sentence);
}

/// The stages that the incident reached with this step. The store's clock went on between the two.
std::vector<WallTime> marks_of_step(const core::Incident& incident, const core::FlipView& flip,
                                    const core::TimelineStep& step, bool is_first) {
  using enum core::IncidentStage;
  std::vector<WallTime> out{step.at};
  for (const auto& stage : incident.stages) {
    const bool is_same = stage.flip == flip.id &&
                         order_of(stage.stage) == order_of(core::parse_flip_state(step.state));
    const bool is_takeover = stage.flip == flip.id && flip.takeover &&
                             (stage.stage == decided || stage.stage == stopped);
    const bool is_opening = stage.stage == detected && opened_incident(incident, flip);
    if (is_same || (is_first && (is_takeover || is_opening))) out.push_back(stage.at);
  }
  return out;
}

void add_flip(const Facts& facts, const core::FlipTimeline& timeline, std::vector<Row>& rows) {
  for (const auto& step : timeline.steps) {
    const auto* event = event_of(facts, timeline, step);
    const auto state = core::parse_flip_state(step.state);
    if (!state && event != nullptr) continue;  // the event is told, with who it was
    const Tone tone = state == core::FlipState::verified ? Tone::good
                      : state && core::has_ended(*state) ? Tone::bad
                                                         : Tone::plain;
    rows.push_back(
        {step.at, who_of(timeline.flip, step, event), step_text(timeline, step), tone,
         order_of(state),
         marks_of_step(facts.incident, timeline.flip, step, &step == &timeline.steps.front())});
  }
}

/// A step, a stage or a note says the same.
bool is_told(const Facts& facts, const core::AuditEvent& event) {
  const bool is_of_flip = std::ranges::any_of(
      facts.flips, [&](const auto& one) { return event.flip == one.flip.id.value; });
  if (is_of_flip && is_told_by_flip(event)) return true;
  if (is_kind(event, core::AuditKind::incident_opened))
    return reached(facts.incident, core::IncidentStage::detected).has_value();
  return is_kind(event, core::AuditKind::incident_changed) &&
         std::ranges::find(facts.incident.notes, event.reason, &core::IncidentNote::text) !=
             facts.incident.notes.end();
}

Row row_of(const core::AuditEvent& event) {
  return {event.at, who_text(event), view::event_text(event),
          is_kind(event, core::AuditKind::hold) || is_kind(event, core::AuditKind::flip_refused)
              ? Tone::bad
              : Tone::plain};
}

void sort_rows(std::vector<Row>& rows) {
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
    return a.at != b.at ? a.at < b.at : a.order < b.order;
  });
}

std::vector<Row> rows_of(const Facts& facts) {
  std::vector<Row> rows;
  add_stages(facts, rows);
  for (const auto& flip : facts.flips) add_flip(facts, flip, rows);
  for (const auto& event : facts.events)
    if (is_own(facts, event) && !is_told(facts, event)) rows.push_back(row_of(event));
  for (const auto& note : facts.incident.notes) {
    const auto login =
        note.login.empty() || note.login == note.actor ? "" : " (" + note.login + ")";
    rows.push_back({note.at, note.actor + login, "note: " + note.text, Tone::plain});
  }
  sort_rows(rows);
  return rows;
}

std::vector<Row> rows_around(const Facts& facts) {
  std::vector<Row> rows;
  for (const auto& event : facts.events)
    if (!is_own(facts, event)) rows.push_back(row_of(event));
  sort_rows(rows);
  return rows;
}

std::string letters_of(const std::vector<Mark>& marks, const Row& row) {
  std::string out;
  for (const Mark& mark : marks)
    if (std::ranges::find(row.marks, mark.at) != row.marks.end()) out += mark.letter;
  return out;
}

Table table_of(const Facts& facts, std::string caption) {
  Table table{std::move(caption), {"", "UTC"}, {}};
  if (!facts.zone.name.empty()) table.header.emplace_back("Local time");
  for (const char* title : {"Offset", "Who", "What"}) table.header.emplace_back(title);
  return table;
}

/// As many as fit, of all tables. Returns how many there are.
std::size_t add_rows(const Facts& facts, const std::vector<Mark>& marks,
                     const std::vector<Row>& rows, std::size_t room, Table& table) {
  const auto zero = marks.empty() ? facts.incident.opened_at : marks.front().at;
  for (const Row& row : rows) {
    if (table.rows.size() == room) break;
    std::vector<Cell> cells{{letters_of(marks, row), Tone::plain}, {utc_text(row.at), Tone::plain}};
    if (!facts.zone.name.empty()) cells.push_back({local_text(facts.zone, row.at), Tone::plain});
    cells.push_back({offset_text(zero, row.at), Tone::muted});
    cells.push_back({row.who.empty() ? "-" : row.who, Tone::plain});
    cells.push_back({row.what, row.tone});
    table.rows.push_back(std::move(cells));
  }
  return table.rows.size();
}

}  // namespace

Section timeline_section(const Facts& facts, const std::vector<Mark>& marks) {
  Section out{"timeline", "Timeline", {}};
  const auto rows = rows_of(facts);
  const auto around = rows_around(facts);
  std::string caption = "Who did what, and why. The letters are those of the charts.";
  if (!facts.zone.name.empty()) caption += " Local time is that of " + facts.zone.name + ".";
  auto table = table_of(facts, caption);
  auto shown = add_rows(facts, marks, rows, kMostRows, table);
  out.blocks.emplace_back(std::move(table));
  auto others = table_of(facts,
                         "What else happened to the pool, before, after, or as part of "
                         "another incident");
  shown += add_rows(facts, marks, around, kMostRows - shown, others);
  if (!others.rows.empty()) {
    out.blocks.emplace_back(Subheading{"Around the incident"});
    out.blocks.emplace_back(std::move(others));
  }
  if (facts.events_left_out || rows.size() + around.size() > shown)
    out.blocks.emplace_back(Paragraph{
        fmt::format(
            "This is not all of it. The rest: jobflip events --pool {} --since {} --until {}",
            facts.incident.pool.str(), rfc3339(facts.since), rfc3339(facts.until)),
        Tone::muted});
  return out;
}

}  // namespace jobflip::report
