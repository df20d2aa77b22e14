// `config agent` and `config supervisor`: the daemons' files, from the pool file.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/confirm.hpp"
#include "cli/pool_file.hpp"
#include "cli/starting_files.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/conninfo_settings.hpp"
#include "jobflip/config/starting_files.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/setup/adoption.hpp"

namespace jobflip::cli {
namespace {

using config::ConninfoSettings;
using Pairs = std::map<std::string, std::string>;

constexpr const char* kAgentPasswords = "/etc/jobflip/agent.pgpass";
constexpr const char* kSupervisorPasswords = "/etc/jobflip/supervisor.pgpass";
constexpr std::size_t kListedMax = 500;  // bytes of a list of names

std::string listed_names(const std::vector<std::string>& names) {
  return printable(fmt::format("{}", fmt::join(names, ", ")), kListedMax);
}

/// "mail=mail-worker.service", for each time that the option was given.
Result<Pairs> pairs_of(const std::vector<std::string>& words, std::string_view option,
                       std::string_view form) {
  Pairs out;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size())
      return Error{ErrorCode::usage,
                   fmt::format("{} \"{}\" is not {}", option, printable(word, 80), form), ""};
    if (!out.emplace(word.substr(0, equals), word.substr(equals + 1)).second)
      return Error{
          ErrorCode::usage,
          fmt::format("{} names \"{}\" twice", option, printable(word.substr(0, equals), 63)),
          "leave one out"};
  }
  return out;
}

/// The node or supervisor of that name, or the Error that asks whether another one was meant.
Result<core::NodeSettings> find_node(const std::vector<core::NodeSettings>& nodes,
                                     const std::string& name, std::string_view kind,
                                     std::string_view option) {
  std::vector<std::string> names;
  for (const auto& node : nodes) {
    if (node.name.str() == name) return node;
    names.push_back(node.name.str());
  }
  const auto all = names.empty() ? fmt::format("the file has no [[{}]]", kind)
                                 : fmt::format("{}s are: {}", kind, listed_names(names));
  if (name.empty()) return Error{ErrorCode::usage, fmt::format("{} is missing", option), all};
  const auto near = config::nearest_word(name, names);
  return Error{ErrorCode::not_found,
               fmt::format("the file has no {} \"{}\"", kind, printable(name, 80)),
               (near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near)) + all};
}

/// The one that was named; with --out, if none was, all of them.
Result<std::vector<core::NodeSettings>> chosen_nodes(const Session& session,
                                                     const std::vector<core::NodeSettings>& nodes,
                                                     const std::string& name, std::string_view kind,
                                                     std::string_view option) {
  if (name.empty() && !session.options().folder.empty() && !nodes.empty()) return nodes;
  const auto found = find_node(nodes, name, kind, option);
  if (!found) return found.error();
  return std::vector<core::NodeSettings>{*found};
}

void take_login_away(ConninfoSettings& settings) {
  for (const auto* key : {"user", "passfile", "sslcert", "sslkey"}) settings.erase(key);
}

/// The store as --conninfo has it, or as this command's user reaches it but without their login.
Result<ConninfoSettings> store_of(const Session& session) {
  if (const auto& own = session.options().conninfo; !own.empty())
    return config::conninfo_settings(own, "--conninfo");
  const auto conninfo = session.conninfo();
  if (!conninfo) return conninfo.error();
  auto settings = config::conninfo_settings(*conninfo, "--store");
  if (!settings) return settings;
  if (settings->contains("service"))
    return Error{ErrorCode::usage, "no address of the store was named",
                 "use --store or --conninfo, such as --store \"host=db1 dbname=jobflip\": the "
                 "daemon's user has no service file"};
  take_login_away(*settings);
  return settings;
}

Result<std::string> with_login(ConninfoSettings settings, const std::string& login,
                               const std::string& passwords) {
  const auto [user, is_new] = settings.emplace("user", login);
  if (!is_new && user->second != login)
    return Error{ErrorCode::usage,
                 fmt::format("--conninfo has user={}, and the pool file the login \"{}\"",
                             printable(user->second, 63), printable(login, 63)),
                 "leave the user out of it"};
  if (!settings.contains("sslcert")) settings.emplace("passfile", passwords);
  return config::conninfo_of(settings);
}

bool is_candidate(const core::PoolSettings& pool, const NodeName& node) {
  return std::ranges::find(pool.candidates, node, &core::Candidate::node) != pool.candidates.end();
}

config::AgentFile agent_file(const core::Fleet& fleet, const NodeName& node,
                             const std::string& conninfo, const Pairs& units) {
  config::AgentFile file{.node = node, .runtime_dir = "", .conninfo = conninfo, .workers = {}};
  for (const auto& pool : fleet.pools) {
    if (!is_candidate(pool, node)) continue;
    config::WorkerSettings worker{};
    worker.pool = pool.name;
    worker.driver = config::WorkerDriver::systemd;
    worker.unit = units.at(pool.name.str());
    file.workers.push_back(std::move(worker));
  }
  return file;
}

