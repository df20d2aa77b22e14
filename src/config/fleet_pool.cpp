#include "config/fleet_pool.hpp"

#include <algorithm>

#include "config/setting_reader.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/core/presets.hpp"
#include "jobflip/core/timings_advice.hpp"

namespace jobflip::config {
namespace {

using core::Candidate;
using core::PoolSettings;
using core::QueueSettings;
using core::WhenStoreLost;

constexpr std::size_t kCandidatesMax = 100;
constexpr std::size_t kQueuesMax = 100;
constexpr int kPriorityStep = 10;
constexpr Bounds kPriorities{0, 1'000'000};

/// A name for the table in errors: its own, or its position if it has none that can be printed.
std::string called(const toml::table& table, std::string_view kind, std::size_t place) {
  const auto name = table["name"].value<std::string>();
  const bool fits = name && why_not_a_name(*name).empty();
  return std::string{kind} + (fits ? "." + *name : "[" + std::to_string(place) + "]");
}

void check_candidate(const Reader& pool, const Candidate& candidate, int line,
                     const std::set<NodeName>& nodes, Faults& faults) {
  if (nodes.contains(candidate.node)) return;
  std::vector<std::string> words;
  for (const auto& node : nodes) words.push_back(node.str());
  const auto near = nearest_word(candidate.node.str(), words);
  faults.add(line, pool.field("candidates"),
             in_quotes(candidate.node.str()) + " is not a [[node]] of this file",
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

/// A preset that nobody knows may be a typing mistake.
std::string hint_of(const core::SourceFault& fault, const QueueSettings& queue) {
  const bool is_unknown =
      fault.field == "preset" && queue.preset && core::find_preset(*queue.preset) == nullptr;
  if (!is_unknown || fault.hint.starts_with("did you mean")) return fault.hint;
  std::vector<std::string> names;
  for (const auto& preset : core::presets()) names.emplace_back(preset.name);
  const auto near = nearest_word(*queue.preset, names);
  return near.empty() ? fault.hint : "did you mean " + in_quotes(near) + "? " + fault.hint;
}

/// Where the queue is read, and what its preset knows of it unless the file says otherwise.
void settle_source(const Reader& reader, QueueSettings& queue) {
  const bool is_faulty =
      (reader.has("query") && queue.query.empty()) || (reader.has("preset") && !queue.preset);
  if (is_faulty) return;  // that fault is enough
  if (const auto fault = core::check_source(queue)) {
    reader.fault(fault->field, fault->text, hint_of(*fault, queue));
    return;
  }
  if (!queue.preset) return;
  const auto& preset = *core::find_preset(*queue.preset);
  if (!reader.has("done")) queue.done_kind = preset.done_kind;
  if (!reader.has("pickup_every")) queue.pickup_every = preset.pickup_every;
}

/// The store keeps no control characters but tabs and line breaks: they disturb whoever prints the
/// query.
void check_query(const Reader& reader, const std::string& query) {
  const auto is_refused = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  };
  const auto at = std::ranges::find_if(query, is_refused);
  if (at == query.end()) return;
  const auto line = std::count(query.begin(), at, '\n') + 1;
  reader.fault("query",
               "has the control character " + printable(std::string{*at}) + " in its line " +
                   std::to_string(line),
               "take it out: a query needs none but tabs and line breaks");
}

QueueSettings read_queue(const toml::table& table, const std::string& pool, std::size_t place,
                         Faults& faults) {
  Reader reader{table, pool + "." + called(table, "queue", place), faults};
  QueueSettings out;
  out.name = reader.name<QueueName>("name", "queue name");
  read_settings(reader, out);
  check_query(reader, out.query);
  settle_source(reader, out);
  if (const auto why = why_not_a_name(out.database); !out.database.empty() && !why.empty()) {
    reader.fault("database", in_quotes(out.database) + " can't be used: " + std::string{why},
                 "write the name of a [databases.NAME] of the supervisors' files");
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

void check_pool(const Reader& reader, const PoolSettings& pool) {
  if (pool.when_store_lost == WhenStoreLost::keep && !pool.workers_fence_every_claim) {
    reader.fault(
        "when_store_lost",
        "is \"keep\", which is only safe if every claim of a job is fenced in the store",
        "if each claim of the workers calls jobflip.fence() in its own transaction in this "
        "PostgreSQL, state it: workers_fence_every_claim = true; else use \"stop\"");
  }
  if (pool.cooldown_max < pool.cooldown) {
    reader.fault("cooldown_max",
                 "is " + short_duration(pool.cooldown_max) + ", which is less than cooldown, " +
                     short_duration(pool.cooldown),
                 "a cooldown grows from cooldown up to cooldown_max");
  }
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
  read_settings(reader, out);
  reader.finish();
  if (faults.count() != faults_before) return out;  // no sums of invalid values
  const auto violations = core::check_timings(out);
  const bool may_fit = std::ranges::all_of(violations, [](const auto& one) {
    return one.field == "lease" || one.field == "takeover_after" || one.field == "freeze";
  });
  for (const auto& violation : violations)
    reader.fault(violation.field, violation.text, may_fit ? core::how_to_fit(out) : "");
  return out;
}

PoolSettings read_pool(const toml::table& table, std::size_t place, const std::set<NodeName>& nodes,
                       Faults& faults) {
  const auto path = called(table, "pool", place);
  Reader reader{table, path, faults};
  PoolSettings out;
  out.name = reader.name<PoolName>("name", "pool name");
  check_pool_name(reader, out.name);
  read_settings(reader, out);
  check_pool(reader, out);
  out.candidates = read_candidates(reader, nodes, faults);
  if (const auto* timings = reader.table("timings", Need::optional)) {
    out.timings = read_timings(*timings, path + ".timings", faults);
  }
  read_queues(reader, path, out, faults);
  reader.finish();
  return out;
}

}  // namespace jobflip::config
