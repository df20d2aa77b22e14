#include "cli/queue_choice.hpp"

#include <fmt/format.h>

#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kMostNames = 500;  // bytes

struct Wanted {
  std::string pool;  // "": any
  std::string queue;
};

Wanted wanted_of(const std::string& word) {
  const auto slash = word.find('/');
  if (slash == std::string::npos) return {"", word};
  return {word.substr(0, slash), word.substr(slash + 1)};
}

}  // namespace

Result<ChosenQueue> choose_queue(const std::vector<core::PoolSettings>& pools,
                                 const std::string& word) {
  const Wanted wanted = wanted_of(word);
  std::vector<ChosenQueue> found;
  std::string names;
  for (const auto& pool : pools)
    for (const auto& queue : pool.queues) {
      const auto name = pool.name.str() + "/" + queue.name.str();
      if (names.size() < kMostNames) names += (names.empty() ? "" : ", ") + name;
      if (queue.name.str() == wanted.queue &&
          (wanted.pool.empty() || pool.name.str() == wanted.pool))
        found.push_back({pool.name, queue, {}});
    }
  if (found.size() == 1) return std::move(found.front());
  return Error{ErrorCode::not_found,
               fmt::format("there {} \"{}\"", found.empty() ? "is no queue" : "are several queues",
                           printable(word, 80)),
               names.empty() ? "no pool has a queue" : "write one of: " + names};
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

}  // namespace jobflip::cli
