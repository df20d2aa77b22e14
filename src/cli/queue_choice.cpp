#include "cli/queue_choice.hpp"

#include <fmt/format.h>

#include "cli/queue_databases.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/conninfo.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kMostNames = 500;  // bytes

/// Where the queue's database is: --database, else the supervisor's file.
config::Parsed<std::map<std::string, std::string>> databases_of(Session& session,
                                                                const core::QueueSettings& queue) {
  using Databases = std::map<std::string, std::string>;
  const auto& options = session.options();
  if (!options.database.empty()) return Databases{{queue.database, options.database}};
  auto databases = supervisor_databases(session);
  if (databases) return databases;
  auto errors = databases.error();
  errors.errors.front().hint += std::string{errors.errors.front().hint.empty() ? "" : "; "} +
                                "or name the queue's database with --database";
  return errors;
}

struct WantedQueue {
  std::string pool;  // "": any
  std::string queue;
};

WantedQueue wanted_of(const std::string& word) {
  const auto slash = word.find('/');
  if (slash == std::string::npos) return {"", word};
  return {word.substr(0, slash), word.substr(slash + 1)};
}

std::string meant_queue(const std::vector<ChosenQueue>& all, const std::string& typed) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.settings.name.str());
  const auto near = config::nearest_word(typed, names);
  return near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near);
}

}  // namespace

Result<ChosenQueue> choose_queue(const std::vector<core::PoolSettings>& pools,
                                 const std::string& word) {
  const WantedQueue wanted = wanted_of(word);
  std::vector<ChosenQueue> found, all;
  for (const auto& pool : pools)
    for (const auto& queue : pool.queues) {
      all.push_back({pool.name, queue, pool.hold_down, {}});
      if (queue.name.str() == wanted.queue &&
          (wanted.pool.empty() || pool.name.str() == wanted.pool))
        found.push_back(all.back());
    }
  if (found.size() == 1) return std::move(found.front());
  std::string names;
  for (const auto& one : found.empty() ? all : found)
    if (names.size() < kMostNames)
      names += (names.empty() ? "" : ", ") + one.pool.str() + "/" + one.settings.name.str();
  return Error{ErrorCode::not_found,
               fmt::format("there {} \"{}\"", found.empty() ? "is no queue" : "are several queues",
                           printable(word, 80)),
               names.empty() ? "no pool has a queue"
                             : (found.empty() ? meant_queue(all, wanted.queue) : "") +
                                   "write one of: " + names};
}

Result<ChosenQueue> choose_queue_of_store(Session& session, const std::string& word) {
  const auto store = session.reader();
  if (!store) return store.error();
  const auto snapshot = (*store)->snapshot();
  if (!snapshot) return snapshot.error();
  std::vector<core::PoolSettings> pools;
  for (const auto& pool : snapshot->pools) pools.push_back(pool.settings);
  auto chosen = choose_queue(pools, word);
  if (chosen) chosen->store_time = snapshot->store_time;
  return chosen;
}

std::variant<ChosenQueue, ExitCode> choose_named_queue(Session& session) {
  const auto& options = session.options();
  std::optional<std::vector<core::PoolSettings>> pools;
  if (!options.path.empty()) {
    auto fleet = config::parse_fleet_file(options.path);
    if (!fleet) return show_errors(session, fleet.error());
    pools = std::move(fleet->pools);
  }
  if (const auto why = config::why_not_conninfo(options.database);
      !options.database.empty() && !why.empty())
    return session.usage("--database can't be used: " + std::string{why},
                         "such as: host=db1 dbname=app user=probe; a password belongs in "
                         "~/.pgpass");
  auto chosen =
      pools ? choose_queue(*pools, options.queue) : choose_queue_of_store(session, options.queue);
  if (!chosen) return session.fail(chosen.error());
  return std::move(*chosen);
}

std::variant<OpenSource, ExitCode> open_source(Session& session, const core::QueueSettings& queue) {
  const auto databases = databases_of(session, queue);
  if (!databases) return show_errors(session, databases.error());
  OpenSource out;
  out.probe = session.stores().open_probe(*databases);
  auto source = out.probe->source_of(queue);
  if (!source) return session.fail(source.error());
  out.source = std::move(*source);
  return out;
}

}  // namespace jobflip::cli
