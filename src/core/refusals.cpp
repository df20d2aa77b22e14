#include "jobflip/core/refusals.hpp"

namespace jobflip::core {
namespace {

bool is_not_from(const FlipFacts& f) {
  if (!f.held) return f.automatic || f.host_is_off || !f.from.empty();
  if (!f.from.empty() && f.from != f.holder) return true;
  return f.host_is_off && f.holder_beats;
}

}  // namespace

bool forbids(Rule rule, const FlipFacts& f) {
  switch (rule) {
    case Rule::supervisor_late:
      return f.supervisor_late;
    case Rule::verdict:
      return !f.stalled;
    case Rule::cause:
      return f.cause_forbids;
    case Rule::hold_down:
      return f.held_down;
    case Rule::pause:
      return f.paused;
    case Rule::observe:
      return f.observes;
    case Rule::flip_in_progress:
      return f.has_open_flip;
    case Rule::deployment:
      return f.deployment_holds;
    case Rule::cooldown:
      return f.cools_down;
    case Rule::budget:
      return f.budget_used >= f.budget;
    case Rule::frozen:
      return f.frozen;
    case Rule::holder:
      return is_not_from(f);
    case Rule::epoch:
      return f.expected_epoch && *f.expected_epoch != f.epoch;
    case Rule::target:
      return !f.target_can_take || (f.held && f.holder == f.to && !(f.automatic && f.may_restart));
  }
  return true;
}

std::optional<Rule> first_refusal(const FlipFacts& facts) {
  for (const RefusalRow& row : kRefusals)
    if ((facts.automatic || row.binds_people) && forbids(row.rule, facts)) return row.rule;
  return std::nullopt;
}

std::string_view name_of(Rule rule) noexcept {
  switch (rule) {
    case Rule::supervisor_late:
      return "supervisor-late";
    case Rule::verdict:
      return "verdict";
    case Rule::cause:
      return "cause";
    case Rule::hold_down:
      return "hold-down";
    case Rule::pause:
      return "pause";
    case Rule::observe:
      return "observe";
    case Rule::flip_in_progress:
      return "flip-in-progress";
    case Rule::deployment:
      return "deployment";
    case Rule::cooldown:
      return "cooldown";
    case Rule::budget:
      return "budget";
    case Rule::frozen:
      return "frozen";
    case Rule::holder:
      return "holder";
    case Rule::epoch:
      return "epoch";
    case Rule::target:
      return "target";
  }
  return "?";
}

std::optional<Rule> parse_rule(std::string_view name) noexcept {
  for (const RefusalRow& row : kRefusals)
    if (name_of(row.rule) == name) return row.rule;
  return std::nullopt;
}

Millis beat_fresh_within(const LeaseTimings& timings) {
  return 2 * timings.beat_every + timings.call_deadline;
}

}  // namespace jobflip::core
