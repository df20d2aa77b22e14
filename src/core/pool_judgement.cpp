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
constexpr std::array<std::string_view, 9> kCauseNames{"none",       "database",  "not-held",
                                                      "everywhere", "starved",   "crash-loop",
                                                      "node",       "one-queue", "workers"};

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

/// Both stalls began at about the same time.
bool are_at_once(const QueueCondition& one, const QueueCondition& other) {
  const auto apart = one.since < other.since ? other.since - one.since : one.since - other.since;
  return apart <= std::min(std::max(one.window, other.window), kAtOnce);
}

bool are_stuck_at_once(const PoolCondition& pool, const PoolCondition& other) {
  for (const QueueCondition& one : pool.queues)
    for (const QueueCondition& two : other.queues)
      if (one.stuck && two.stuck && are_at_once(one, two)) return true;
  return false;
}

/// Only what moved before shows that something stopped it.
bool was_seen_to_move(const PoolCondition& pool) {
  return std::ranges::any_of(pool.queues, [](const auto& q) { return q.stuck && q.moved; });
}

/// What the stall of this other pool says about the one that is judged.
bool is_evidence(const PoolCondition& pool, const PoolCondition& other) {
  if (other.holder.empty() || !are_stuck_at_once(pool, other)) return false;
  return !other.observes || was_seen_to_move(other);
}

/// The pools that say something: those that are stuck at once with this one, and those that are not
/// stuck.
struct Surroundings {
  std::size_t pools{0};  // all that have queues
  std::vector<const PoolCondition*> watched;
  std::vector<const PoolCondition*> stuck;
  std::set<NodeName> holders;
  std::set<std::string> databases;
};

Surroundings fleet_around(const PoolCondition& pool, std::span<const PoolCondition> all) {
  Surroundings out;
  std::vector<const PoolCondition*> at_once;
  for (const PoolCondition& other : all) {
    if (other.queues.empty()) continue;
    ++out.pools;
    if (other.pool == pool.pool || !other.is_stuck())
      out.watched.push_back(&other);
    else if (is_evidence(pool, other))
      at_once.push_back(&other);
  }
  if (at_once.size() == 1 && at_once.front()->observes) at_once.clear();
  out.watched.insert(out.watched.end(), at_once.begin(), at_once.end());
  out.stuck = std::move(at_once);
  out.stuck.push_back(&pool);
  for (const PoolCondition* stuck : out.stuck) {
    out.holders.insert(stuck->holder);
    for (const QueueCondition& queue : stuck->queues)
      if (queue.stuck) out.databases.insert(queue.database);
  }
  return out;
}

std::size_t watched_in(const Surroundings& fleet, const std::string& database) {
  return static_cast<std::size_t>(std::ranges::count_if(fleet.watched, [&](const auto* pool) {
    return std::ranges::any_of(pool->queues, [&](const auto& q) { return q.database == database; });
  }));
}

constexpr std::string_view kCause = "; cause: ";
constexpr std::string_view kNoHelp = "; a flip would not help";

PoolJudgement no(Cause cause, std::string sentence) {
  return {cause, false, std::move(sentence) + std::string{kNoHelp}};
}

/// Several at once, on several nodes.
std::optional<PoolJudgement> judge_fleet(const Surroundings& fleet) {
  const auto& stuck = fleet.stuck;
  if (stuck.size() < 2 || fleet.holders.size() < 2) return std::nullopt;
  const std::string pools = of(stuck.size(), fleet.pools) + " pools are stuck at once, on " +
                            std::to_string(fleet.holders.size()) + " nodes";
  if (fleet.databases.size() == 1 && stuck.size() == watched_in(fleet, *fleet.databases.begin()))
    return no(Cause::database,
              pools + ": all pools that are read from database " + *fleet.databases.begin());
  if (stuck.size() == fleet.watched.size())
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

std::optional<PoolJudgement> judge_node(const PoolCondition& pool, const Surroundings& fleet) {
  if (fleet.stuck.size() < 2 || fleet.holders.size() != 1) return std::nullopt;
  return PoolJudgement{Cause::node, true,
                       std::to_string(fleet.stuck.size()) + " pools of node " + pool.holder.str() +
                           " are stuck at once, and none on another node: suspect the node"};
}

}  // namespace

std::string crash_loop_sentence(const CrashCondition& crash) {
  const auto& last = crash.since_last;
  return "crash loop: its workers on " + crash.node.str() + " ended " + ended(crash) +
         (last ? ", most recently " + short_duration(*last) + " ago" : "");
}

namespace {

/// Over a flip that did not help, too.
Instant stuck_since(const DetectorState& s, Instant now) {
  if (s.flipped && !s.flipped->moved_at) return s.flipped->since;
  if (s.state == QueueState::held) return s.last_end.value_or(s.watched_since);
  return now - detector::quiet_of(s, now);
}

}  // namespace

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
          .reads_slowly = reads_slowly,
          .since = stuck_since(detector, now),
          .window = detector.state == QueueState::held ? windows.run : windows.stall,
          .moved = detector.last_movement || detector.flipped};
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
  if (pool.holder.empty())
    return {Cause::not_held, true, "no node holds the pool, so none of its workers run"};
  const Surroundings fleet = fleet_around(pool, all);
  if (auto judged = judge_fleet(fleet)) return *judged;
  const QueueCondition* this_one = find(pool, &QueueCondition::stuck);
  const QueueCondition* completes = find(pool, &QueueCondition::completes);
  if (completes != nullptr && completes->has_backlog)
    return no(Cause::starved, "queue " + completes->queue.str() +
                                  " of the same pool completes jobs and has a backlog: the "
                                  "workers are busy there, and queue " +
                                  this_one->queue.str() + " starves");
  if (auto crashes = judge_crashes(pool)) return *crashes;
  if (auto node = judge_node(pool, fleet)) return *node;
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

std::string published_no_flip_yet(std::string_view reason) {
  const auto at = reason.find(detector::kNoFlipYet);
  if (at == reason.npos) return "";
  const auto clause = reason.substr(at);
  return std::string{clause.substr(0, clause.find("; "))};
}

}  // namespace jobflip::core