/// A unit for each pool; asks a person at a terminal for those that are missing.
Result<void> complete_units(Session& session, const std::vector<std::string>& pools, Pairs& units) {
  for (const auto& [pool, unit] : units) {
    if (!unit.ends_with(".service"))
      return Error{
          ErrorCode::usage,
          fmt::format("--unit: \"{}\" is not the name of a service unit", printable(unit, 80)),
          "such as --unit " + printable(pool, 63) + "=mail-worker.service"};
    if (std::ranges::find(pools, pool) == pools.end())
      return Error{ErrorCode::usage,
                   fmt::format("--unit: \"{}\" is not a pool of the node", printable(pool, 63)),
                   "its pools are: " + listed_names(pools)};
  }
  std::vector<std::string> missing;
  for (const auto& pool : pools) {
    if (units.contains(pool)) continue;
    auto answer = may_ask(session)
                      ? ask_for(session, fmt::format("The unit of the workers of {}: ", pool))
                      : std::string{};
    if (answer.empty())
      missing.push_back(pool);
    else
      units.emplace(pool, std::move(answer));
  }
  if (missing.empty()) return {};
  return Error{ErrorCode::usage, "no unit was named for: " + listed_names(missing),
               fmt::format("add --unit {}=UNIT.service for each of them", missing.front())};
}

/// A database of the queues as the store is reached, but by the probe.
Result<std::string> beside_the_store(const ConninfoSettings& store, const std::string& probe) {
  auto settings = store;
  take_login_away(settings);
  return with_login(std::move(settings), probe, kSupervisorPasswords);
}

/// Where each database is that a queue names.
Result<Pairs> queue_databases_of(const Session& session, const core::Fleet& fleet,
                                 const ConninfoSettings& store) {
  std::set<std::string> wanted;
  for (const auto& pool : fleet.pools)
    for (const auto& queue : pool.queues) wanted.insert(queue.database);
  auto given = pairs_of(session.options().databases, "--database", "NAME=CONNINFO");
  if (!given) return given;
  std::vector<std::string> missing;
  const auto& probes = session.options().probes;
  if (probes.size() > 1)
    return Error{ErrorCode::usage, "--probe was given twice",
                 "one login reads all databases that --database does not name"};
  for (const auto& [name, conninfo] : *given)
    if (!wanted.contains(name))
      return Error{ErrorCode::usage,
                   fmt::format("no queue of the file is in a database \"{}\"", printable(name, 63)),
                   "they are in: " + listed_names({wanted.begin(), wanted.end()})};
  for (const auto& name : wanted) {
    if (given->contains(name)) continue;
    if (probes.empty()) {
      missing.push_back(name);
      continue;
    }
    auto conninfo = beside_the_store(store, probes.front());
    if (!conninfo) return conninfo.error();
    given->emplace(name, std::move(*conninfo));
  }
  if (missing.empty()) return given;
  return Error{
      ErrorCode::usage, "it is not known where these databases are: " + listed_names(missing),
      fmt::format("add --database \"{}=host=... dbname=... user=...\" for each, or --probe "
                  "NAME if they are in the store's database",
                  missing.front())};
}

ExitCode no_pool_file(Session& session) {
  return session.usage("FILE is missing", "the pool file that `jobflip apply` gets");
}

}  // namespace

ExitCode perform_config_agent(Session& session) {
  const auto& options = session.options();
  if (options.path.empty()) return no_pool_file(session);
  const auto fleet = read_pool_file(session);
  if (!fleet) return show_errors(session, fleet.error());
  const auto nodes = chosen_nodes(session, fleet->nodes, options.node, "node", "--node");
  if (!nodes) return session.fail(nodes.error());
  std::vector<std::string> pools;
  for (const auto& pool : fleet->pools)
    if (std::ranges::any_of(*nodes, [&pool](const auto& n) { return is_candidate(pool, n.name); }))
      pools.push_back(pool.name.str());
  if (pools.empty())
    return session.usage(
        fmt::format("no pool has \"{}\" among its candidates", nodes->front().name.str()),
        "its agent would have nothing to run");
  auto units = pairs_of(options.units, "--unit", "POOL=UNIT");
  if (!units) return session.fail(units.error());
  const auto store = store_of(session);
  if (!store) return session.fail(store.error());
  if (auto complete = complete_units(session, pools, *units); !complete)
    return session.fail(complete.error());
  std::vector<StartingFile> files;
  for (const auto& node : *nodes) {
    const auto conninfo = with_login(*store, node.login, kAgentPasswords);
    if (!conninfo) return session.fail(conninfo.error());
    const auto file = agent_file(*fleet, node.name, *conninfo, *units);
    if (file.workers.empty()) continue;  // a spare one: an agent has at least one pool
    auto text = config::agent_file_text(file);
    const auto read = config::parse_agent_text(text, "the new file", setup::kAgentRuntimeDir);
    if (!read) return show_errors(session, read.error());
    files.push_back({node.name.str(), std::move(text)});
  }
  return hand_over(session, files, "agent.toml");
}

ExitCode perform_config_supervisor(Session& session) {
  const auto& options = session.options();
  if (options.path.empty()) return no_pool_file(session);
  const auto fleet = read_pool_file(session);
  if (!fleet) return show_errors(session, fleet.error());
  const auto chosen =
      chosen_nodes(session, fleet->supervisors, options.name, "supervisor", "--name");
  if (!chosen) return session.fail(chosen.error());
  const auto store = store_of(session);
  if (!store) return session.fail(store.error());
  const auto databases = queue_databases_of(session, *fleet, *store);
  if (!databases) return session.fail(databases.error());
  std::vector<StartingFile> files;
  for (const auto& one : *chosen) {
    const auto conninfo = with_login(*store, one.login, kSupervisorPasswords);
    if (!conninfo) return session.fail(conninfo.error());
    auto text = config::supervisor_file_text({.supervisor = one.name,
                                              .runtime_dir = "",
                                              .conninfo = *conninfo,
                                              .databases = *databases});
    const auto read =
        config::parse_supervisor_text(text, "the new file", "/run/jobflip-supervisor");
    if (!read) return show_errors(session, read.error());
    files.push_back({one.name.str(), std::move(text)});
  }
  return hand_over(session, files, "supervisor.toml");
}

}  // namespace jobflip::cli
