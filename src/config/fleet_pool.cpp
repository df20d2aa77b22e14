#include "config/fleet_pool.hpp"

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::config {
namespace {

using core::Candidate;
using core::DoneKind;
using core::PoolMode;
using core::PoolSettings;
using core::QueueSettings;
using core::WhenStoreLost;
using core::WhenWorkersEnd;

constexpr std::size_t kCandidatesMax = 100;
constexpr std::size_t kQueuesMax = 100;
constexpr std::size_t kQueryMax = 65536;
constexpr int kPriorityStep = 10;
constexpr Bounds kPriorities{0, 1'000'000};

/// A name for the table in errors: its own, or its place where it has none that can be printed.
std::string called(const toml::table& table, std::string_view kind, std::size_t place) {
  const auto name = table["name"].value<std::string>();
  const bool fits = name && why_not_a_name(*name).empty();
  return std::string{kind} + (fits ? "." + *name : "[" + std::to_string(place) + "]");
}

void assign(Reader& reader, std::string_view key, Millis& field, Millis least = Millis{1}) {
  if (const auto value = reader.duration(key, least)) field = *value;
}

void check_candidate(const Reader& pool, const Candidate& candidate, int line,
                     const std::set<NodeName>& nodes, Faults& faults) {
  if (nodes.contains(candidate.node)) return;
  std::vector<std::string> words;
  for (const auto& node : nodes) words.push_back(node.str());
  const auto near = nearest_word(candidate.node.str(), words);
  faults.add(line, pool.field("candidates"),
             in_quotes(candidate.node.str()) + " is no [[node]] of this file",
             near.empty() ? "add a [[node]] with that name" : "did you mean \"" + near + "\"?");
}

std::optional<Candidate> read_candidate(const toml::node& entry, const Reader& pool, int place,
                                        Faults& faults) {
  Candidate out;
  out.priority = place * kPriorityStep;
  if (const auto* table = entry.as_table()) {
    Reader reader{*table, pool.field("candidates"), faults};
    out.node = reader.name<NodeName>("node", "node name");
    if (const auto priority = reader.integer("priority", kPriorities)) {
      out.priority = static_cast<int>(*priority);
    }
    reader.finish();
    if (out.node.empty()) return std::nullopt;
    return out;
  }
  const auto* text = entry.as_string();
  if (text == nullptr) {
    faults.add(line_of(entry), pool.field("candidates"),
               "has " + describe(entry) + " in it, and must be nodes",
               "write \"job1\" or { node = \"job1\", priority = 50 }");
    return std::nullopt;
  }
  const auto name = NodeName::parse(text->get(), "node name");
  if (!name) {
    faults.add(line_of(entry), pool.field("candidates"), name.error().text, name.error().hint);
    return std::nullopt;
  }
  out.node = *name;
  return out;
}

std::vector<Candidate> read_candidates(Reader& pool, const std::set<NodeName>& nodes,
                                       Faults& faults) {
  std::vector<Candidate> out;
  const auto* list = pool.array("candidates", Need::required);
  if (list == nullptr) return out;
  if (list->size() < 2 || list->size() > kCandidatesMax) {
    pool.fault("candidates",
               "has " + std::to_string(list->size()) +
                   ", and must have 2 to 100: a pool flips "
                   "from one node to another",
               "name every node that could run the pool's workers");
    if (list->size() > kCandidatesMax) return out;
  }
  int place = 0;
  for (const auto& entry : *list) {
    const auto candidate = read_candidate(entry, pool, ++place, faults);
    if (!candidate) continue;
    check_candidate(pool, *candidate, line_of(entry), nodes, faults);
    const auto same = [&](const Candidate& other) { return other.node == candidate->node; };
    if (std::ranges::any_of(out, same)) {
      faults.add(line_of(entry), pool.field("candidates"),
                 "has " + in_quotes(candidate->node.str()) + " twice", "leave one of them out");
    }
    out.push_back(*candidate);
  }
  return out;
}

template <class Enum>
void choose(Reader& reader, std::string_view key, Enum& field,
            const std::vector<std::pair<std::string_view, Enum>>& choices) {
  const auto value = reader.text(key, Need::optional);
  if (!value) return;
  std::string all;
  for (const auto& [word, meaning] : choices) {
    if (*value == word) {
      field = meaning;
      return;
    }
    all += (all.empty() ? "" : ", ") + ("\"" + std::string{word} + "\"");
  }
  reader.fault(key, in_quotes(*value) + " can't be used", "use one of " + all);
}

QueueSettings read_queue(const toml::table& table, const std::string& pool, std::size_t place,
                         Faults& faults) {
  Reader reader{table, pool + "." + called(table, "queue", place), faults};
  QueueSettings out;
  out.name = reader.name<QueueName>("name", "queue name");
  if (const auto database = reader.text("database", Need::required)) {
    out.database = *database;
    if (const auto why = why_not_a_name(*database); !why.empty()) {
      reader.fault("database", in_quotes(*database) + " can't be used: " + std::string{why},
                   "write the name of a [databases.NAME] of the supervisors' files");
    }
  }
  out.query = reader.text("query", Need::required, kQueryMax).value_or("");
  choose<DoneKind>(
      reader, "done", out.done_kind,
      {{"window", DoneKind::window}, {"table", DoneKind::table}, {"queue", DoneKind::queue}});
  assign(reader, "sample_every", out.sample_every, Millis{50});
  assign(reader, "stall_after", out.stall_after);
  assign(reader, "pickup_every", out.pickup_every, Millis{0});
  out.job_timeout = reader.duration("job_timeout", Millis{1});
  out.age_target = reader.duration("age_target", Millis{1});
  if (const auto ticks = reader.integer("enter_after", {1, 1000})) {
    out.enter_after = static_cast<int>(*ticks);
  }
  reader.finish();
  return out;
}

void read_queues(Reader& pool, const std::string& path, PoolSettings& out, Faults& faults) {
  std::set<QueueName> seen;
  std::size_t place = 0;
  for (const auto* table : pool.tables("queue", Need::optional, kQueuesMax)) {
    out.queues.push_back(read_queue(*table, path, ++place, faults));
    const auto& name = out.queues.back().name;
    if (!name.empty() && !seen.insert(name).second) {
      faults.add(line_of(*table), path + ".queue." + name.str(), "is there twice",
                 "give each queue of a pool a name of its own");
    }
  }
}

void read_when_store_lost(Reader& reader, PoolSettings& out) {
  choose<WhenStoreLost>(reader, "when_store_lost", out.when_store_lost,
                        {{"stop", WhenStoreLost::stop}, {"keep", WhenStoreLost::keep}});
  if (const auto fenced = reader.flag("workers_fence_every_claim")) {
    out.workers_fence_every_claim = *fenced;
  }
  if (out.when_store_lost == WhenStoreLost::keep && !out.workers_fence_every_claim) {
    reader.fault(
        "when_store_lost",
        "is \"keep\", which is only safe where every claim of a job is fenced in the store",
        "if each claim of the workers calls jobflip.fence() in its own transaction in this "
        "PostgreSQL, state it: workers_fence_every_claim = true; else use \"stop\"");
  }
}

void read_when_workers_end(Reader& reader, PoolSettings& out) {
  choose<WhenWorkersEnd>(reader, "when_workers_end", out.when_workers_end,
                         {{"restart", WhenWorkersEnd::restart},
                          {"hand-over", WhenWorkersEnd::hand_over},
                          {"hand-over-in-loop", WhenWorkersEnd::hand_over_in_loop}});
}

void check_pool_name(const Reader& reader, const PoolName& name) {
  if (name.str() == "jobflip" || name.str().starts_with("jobflip.")) {
    reader.fault("name", in_quotes(name.str()) + " is kept for jobflip itself",
                 "choose another name");
  }
}

}  // namespace

core::LeaseTimings read_timings(const toml::table& table, const std::string& path, Faults& faults) {
  Reader reader{table, path, faults};
  core::LeaseTimings out;
  const auto faults_before = faults.count();
  assign(reader, "beat_every", out.beat_every, Millis{10});
  assign(reader, "call_deadline", out.call_deadline, Millis{10});
  assign(reader, "lease", out.lease);
  assign(reader, "graceful_stop", out.graceful_stop, Millis{0});
  assign(reader, "kill_to_empty", out.kill_to_empty);
  assign(reader, "guard_margin", out.guard_margin);
  assign(reader, "takeover_after", out.takeover_after);
  assign(reader, "freeze", out.freeze);
  if (const auto bound = reader.number("clock_rate_bound", 0, 0.5)) out.clock_rate_bound = *bound;
  reader.finish();
  if (faults.count() != faults_before) return out;  // no sums of values that do not hold
  for (const auto& violation : core::check_timings(out)) {
    reader.fault(violation.field, violation.text);
  }
  return out;
}

PoolSettings read_pool(const toml::table& table, std::size_t place, const std::set<NodeName>& nodes,
                       Faults& faults) {
  const auto path = called(table, "pool", place);
  Reader reader{table, path, faults};
  PoolSettings out;
  out.name = reader.name<PoolName>("name", "pool name");
  check_pool_name(reader, out.name);
  choose<PoolMode>(reader, "mode", out.mode,
                   {{"auto", PoolMode::automatic}, {"observe", PoolMode::observe}});
  read_when_store_lost(reader, out);
  read_when_workers_end(reader, out);
  out.candidates = read_candidates(reader, nodes, faults);
  assign(reader, "drain_timeout", out.drain_timeout, Millis{0});
  assign(reader, "stalled_drain_timeout", out.stalled_drain_timeout, Millis{0});
  assign(reader, "start_timeout", out.start_timeout);
  assign(reader, "verify_timeout", out.verify_timeout);
  assign(reader, "hold_down", out.hold_down, Millis{0});
  assign(reader, "cooldown", out.cooldown, Millis{0});
  assign(reader, "cooldown_max", out.cooldown_max, Millis{0});
  if (out.cooldown_max < out.cooldown) {
    reader.fault("cooldown_max",
                 "is " + short_duration(out.cooldown_max) + ", which is less than cooldown, " +
                     short_duration(out.cooldown),
                 "a cooldown grows from cooldown up to cooldown_max");
  }
  if (const auto* timings = reader.table("timings", Need::optional)) {
    out.timings = read_timings(*timings, path + ".timings", faults);
  }
  read_queues(reader, path, out, faults);
  reader.finish();
  return out;
}

}  // namespace jobflip::config
