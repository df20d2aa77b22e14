#include "jobflip/view/ways_out.hpp"

#include <algorithm>
#include <utility>

#include "jobflip/core/freshness.hpp"

namespace jobflip::view {
namespace {

using core::AlarmKind;
using core::Rule;

constexpr const char* kStartAgent = "systemctl start jobflip-agent";  // on the node

std::string to_pool(std::string_view verb, const core::PoolView& pool) {
  return "jobflip " + std::string{verb} + " " + pool.settings.name.str();
}

/// A drained node that could take over otherwise comes back with one command; "" if there is none.
std::string to_get_a_standby(const core::PoolView& pool) {
  const auto drained = std::ranges::find_if(pool.candidates, [&](const core::CandidateView& one) {
    return one.drained && one.ready && !core::is_held_by(pool, one.node);
  });
  return drained == pool.candidates.end() ? "" : "jobflip undrain " + drained->node.str();
}

std::string or_explain(std::string command, const core::PoolView& pool) {
  return command.empty() ? to_pool("explain", pool) : std::move(command);
}

std::string to_acknowledge(const core::PoolView& pool) {
  return to_pool("ack", pool) + " --comment TEXT";
}

/// The deployment runs for longer than automatic flips wait for it.
bool is_forgotten(const core::PoolView& pool) {
  return pool.deployment && !pool.deployment->hold_left;
}

std::string to_show(FlipId flip) {
  return "jobflip show " + std::to_string(flip.value);
}

}  // namespace

std::string way_out(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::read_only:
      return "psql -c 'show default_transaction_read_only'";
    case AlarmKind::copied:
      return "jobflip help migrate";
    case AlarmKind::set_back:
      return "jobflip audit verify";
    case AlarmKind::damaged:
      return "jobflip doctor";
    case AlarmKind::no_supervisor:
      return "systemctl start jobflip-supervisor";
    case AlarmKind::budget_used:
      return "jobflip flip POOL --reason TEXT";
    default:
      return "";
  }
}

std::string way_out(const core::Alarm& alarm, const core::PoolView& pool) {
  switch (alarm.kind) {
    case AlarmKind::silent:
      return pool.pause ? to_pool("resume", pool) : to_pool("explain", pool);
    case AlarmKind::flip_held:
      return or_explain(way_out(alarm.rule.value_or(Rule::verdict), pool), pool);
    case AlarmKind::queue_blind:
      return "jobflip probe " + pool.settings.name.str() + "/" + alarm.queue.str();
    case AlarmKind::not_active:
    case AlarmKind::not_renewed:
    case AlarmKind::crash_loop:
    case AlarmKind::queue_alarm:
    case AlarmKind::frozen:
      return to_pool("explain", pool);
    case AlarmKind::not_cured:
      return pool.cooldown ? to_show(pool.cooldown->flip) : "";
    case AlarmKind::standby_crash_loop:
      return to_pool("explain", pool);
    case AlarmKind::flip_open:
      return pool.open_flip ? to_show(pool.open_flip->id) : "";
    case AlarmKind::no_standby:
      return or_explain(to_get_a_standby(pool), pool);
    case AlarmKind::standby_silent:
      return kStartAgent;
    case AlarmKind::paused:
      return to_pool("resume", pool);
    case AlarmKind::deployment:
      return is_forgotten(pool) ? "jobflip deploy done --pool " + pool.settings.name.str() : "";
    case AlarmKind::cooldown:
      return to_acknowledge(pool);
    case AlarmKind::restarted:
      return pool.restart ? to_show(pool.restart->flip) : "";
    default:
      return "";
  }
}

std::string way_out(Rule rule, const core::PoolView& pool) {
  switch (rule) {
    case Rule::pause:
      return to_pool("resume", pool);
    case Rule::deployment:
      return "jobflip deploy rollback --pool " + pool.settings.name.str() + " --reason TEXT";
    case Rule::cooldown:
      return to_acknowledge(pool);
    case Rule::observe:
    case Rule::budget:
    case Rule::supervisor_late:
      return to_pool("flip", pool) + " --reason TEXT";
    case Rule::target:
      return to_get_a_standby(pool);
    case Rule::flip_in_progress:
      return pool.open_flip ? to_show(pool.open_flip->id) : "";
    case Rule::verdict:
    case Rule::cause:
    case Rule::hold_down:
    case Rule::frozen:
    case Rule::holder:
    case Rule::epoch:
      break;
  }
  return "";
}

std::string way_out(const core::CandidateView& candidate, const core::PoolView& pool) {
  switch (core::note_of(pool, candidate)) {
    case core::CandidateNote::drained:
      return "jobflip undrain " + candidate.node.str();
    case core::CandidateNote::silent:
    case core::CandidateNote::never_seen:
      return kStartAgent;
    case core::CandidateNote::none:
    case core::CandidateNote::not_ready:
    case core::CandidateNote::holder_not_ready:
    case core::CandidateNote::crash_loop:
      break;
  }
  return "";
}

}  // namespace jobflip::view
