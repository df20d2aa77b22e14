#include "jobflip/view/event_text.hpp"

#include <fmt/format.h>

#include <array>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/audit_kinds.hpp"
#include "jobflip/core/settings.hpp"
#include "jobflip/view/black_box_document.hpp"
#include "view/deployment_event_text.hpp"
#include "view/read_event.hpp"
#include "view/service_event_text.hpp"
#include "view/store_event_text.hpp"

namespace jobflip::view {
namespace {

constexpr std::string_view kAny = "any";  // whoever asks may leave either end open

std::string not_recorded(const ReadEvent& e) {
  const auto more = count_of(e.payload, "not_recorded").value_or(0);
  return more == 0 ? "" : fmt::format(" (and {} more like it)", more);
}

/// The election of the supervisors is a lease, too.
bool is_election(const ReadEvent& e) {
  return e.event.chain == core::kSupervisorPool;
}

std::string take_text(const ReadEvent& e) {
  if (is_election(e)) return e.node() + " leads the supervisors";
  const auto from = e.text("from");
  return because(e.node() + " took the pool" + (from.empty() ? "" : " from " + from), e);
}

std::string takeover_text(const ReadEvent& e) {
  const auto from = e.text("from");
  return because(fmt::format("{} took over from {}, which was silent", e.node(),
                             from.empty() ? "a node" : from),
                 e);
}

std::string release_text(const ReadEvent& e) {
  if (is_election(e)) return because(e.node() + " no longer leads the supervisors", e);
  const auto workers = e.text("workers");
  const auto* how = workers == "drained"  ? "; its workers ended by themselves"
                    : workers == "killed" ? "; its workers were killed"
                                          : "";
  return because(fmt::format("{} released the pool{}", e.node(), how), e);
}

std::string blocked_text(const ReadEvent& e) {
  return reason_or(e, "sessions keep a release or a take waiting");
}

/// "from job1 to job2", "as a restart on job1".
std::string move_of(const ReadEvent& e, const std::string& none) {
  const auto from = e.text("from");
  const auto to = e.text("to");
  if (from.empty() && to.empty() && none == kAny) return "";
  if (!from.empty() && from == to) return "as a restart on " + from;
  return fmt::format("from {} to {}", from.empty() ? none : from, to.empty() ? none : to);
}

std::string flip_requested_text(const ReadEvent& e) {
  const auto* how = e.flag("automatic") ? "the supervisor asks for " : "";
  const auto* off = e.flag("host_is_off") ? ", whose host is stated to be off" : "";
  const auto what = fmt::format("{}{} {}{}", how, e.flip(), move_of(e, "nobody"), off);
  return because(e.flag("automatic") ? what : what + " is asked for", e);
}

std::string flip_refused_text(const ReadEvent& e) {
  const auto pool = e.text("pool");
  const auto move = move_of(e, std::string{kAny});
  const auto what = fmt::format("a flip{}{} is refused{}", pool.empty() ? "" : " of " + pool,
                                move.empty() ? "" : " " + move, not_recorded(e));
  const auto rule = because(e.text("rule"), e.text("sentence"));
  const auto why = because(what, rule);
  return e.reason().empty() ? why : why + "; it was wanted because: " + e.reason();
}

std::string flip_step_text(const ReadEvent& e) {
  const auto state = e.text("to_state");
  const bool is_verb = state == "started" || state == "failed";
  return because(e.flip() + (state.empty() ? " goes on" : (is_verb ? " " : " is ") + state), e);
}

std::string abort_refused_text(const ReadEvent& e) {
  const auto state = e.text("state");
  return because(fmt::format("{} can't be aborted any more{}{}", e.flip(),
                             state.empty() ? "" : ", since it is " + state, not_recorded(e)),
                 e);
}

std::string hold_text(const ReadEvent& e) {
  const auto rule = e.text("rule");
  return because(fmt::format("a flip is wanted, and {} holds it back{}",
                             rule.empty() ? "a rule" : "rule " + rule, not_recorded(e)),
                 e);
}

std::string black_box_text(const ReadEvent& e) {
  const auto bytes = count_of(e.payload, "bytes");
  return fmt::format("{} kept a black box of the workers that {} stops{}", e.node(), e.flip(),
                     bytes ? fmt::format(": {} bytes", *bytes) : "");
}

std::string ends_of(const ReadEvent& e) {
  const auto ends = count_of(e.payload, "ends");
  return ends ? fmt::format(" ({} times)", *ends) : "";
}

std::string crash_loop_text(const ReadEvent& e) {
  return reason_or(e, fmt::format("the workers on {} end again and again{}", e.node(), ends_of(e)));
}

std::string crash_loop_over_text(const ReadEvent& e) {
  return reason_or(e, fmt::format("the crash loop on {} is over{}", e.node(), ends_of(e)));
}

std::string sessions_ended_text(const ReadEvent& e) {
  const auto count = list_of(e.payload, "ended_sessions").size();
  return because(count == 0   ? std::string{"sessions in the way were ended"}
                 : count == 1 ? std::string{"a session in the way was ended"}
                              : fmt::format("{} sessions in the way were ended", count),
                 e);
}

std::string lines_of_change(const ReadEvent& e) {
  const auto count =
      list_of(e.payload, "changes").size() + count_of(e.payload, "changes_left_out").value_or(0);
  return count == 0 ? "" : fmt::format(" ({} change{})", count, count == 1 ? "" : "s");
}

std::string fleet_applied_text(const ReadEvent& e) {
  return because("a pool file is applied" + lines_of_change(e), e);
}

std::string settings_changed_text(const ReadEvent& e) {
  const auto& changes = list_of(e.payload, "changes");
  if (changes.size() == 1 && changes.front() == "+ ") return because("the pool is created", e);
  const auto first = changes.empty() ? "" : shown(changes.front(), kMostDetail);
  return because("the pool's settings change" + lines_of_change(e),
                 e.reason() + (first.empty() ? "" : (e.reason().empty() ? "" : "; ") + first));
}

std::string pool_removed_text(const ReadEvent& e) {
  return because("the pool is removed", e);
}

std::string apply_refused_text(const ReadEvent& e) {
  return because("a pool file is refused" + not_recorded(e), e.text("sentence"));
}

std::string paused_text(const ReadEvent& e) {
  const auto length = count_of(e.payload, "length_ms");
  const bool is_length = length && *length <= static_cast<std::uint64_t>(kLengthMax.count());
  return because(
      "automatic flips are paused" +
          (is_length ? " for " + short_duration(Millis{static_cast<std::int64_t>(*length)}) : ""),
      e);
}

std::string resumed_text(const ReadEvent& e) {
  return e.reason() == "resume" ? "the pause is ended" : because("the pause is ended", e);
}

std::string drained_text(const ReadEvent& e) {
  return because(e.node() + " takes no pool any more", e);
}

std::string undrained_text(const ReadEvent& e) {
  return because(e.node() + " may take pools again", e);
}

std::string acknowledged_text(const ReadEvent& e) {
  return because(
      e.event.flip ? "the cooldown of " + e.flip() + " is lifted" : "the cooldown is lifted", e);
}

std::string learned_text(const ReadEvent& e) {
  const auto queue = e.text("queue");
  return because("what is normal is learned" + (queue.empty() ? "" : " for queue " + queue), e);
}

std::string incident_of(const ReadEvent& e) {
  const auto number = count_of(e.payload, "incident");
  return number ? fmt::format("incident {}", *number) : "an incident";
}

std::string incident_opened_text(const ReadEvent& e) {
  const auto kind = e.text("class");
  const auto service = e.text("service");
  return because(incident_of(e) + (service.empty() ? "" : " of service " + service) + " begins" +
                     (kind.empty() ? "" : ", class " + kind),
                 e);
}

std::string incident_changed_text(const ReadEvent& e) {
  const auto what = e.text("what");
  const auto value = e.text("value");
  const auto name = incident_of(e);
  if (what == "note") return because("a note on " + name, e);
  if (what == "label") return because(name + " gets the label " + value, e);
  if (what == "unlabel") return because(name + " loses the label " + value, e);
  if (what == "merge") return because(name + " becomes part of incident " + value, e);
  if (what == "split") return because(name + " loses flip " + value + " to one of its own", e);
  if (value == "rule") return because(name + ": " + what + " is left to the rule again", e);
  return because(fmt::format("{}: {} is {}", name, what, value), e);
}

std::string incident_closed_text(const ReadEvent& e) {
  return because(incident_of(e) + " is over", e);
}

using Sentence = std::string (*)(const ReadEvent&);
struct SentenceRow {
  core::AuditKind kind;
  Sentence sentence;
};

using enum core::AuditKind;

constexpr std::array kSentences{
    SentenceRow{lease_taken, take_text},
    SentenceRow{takeover, takeover_text},
    SentenceRow{lease_released, release_text},
    SentenceRow{lease_blocked, blocked_text},
    SentenceRow{flip_requested, flip_requested_text},
    SentenceRow{flip_refused, flip_refused_text},
    SentenceRow{flip_step, flip_step_text},
    SentenceRow{abort_refused, abort_refused_text},
    SentenceRow{hold, hold_text},
    SentenceRow{black_box, black_box_text},
    SentenceRow{crash_loop, crash_loop_text},
    SentenceRow{crash_loop_over, crash_loop_over_text},
    SentenceRow{sessions_ended, sessions_ended_text},
    SentenceRow{fleet_applied, fleet_applied_text},
    SentenceRow{settings_changed, settings_changed_text},
    SentenceRow{pool_removed, pool_removed_text},
    SentenceRow{apply_refused, apply_refused_text},
    SentenceRow{paused, paused_text},
    SentenceRow{resumed, resumed_text},
    SentenceRow{drained, drained_text},
    SentenceRow{undrained, undrained_text},
    SentenceRow{acknowledged, acknowledged_text},
    SentenceRow{learned, learned_text},
    SentenceRow{incident_opened, incident_opened_text},
    SentenceRow{incident_changed, incident_changed_text},
    SentenceRow{incident_closed, incident_closed_text},
    SentenceRow{deployment_started, deployment_started_text},
    SentenceRow{deployment_flip, deployment_flip_text},
    SentenceRow{deployment_done, deployment_done_text},
    SentenceRow{deployment_rolled_back, deployment_rolled_back_text},
    SentenceRow{deployment_expired, deployment_expired_text},
    SentenceRow{service_up, service_text},
    SentenceRow{service_slow, service_text},
    SentenceRow{service_down, service_text},
    SentenceRow{maintenance_planned, maintenance_planned_text},
    SentenceRow{maintenance_removed, maintenance_removed_text},
    SentenceRow{store_event, store_event_text},
    SentenceRow{epochs_lowered, epochs_lowered_text},
    SentenceRow{audit_sealed, audit_sealed_text},
    SentenceRow{schema_upgraded, schema_upgraded_text},
};

constexpr bool has_a_sentence_for_each_kind(const auto& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].kind != static_cast<core::AuditKind>(i)) return false;
  return rows.size() == static_cast<std::size_t>(schema_upgraded) + 1;
}
static_assert(has_a_sentence_for_each_kind(kSentences));

}  // namespace

std::string event_text(const core::AuditEvent& event) {
  const ReadEvent read{event, read_document(event.payload).value_or(Document::object())};
  const auto kind = core::parse_audit_kind(event.kind);
  if (!kind) return because(printable(event.kind, kMostName), read);
  return kSentences[static_cast<std::size_t>(*kind)].sentence(read);
}

std::string event_actor(const core::AuditEvent& event) {
  if (event.actor && !event.actor->empty()) return printable(*event.actor, kMostName);
  if (event.node && !event.node->empty()) return printable(*event.node, kMostName);
  return printable(event.session_user, kMostName);
}

}  // namespace jobflip::view
