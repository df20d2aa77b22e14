#include "jobflip/core/pool_judgement.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <set>

#include "core/detector_parts.hpp"

namespace jobflip::core {
namespace {

constexpr int kFailuresOfAnIllDatabase = 4;
constexpr Millis kBacklogRemembered{60'000};
constexpr std::array<std::string_view, 8> kCauseNames{
    "none", "database", "everywhere", "starved", "crash-loop", "node", "one-queue", "workers"};

std::string of(std::size_t count, std::size_t all) {
  return std::to_string(count) + " of " + std::to_string(all);
}

const QueueCondition* find(const PoolCondition& pool, bool QueueCondition::*flag) {
  const auto found = std::ranges::find_if(pool.queues, [&](const auto& q) { return q.*flag; });
  return found == pool.queues.end() ? nullptr : &*found;
}

bool reads_badly(const QueueCondition& queue) {
  return queue.ill_readings >= kFailuresOfAnIllDatabase || queue.reads_slowly;
}

/// A queue of the same database as a stuck one that can't be read well.
std::string ill_database(const PoolCondition& pool, std::span<const PoolCondition> all) {
  for (const QueueCondition& stuck : pool.queues) {
    if (!stuck.stuck) continue;
    for (const PoolCondition& other : all)
      for (const QueueCondition& queue : other.queues)
        if (queue.database == stuck.database && reads_badly(queue))
          return "database " + stuck.database + " itself is in trouble: " +
                 (queue.reads_slowly
                      ? "readings of queue " + queue.queue.str() + " take 10 times as long as usual"
                      : "it refused or did not answer " + std::to_string(queue.ill_readings) +
                            " of the last 10 readings of queue " + queue.queue.str());
  }
  return "";
}

struct Stuck {
  std::size_t watched{0};
  std::vector<const PoolCondition*> pools;
  std::set<NodeName> holders;
  std::set<std::string> databases;
};

/// Pools that have queues, and those of them that are stuck.
Stuck stuck_among(std::span<const PoolCondition> all) {
  Stuck out;
  for (const PoolCondition& pool : all) {
    if (pool.queues.empty()) continue;
    ++out.watched;
    if (!pool.is_stuck()) continue;
    out.pools.push_back(&pool);
    out.holders.insert(pool.holder);
    for (const QueueCondition& queue : pool.queues)
      if (queue.stuck) out.databases.insert(queue.database);
  }
  return out;
}

std::size_t watched_on(std::span<const PoolCondition> all, const std::string& database) {
  return static_cast<std::size_t>(std::ranges::count_if(all, [&](const PoolCondition& pool) {
    return std::ranges::any_of(pool.queues, [&](const auto& q) { return q.database == database; });
  }));
}

constexpr std::string_view kCause = "; cause: ";
constexpr std::string_view kNoHelp = "; a flip would not help";

PoolJudgement no(Cause cause, std::string sentence) {
  return {cause, false, std::move(sentence) + std::string{kNoHelp}};
}

/// Several at once, on several nodes.
std::optional<PoolJudgement> judge_fleet(const Stuck& stuck, std::span<const PoolCondition> all) {
  if (stuck.pools.size() < 2 || stuck.holders.size() < 2) return std::nullopt;
  const std::string pools = of(stuck.pools.size(), stuck.watched) +
                            " pools are stuck at once, on " + std::to_string(stuck.holders.size()) +
                            " nodes";
  if (stuck.databases.size() == 1 &&
      stuck.pools.size() == watched_on(all, *stuck.databases.begin()))
    return no(Cause::database,
              pools + ": all pools that are read from database " + *stuck.databases.begin());
  if (stuck.pools.size() == stuck.watched)
    return no(Cause::everywhere,
              pools + ": suspect the network, or a service that all of them need");
  return std::nullopt;
}

std::string ended(const CrashCondition& crash) {
  std::string text = std::to_string(crash.ends) + " times";
  if (crash.within) text += " in " + short_duration(*crash.within);
  return text;
}

/// A flip cures what is wrong with the node. What follows the pool to another node is the jobs', or
/// of the workers' own code.
std::optional<PoolJudgement> judge_crashes(const PoolCondition& pool) {
  if (!pool.crash) return std::nullopt;
  const auto sentence = crash_loop_sentence(*pool.crash);
  if (pool.elsewhere.empty()) return PoolJudgement{Cause::crash_loop, true, sentence};
  const CrashCondition& other = pool.elsewhere.front();
  return no(Cause::crash_loop, sentence + ", as they did on " + other.node.str() + " (" +
                                   ended(other) +
                                   "), and no job completed between: it is the jobs "
                                   "or the program, not the node");
}

std::optional<PoolJudgement> judge_node(const PoolCondition& pool, const Stuck& stuck) {
  const auto on_this = std::ranges::count_if(
      stuck.pools, [&](const PoolCondition* other) { return other->holder == pool.holder; });
  if (on_this < 2 || stuck.holders.size() != 1 || pool.holder.empty()) return std::nullopt;
  return PoolJudgement{Cause::node, true,
                       std::to_string(on_this) + " pools of node " + pool.holder.str() +
                           " are stuck, and none on another node: suspect the node"};
}

}  // namespace

std::string crash_loop_sentence(const CrashCondition& crash) {
  return "crash loop: its workers on " + crash.node.str() + " ended " + ended(crash);
}

QueueCondition condition_of(const QueueSettings& settings, const DetectorState& detector,
                            bool flip_may_help, bool reads_slowly, Instant now) {
  const auto is_within = [&](const std::optional<Instant>& at, Millis length) {
    return at && now - *at < length;
  };
  const Windows windows = windows_of(settings, detector.rhythm);
  const bool may_be_busy = detector::may_run_legitimately(windows, detector, now);
  const Millis recently = may_be_busy ? windows.stall : std::min(windows.stall, kLeastWindow);
  return {.queue = settings.name,
          .database = settings.database,
          .stuck = flip_may_help,
          .completes = !flip_may_help && is_within(detector.last_success, recently),
          .has_backlog = is_within(detector.last_backlog, kBacklogRemembered),
          .ill_readings = std::popcount(detector.ill_readings),
          .reads_slowly = reads_slowly};
}

bool PoolCondition::is_stuck() const {
  return std::ranges::any_of(queues, [](const QueueCondition& queue) { return queue.stuck; });
}

std::string_view name_of(Cause cause) noexcept {
  const auto place = static_cast<std::size_t>(cause);
  return place < kCauseNames.size() ? kCauseNames[place] : "?";
}

PoolJudgement judge_pool(const PoolCondition& pool, std::span<const PoolCondition> all) {
  if (!pool.is_stuck()) return {};
  if (const auto ill = ill_database(pool, all); !ill.empty()) return no(Cause::database, ill);
  const Stuck stuck = stuck_among(all);
  if (auto fleet = judge_fleet(stuck, all)) return *fleet;
  const QueueCondition* this_one = find(pool, &QueueCondition::stuck);
  const QueueCondition* completes = find(pool, &QueueCondition::completes);
  if (completes != nullptr && completes->has_backlog)
    return no(Cause::starved, "queue " + completes->queue.str() +
                                  " of the same pool completes jobs and has a backlog: the "
                                  "workers are busy there, and queue " +
                                  this_one->queue.str() + " starves");
  if (auto crashes = judge_crashes(pool)) return *crashes;
  if (auto node = judge_node(pool, stuck)) return *node;
  if (completes != nullptr)
    return {Cause::one_queue, true,
            "queue " + completes->queue.str() +
                " of the same pool completes jobs and has no backlog: the workers of queue " +
                this_one->queue.str() + " hang"};
  const auto hang = static_cast<std::size_t>(
      std::ranges::count_if(pool.queues, [](const auto& queue) { return queue.stuck; }));
  return {Cause::workers, true,
          of(hang, pool.queues.size()) + (pool.queues.size() == 1 ? " queue" : " queues") +
              " of the pool stuck, nothing else wrong: its workers hang"};
}

std::string with_cause(const std::string& reason, const PoolJudgement& judgement) {
  return reason + std::string{kCause} + judgement.sentence;
}

PoolJudgement published_judgement(std::string_view reason) {
  const auto at = reason.rfind(kCause);
  if (at == reason.npos) return {};
  const auto sentence = reason.substr(at + kCause.size());
  const bool may_help = !sentence.ends_with(kNoHelp);
  return {may_help ? Cause::workers : Cause::everywhere, may_help, std::string{sentence}};
}

}  // namespace jobflip::core
