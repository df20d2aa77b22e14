#include "jobflip/core/settings_document.hpp"

#include <algorithm>
#include <tuple>

#include "core/field_json.hpp"
#include "core/service_json.hpp"
#include "jobflip/core/settings_fields.hpp"

namespace jobflip::core {
namespace {

constexpr std::string_view kWhat = "settings";

template <class Owner>
void add(Json& out, const Owner& owner) {
  add_fields(out, owner, fields_of<Owner>(), Absent::is_left_out);
}

Json pool_json(const PoolSettings& pool) {
  auto out = Json::object();
  add(out, pool);
  add(out, pool.timings);
  auto& candidates = out["candidates"] = Json::object();
  for (const auto& candidate : pool.candidates)
    candidates[candidate.node.str()] = candidate.priority;
  auto& queues = out["queues"] = Json::object();
  int place = 0;
  for (const auto& queue : pool.queues) {
    auto& one = queues[queue.name.str()] = Json{{"place", place++}};
    add(one, queue);
  }
  return out;
}

Json pool_of_kind(const PoolSettings& pool, std::string_view kind) {
  auto out = pool_json(pool);
  out["kind"] = kind;
  return out;
}

Json nodes_json(const std::vector<NodeSettings>& nodes) {
  auto out = Json::object();
  for (const auto& node : nodes) out[node.name.str()] = Json{{"login", node.login}};
  return out;
}

/// The supervisors' own pool: the same timings for all of them, the first in the file is preferred.
PoolSettings supervisor_pool(const Fleet& fleet) {
  PoolSettings pool;
  pool.timings = fleet.supervisor_timings;
  int priority = 0;
  for (const auto& supervisor : fleet.supervisors)
    pool.candidates.push_back({supervisor.name, priority += 10});
  return pool;
}

/// The functions below return the key of the value that can't be read, "" if all can.

template <class Name>
std::string read_name(const Json& object, Name& out) {
  const auto found = object.find("name");
  if (found == object.end() || !found->is_string()) return "name";
  const auto name = Name::parse(found->template get_ref<const std::string&>(), "name");
  if (!name) return "name";
  out = *name;
  return "";
}

std::string read_version(const Json& object, SettingsVersion& out) {
  const auto found = object.find("version");
  return found != object.end() && read_json(*found, out.value) ? "" : "version";
}

std::string read_candidates(const Json& object, std::vector<Candidate>& out) {
  const auto found = object.find("candidates");
  if (found == object.end() || !found->is_object()) return "candidates";
  for (const auto& [node, priority] : found->items()) {
    const auto name = NodeName::parse(node, "node name");
    int value{};
    if (!name || !read_json(priority, value)) return "candidates";
    out.push_back({*name, value});
  }
  std::ranges::sort(out, {}, [](const Candidate& c) { return std::tuple{c.priority, c.node}; });
  return "";
}

std::string read_queues(const Json& object, std::vector<QueueSettings>& out) {
  const auto found = object.find("queues");
  if (found == object.end() || !found->is_object()) return "queues";
  std::vector<std::pair<std::int64_t, QueueSettings>> placed;
  for (const auto& [key, json] : found->items()) {
    const auto name = QueueName::parse(key, "queue name");
    if (!name || !json.is_object()) return "queues";
    auto& [place, queue] = placed.emplace_back();
    queue.name = *name;
    const auto at = json.find("place");
    if (at != json.end() && !read_json(*at, place)) return "place";
    if (auto bad = read_fields(json, queue, fields_of<QueueSettings>()); !bad.empty()) return bad;
  }
  std::ranges::sort(placed, {},
                    [](const auto& one) { return std::tie(one.first, one.second.name); });
  for (auto& one : placed) out.push_back(std::move(one.second));
  return "";
}

}  // namespace

std::string fleet_document(const Fleet& fleet) {
  auto out = Json::object();
  add(out["budget"] = Json::object(), fleet.budget);
  add(out, fleet.keeping);
  out["nodes"] = nodes_json(fleet.nodes);
  out["supervisors"] = nodes_json(fleet.supervisors);
  auto& pools = out["pools"] = Json::object();
  for (const auto& pool : fleet.pools) pools[pool.name.str()] = pool_of_kind(pool, "workers");
  if (!fleet.supervisors.empty())
    pools[std::string{kSupervisorPool}] = pool_of_kind(supervisor_pool(fleet), "supervisors");
  auto& services = out["services"] = Json::object();
  for (const auto& service : fleet.services) services[service.name.str()] = service_json(service);
  return dump(out);
}

std::string pool_document(const PoolSettings& pool) {
  auto out = pool_json(pool);
  out["name"] = pool.name.str();
  out["version"] = pool.version.value;
  return dump(out);
}

Result<PoolSettings> parse_pool_document(std::string_view json) {
  const auto object = parse_object(json);
  if (!object) return unreadable_value(kWhat, "");
  PoolSettings pool;
  auto bad = read_name(*object, pool.name);
  if (bad.empty()) bad = read_version(*object, pool.version);
  if (bad.empty()) bad = read_fields(*object, pool, fields_of<PoolSettings>());
  if (bad.empty()) bad = read_fields(*object, pool.timings, fields_of<LeaseTimings>());
  if (bad.empty()) bad = read_candidates(*object, pool.candidates);
  if (bad.empty()) bad = read_queues(*object, pool.queues);
  if (!bad.empty()) return unreadable_value(kWhat, bad);
  return pool;
}

}  // namespace jobflip::core
