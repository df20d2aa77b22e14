#include "store/fleet_json.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <set>

#include "store/names.hpp"

namespace jobflip::store {
namespace {

/// Writes one object, key by key.
class Object {
 public:
  Object& raw(std::string_view key, std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json_string(key) + ':';
    text_ += json;
    return *this;
  }
  Object& text(std::string_view key, std::string_view value) {
    return raw(key, json_string(value));
  }
  Object& number(std::string_view key, std::int64_t value) {
    return raw(key, std::to_string(value));
  }
  Object& length(std::string_view key, Millis value) { return number(key, value.count()); }
  Object& length(std::string_view key, const std::optional<Millis>& value) {
    return value ? length(key, *value) : raw(key, "null");
  }
  std::string done() const { return text_ + '}'; }

 private:
  std::string text_{"{"};
};

std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

void add_timings(Object& out, const core::LeaseTimings& timings) {
  out.length("beat_every_ms", timings.beat_every)
      .length("call_deadline_ms", timings.call_deadline)
      .length("lease_ms", timings.lease)
      .length("graceful_stop_ms", timings.graceful_stop)
      .length("kill_to_empty_ms", timings.kill_to_empty)
      .length("guard_margin_ms", timings.guard_margin)
      .length("takeover_after_ms", timings.takeover_after)
      .length("freeze_ms", timings.freeze)
      .raw("clock_rate_bound", shortest(timings.clock_rate_bound));
}

std::string queue_json(const core::QueueSettings& queue, std::int64_t place) {
  return Object{}
      .number("place", place)
      .text("database", queue.database)
      .text("query", queue.query)
      .text("done_kind", word_of(queue.done_kind))
      .length("sample_every_ms", queue.sample_every)
      .length("stall_after_ms", queue.stall_after)
      .length("pickup_every_ms", queue.pickup_every)
      .length("job_timeout_ms", queue.job_timeout)
      .length("age_target_ms", queue.age_target)
      .number("enter_after", queue.enter_after)
      .done();
}

std::string pool_json(const core::PoolSettings& pool, std::string_view kind) {
  Object out, candidates, queues;
  out.text("kind", kind)
      .text("mode", word_of(pool.mode))
      .text("when_store_lost", word_of(pool.when_store_lost))
      .raw("workers_fence_every_claim", pool.workers_fence_every_claim ? "true" : "false")
      .text("when_workers_end", word_of(pool.when_workers_end));
  add_timings(out, pool.timings);
  for (const auto& candidate : pool.candidates)
    candidates.number(candidate.node.str(), candidate.priority);
  std::int64_t place = 0;
  for (const auto& queue : pool.queues) queues.raw(queue.name.str(), queue_json(queue, place++));
  return out.length("drain_timeout_ms", pool.drain_timeout)
      .length("stalled_drain_timeout_ms", pool.stalled_drain_timeout)
      .length("start_timeout_ms", pool.start_timeout)
      .length("verify_timeout_ms", pool.verify_timeout)
      .length("hold_down_ms", pool.hold_down)
      .length("cooldown_ms", pool.cooldown)
      .length("cooldown_max_ms", pool.cooldown_max)
      .raw("candidates", candidates.done())
      .raw("queues", queues.done())
      .done();
}

std::string nodes_json(const std::vector<core::NodeSettings>& nodes) {
  Object out;
  for (const auto& node : nodes)
    out.raw(node.name.str(), Object{}.text("login", node.login).done());
  return out.done();
}

/// The supervisors' own pool: the same timings for all of them, the first in the file is preferred.
core::PoolSettings supervisor_pool(const core::Fleet& fleet) {
  core::PoolSettings pool;
  pool.name = PoolName::of(core::kSupervisorPool);
  pool.timings = fleet.supervisor_timings;
  int priority = 0;
  for (const auto& supervisor : fleet.supervisors)
    pool.candidates.push_back({supervisor.name, priority += 10});
  return pool;
}

template <class Things, class NameOf>
Result<void> check_names(const Things& things, std::string_view what, NameOf name_of_thing) {
  std::set<std::string> seen;
  for (const auto& thing : things)
    if (!seen.insert(name_of_thing(thing)).second)
      return Error{ErrorCode::config,
                   "two " + std::string{what} + " have the name \"" + name_of_thing(thing) + "\"",
                   "give each a name of its own"};
  return {};
}

Result<void> check_all_names(const core::Fleet& fleet) {
  const auto by_name = [](const auto& thing) { return thing.name.str(); };
  if (auto ok = check_names(fleet.nodes, "nodes", by_name); !ok) return ok;
  if (auto ok = check_names(fleet.supervisors, "supervisors", by_name); !ok) return ok;
  if (auto ok = check_names(fleet.pools, "pools", by_name); !ok) return ok;
  for (const auto& pool : fleet.pools) {
    const auto of_pool = [&](std::string_view what) {
      return std::string{what} + " of pool " + pool.name.str();
    };
    if (pool.name.str() == core::kSupervisorPool)
      return Error{ErrorCode::config, "the name of pool " + pool.name.str() + " is taken",
                   "the supervisors' own pool has it"};
    if (auto ok = check_names(pool.queues, of_pool("queues"), by_name); !ok) return ok;
    const auto by_node = [](const auto& candidate) { return candidate.node.str(); };
    if (auto ok = check_names(pool.candidates, of_pool("candidates"), by_node); !ok) return ok;
  }
  return {};
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
      out += code.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

Result<std::string> fleet_json(const core::Fleet& fleet) {
  if (auto ok = check_all_names(fleet); !ok) return ok.error();
  Object pools;
  for (const auto& pool : fleet.pools) pools.raw(pool.name.str(), pool_json(pool, "workers"));
  if (!fleet.supervisors.empty())
    pools.raw(core::kSupervisorPool, pool_json(supervisor_pool(fleet), "supervisors"));
  return Object{}
      .raw("budget", Object{}
                         .number("flips", fleet.budget.flips)
                         .length("window_ms", fleet.budget.window)
                         .done())
      .raw("nodes", nodes_json(fleet.nodes))
      .raw("supervisors", nodes_json(fleet.supervisors))
      .raw("pools", pools.done())
      .done();
}

}  // namespace jobflip::store
