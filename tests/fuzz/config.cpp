/// Configuration files and durations. The first byte chooses: fleet, agent, supervisor, duration.
/// Accepted settings must be valid on their own, and an error must name place and reason in text
/// that is safe to show.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "fuzz/input.hpp"
#include "fuzz/must.hpp"
#include "fuzz/terminal.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/config/files.hpp"
#include "store/fleet_json.hpp"

namespace jobflip::fuzz {
namespace {

constexpr const char* kFile = "some.toml";

void check_errors(const config::ConfigErrors& errors) {
  MUST(!errors.errors.empty());
  int line = 0;
  for (const auto& error : errors.errors) {
    MUST(error.file == kFile);
    MUST(error.line >= line);
    line = error.line;
    MUST(!error.text.empty());
    const bool whole =
        error.text.starts_with("is not valid TOML") || error.text.starts_with("can't be read: ");
    MUST(whole || !error.field.empty());
    MUST(why_not_shown(config::to_text(error)).empty());
    MUST(why_not_shown(error.hint).empty());
  }
}

void must_hold(const core::LeaseTimings& timings) {
  MUST(core::check_timings(timings).empty());
  MUST(core::fence_start(Instant{}, timings) <= Instant{});
}

void check_pool(const core::PoolSettings& pool, const std::set<NodeName>& nodes) {
  MUST(!pool.name.empty());
  MUST(pool.candidates.size() >= 2);
  std::set<NodeName> seen;
  for (const auto& candidate : pool.candidates) {
    MUST(nodes.contains(candidate.node));
    MUST(seen.insert(candidate.node).second);
  }
  MUST(pool.cooldown <= pool.cooldown_max);
  must_hold(pool.timings);
  for (const auto& queue : pool.queues) {
    MUST(!queue.name.empty() && queue.query.empty() == queue.preset.has_value());
    MUST(why_not_a_name(queue.database).empty());
    MUST(queue.sample_every > Millis{0} && queue.enter_after >= 1);
  }
}

void try_fleet(std::string_view text) {
  const auto fleet = config::parse_fleet_text(text, kFile);
  if (!fleet) return check_errors(fleet.error());
  std::set<NodeName> nodes;
  for (const auto& node : fleet->nodes) MUST(nodes.insert(node.name).second);
  must_hold(fleet->supervisor_timings);
  for (const auto& pool : fleet->pools) check_pool(pool, nodes);
  // The document that `apply` sends: it must accept every file that was accepted, and it is JSON.
  const auto json = store::fleet_json(*fleet);
  MUST(json.has_value());
  const auto document = nlohmann::json::parse(*json, nullptr, false);
  MUST(document.is_object());
  MUST(document["nodes"].size() == fleet->nodes.size());
  MUST(document["pools"].size() == fleet->pools.size() + (fleet->supervisors.empty() ? 0 : 1));
  for (const auto& pool : fleet->pools) {
    const auto& sent = document["pools"][pool.name.str()];
    MUST(sent["lease_ms"] == pool.timings.lease.count());
    MUST(sent["queues"].size() == pool.queues.size());
    for (const auto& queue : pool.queues)
      MUST(sent["queues"][queue.name.str()]["query"] == queue.query);
  }
}

void try_agent(std::string_view text) {
  const auto agent = config::parse_agent_text(text, kFile, "/run/jobflip");
  if (!agent) return check_errors(agent.error());
  MUST(!agent->node.empty() && !agent->conninfo.empty() && !agent->workers.empty());
  MUST(agent->runtime_dir.starts_with('/'));
  for (const auto& worker : agent->workers) {
    MUST(!worker.pool.empty());
    const bool command = worker.driver == config::WorkerDriver::command;
    MUST(command ? !worker.command.empty() && worker.command.front().starts_with('/')
                 : worker.unit.ends_with(".service"));
    for (const auto& word : worker.command) MUST(word.find('\0') == std::string::npos);
    for (const auto& [name, value] : worker.environment) {
      MUST(name.find_first_of(std::string_view{"=\0", 2}) == std::string::npos);
      MUST(value.find('\0') == std::string::npos);
    }
  }
}

void try_supervisor(std::string_view text) {
  const auto supervisor = config::parse_supervisor_text(text, kFile, "/run/jobflip");
  if (!supervisor) return check_errors(supervisor.error());
  MUST(!supervisor->supervisor.empty() && !supervisor->conninfo.empty());
  for (const auto& [name, conninfo] : supervisor->databases)
    MUST(why_not_a_name(name).empty() && !conninfo.empty());
}

void try_duration(std::string_view text) {
  const auto length = config::parse_duration(text);
  if (!length) {
    MUST(length.error().code == ErrorCode::config);
    MUST(!length.error().hint.empty());
    MUST(why_not_shown(length.error().text).empty());
    return;
  }
  MUST(*length >= Millis{0} && *length <= config::kDurationMax);
  MUST(*config::parse_duration(std::to_string(length->count()) + "ms") == *length);
  MUST(!short_duration(*length).empty());
}

}  // namespace
}  // namespace jobflip::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace jobflip::fuzz;
  Input input{data, size};
  switch (input.byte()) {
    case 'f':
      try_fleet(input.rest());
      break;
    case 'a':
      try_agent(input.rest());
      break;
    case 's':
      try_supervisor(input.rest());
      break;
    case 'd':
      try_duration(input.rest());
      break;
    default:
      break;
  }
  return 0;
}
