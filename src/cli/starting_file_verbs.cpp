// `config agent` and `config supervisor`: the daemons' files, from the pool file.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "cli/confirm.hpp"
#include "cli/new_files.hpp"
#include "cli/pool_file.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/conninfo_settings.hpp"
#include "jobflip/config/starting_files.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/setup/adoption.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;
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

std::vector<std::string> pools_of_node(const core::Fleet& fleet, const NodeName& node) {
  std::vector<std::string> out;
  for (const auto& pool : fleet.pools)
    if (std::ranges::find(pool.candidates, node, &core::Candidate::node) != pool.candidates.end())
      out.push_back(pool.name.str());
  return out;
}

/// A unit for each pool; asks a person at a terminal for those that are missing.
Result<void> complete_units(Session& session, const std::vector<std::string>& pools, Pairs& units) {
  for (const auto& [pool, unit] : units)
    if (std::ranges::find(pools, pool) == pools.end())
      return Error{ErrorCode::usage,
                   fmt::format("--unit: \"{}\" is not a pool of this node", printable(pool, 63)),
                   "its pools are: " + listed_names(pools)};
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

ExitCode hand_over(Session& session, const std::string& text, std::string_view group) {
  const auto& path = session.options().output;
  if (!path.empty())
    if (auto written = write_new_file(path, text); !written) return session.fail(written.error());
  if (session.format() == Format::json)
    session.print(
        Json{{"schema", 1}, {"written", path.empty() ? Json{} : Json(path)}, {"text", text}});
  else if (path.empty())
    session.out() << text;
  else
    session.notice(
        fmt::format("{} is written, for the daemon's user to read (group {}): in /etc/jobflip, "
                    "`systemd-tmpfiles --create jobflip.conf` sees to that",
                    printable(path, 200), group));
  return ExitCode::done;
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
  if (session.options().path.empty()) return no_pool_file(session);
  const auto fleet = read_pool_file(session);
  if (!fleet) return show_errors(session, fleet.error());
  const auto node = find_node(fleet->nodes, session.options().node, "node", "--node");
  if (!node) return session.fail(node.error());
  const auto pools = pools_of_node(*fleet, node->name);
  if (pools.empty())
    return session.usage(fmt::format("no pool has \"{}\" among its candidates", node->name.str()),
                         "its agent would have nothing to run");
  auto units = pairs_of(session.options().units, "--unit", "POOL=UNIT");
  if (!units) return session.fail(units.error());
  const auto store = store_of(session);
  if (!store) return session.fail(store.error());
  const auto conninfo = with_login(*store, node->login, kAgentPasswords);
  if (!conninfo) return session.fail(conninfo.error());
  if (auto complete = complete_units(session, pools, *units); !complete)
    return session.fail(complete.error());
  config::AgentFile file{
      .node = node->name, .runtime_dir = "", .conninfo = *conninfo, .workers = {}};
  for (const auto& [pool, unit] : *units) {
    config::WorkerSettings worker{};
    worker.pool = PoolName::of(pool);
    worker.driver = config::WorkerDriver::systemd;
    worker.unit = unit;
    file.workers.push_back(std::move(worker));
  }
  const auto text = config::agent_file_text(file);
  const auto read = config::parse_agent_text(text, "the new file", setup::kAgentRuntimeDir);
  if (!read) return show_errors(session, read.error());
  return hand_over(session, text, setup::kAgentUser);
}

ExitCode perform_config_supervisor(Session& session) {
  if (session.options().path.empty()) return no_pool_file(session);
  const auto fleet = read_pool_file(session);
  if (!fleet) return show_errors(session, fleet.error());
  const auto found = find_node(fleet->supervisors, session.options().name, "supervisor", "--name");
  if (!found) return session.fail(found.error());
  const auto store = store_of(session);
  if (!store) return session.fail(store.error());
  const auto conninfo = with_login(*store, found->login, kSupervisorPasswords);
  if (!conninfo) return session.fail(conninfo.error());
  auto databases = queue_databases_of(session, *fleet, *store);
  if (!databases) return session.fail(databases.error());
  const config::SupervisorFile file{.supervisor = found->name,
                                    .runtime_dir = "",
                                    .conninfo = *conninfo,
                                    .databases = std::move(*databases)};
  const auto text = config::supervisor_file_text(file);
  const auto read = config::parse_supervisor_text(text, "the new file", "/run/jobflip-supervisor");
  if (!read) return show_errors(session, read.error());
  return hand_over(session, text, "jobflip-supervisor");
}

}  // namespace jobflip::cli
