#include <algorithm>

#include "config/fleet_pool.hpp"
#include "config/fleet_service.hpp"
#include "config/setting_reader.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::config {
namespace {

constexpr std::size_t kNodesMax = 10'000;
constexpr std::size_t kPoolsMax = 1000;
constexpr std::size_t kRoleMax = 63;  // PostgreSQL truncates longer names

/// Names and logins of nodes and supervisors: no two may share one, since the login identifies the
/// caller.
struct Identities {
  std::map<NodeName, int> names;
  std::map<std::string, int> logins;
};

core::NodeSettings read_node(const toml::table& table, std::string_view kind, std::size_t place,
                             Identities& seen, Faults& faults) {
  Reader reader{table, std::string{kind} + "[" + std::to_string(place) + "]", faults};
  core::NodeSettings out;
  out.name = reader.name<NodeName>("name", std::string{kind} + " name");
  out.login = reader.text("login", Need::optional, kRoleMax).value_or(out.name.str());
  reader.finish();
  if (out.name.empty()) return out;
  const auto [name, new_name] = seen.names.emplace(out.name, reader.line("name"));
  if (!new_name) {
    reader.fault("name",
                 "\"" + out.name.str() + "\" is taken: line " + std::to_string(name->second) +
                     " has it, too",
                 "give each node and each supervisor a name of its own");
    return out;
  }
  const auto [login, new_login] = seen.logins.emplace(out.login, reader.line("login"));
  if (!new_login) {
    reader.fault("login",
                 "\"" + printable(out.login) + "\" is taken: line " +
                     std::to_string(login->second) + " has it, too",
                 "give each its own database role: it tells who calls");
  }
  return out;
}

std::vector<core::NodeSettings> read_nodes(Reader& root, std::string_view kind, Need need,
                                           Identities& seen, Faults& faults) {
  std::vector<core::NodeSettings> out;
  for (const auto* table : root.tables(kind, need, kNodesMax)) {
    out.push_back(read_node(*table, kind, out.size() + 1, seen, faults));
  }
  return out;
}

core::BudgetSettings read_budget(Reader& root, Faults& faults) {
  core::BudgetSettings out;
  const auto* table = root.table("budget", Need::optional);
  if (table == nullptr) return out;
  Reader reader{*table, "budget", faults};
  read_settings(reader, out);
  reader.finish();
  return out;
}

std::vector<core::PoolSettings> read_pools(Reader& root, const std::set<NodeName>& nodes,
                                           Faults& faults) {
  std::vector<core::PoolSettings> out;
  std::map<PoolName, int> seen;
  for (const auto* table : root.tables("pool", Need::required, kPoolsMax)) {
    out.push_back(read_pool(*table, out.size() + 1, nodes, faults));
    const auto& name = out.back().name;
    if (name.empty()) continue;
    const auto [first, is_new] = seen.emplace(name, line_of(*table));
    if (is_new) continue;
    faults.add(line_of(*table), "pool." + name.str(),
               "is there twice: line " + std::to_string(first->second) + " has it, too",
               "give each pool a name of its own");
  }
  return out;
}

}  // namespace

Parsed<core::Fleet> parse_fleet_text(std::string_view text, const std::string& file) {
  return parse_toml<core::Fleet>(text, file, [](Reader& root, Faults& faults) {
    core::Fleet out;
    Identities seen;
    read_settings(root, out.keeping);
    out.budget = read_budget(root, faults);
    if (const auto* timings = root.table("supervisor_timings", Need::optional)) {
      out.supervisor_timings = read_timings(*timings, "supervisor_timings", faults);
    }
    out.nodes = read_nodes(root, "node", Need::required, seen, faults);
    out.supervisors = read_nodes(root, "supervisor", Need::optional, seen, faults);
    std::set<NodeName> nodes;
    for (const auto& node : out.nodes) nodes.insert(node.name);
    out.pools = read_pools(root, nodes, faults);
    out.services = read_services(root, faults);
    return out;
  });
}

Parsed<core::Fleet> parse_fleet_file(const std::string& path) {
  const auto text = read_text_file(path, kPipePatience);
  if (!text) return text.error();
  return parse_fleet_text(*text, path);
}

}  // namespace jobflip::config
