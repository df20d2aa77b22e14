#pragma once
/// Why is this pool stuck, and would a flip help? A verdict looks at one queue; this looks at all
/// that the supervisor watches: the pool's other queues, the other pools of the same node, those
/// that read the same database. The first row that matches is the cause:
///
///   cause        the pool is stuck, and ...                                        a flip helps
///   database     a stuck queue's database refuses readings or does not answer (4   no
///                of the last 10), or they take 10 times as long as usual; or
///                several pools on several nodes are stuck at once, all of one
///                database
///   not held     no node holds the pool, so no workers run: it has to be taken     -
///   everywhere   all pools are stuck at once, on several nodes: the network, a     no
///                service that all need
///   starved      its other queues complete jobs and have a backlog: the workers    no
///                are busy there
///   crash loop   its workers end by themselves again and again: the node, as far   yes
///                as is known. Not if they did so on another node, too, and no
///                job completed between: the jobs, or the program                   no
///   node         other pools of the same node are stuck at once, those of others   yes
///                are not
///   one queue    its other queues complete jobs and have no backlog: the workers   yes
///                of this queue hang
///   workers      otherwise                                                         yes
///
/// "At once": their stalls began no further apart than the longer of the two windows, at most
/// kAtOnce. A pool that has been stuck for longer, or that no node holds, is no evidence, and one
/// in mode observe not without another, nor if it was never seen to move.
///
/// A wrong flip costs more than a late one, so causes that speak against a flip come first.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/detector.hpp"

namespace jobflip::core {

struct QueueCondition {
  QueueName queue;
  std::string database;
  bool stuck{false};         // a flip may help, by its verdict
  bool completes{false};     // a job completed in the last 3 minutes (within W, if jobs may run
                             // for longer than that)
  bool has_backlog{false};   // jobs have been due for a minute, now or within the last minute
  int ill_readings{0};       // of the last 10: they failed because of the database
  bool reads_slowly{false};  // 10 times as long as usual, 3 times in a row
  Instant since{};           // stuck: nothing moves, also before a flip that did not help
  Millis window{};           // that it is judged by: W, or the run limit if its workers hold jobs
  bool moved{true};          // it was seen to move before it was stuck
};

/// Stalls that began further apart than this are never one.
inline constexpr Millis kAtOnce{600'000};

/// `flip_may_help`: by the queue's verdict alone.
QueueCondition condition_of(const QueueSettings& settings, const DetectorState& detector,
                            bool flip_may_help, bool reads_slowly, Instant now);

/// The pool's workers on one node ended by themselves again and again.
struct CrashCondition {
  NodeName node;
  int ends{0};
  std::optional<Millis> within;        // from the first to the last
  std::optional<Millis> since_last{};  // empty: not known
};
/// "crash loop: its workers on job1 ended 7 times in 2m00s, most recently 5.0s ago"
std::string crash_loop_sentence(const CrashCondition& crash);

struct PoolCondition {
  PoolName pool;
  NodeName holder;  // empty: nobody holds it
  std::vector<QueueCondition> queues;
  std::optional<CrashCondition> crash{};    // on the holder, now
  std::vector<CrashCondition> elsewhere{};  // on other nodes, since a job completed last
  bool observes{false};                     // mode observe

  bool is_stuck() const;
};

enum class Cause {
  none,
  database,
  not_held,
  everywhere,
  starved,
  crash_loop,
  node,
  one_queue,
  workers,
};
std::string_view name_of(Cause cause) noexcept;  // "database", "crash-loop", ...

struct PoolJudgement {
  Cause cause{Cause::none};
  bool flip_may_help{false};
  std::string sentence;  // the cause, and the facts that it follows from
};

/// `all`: every pool that is watched, including this one.
PoolJudgement judge_pool(const PoolCondition& pool, std::span<const PoolCondition> all);

/// A queue's sentence with the cause behind it, as it is published.
std::string with_cause(const std::string& reason, const PoolJudgement& judgement);
/// The judgement that such a sentence ends with, for whoever sees only what was published: whether
/// a flip may help, and the sentence. Cause::none: it has none.
PoolJudgement published_judgement(std::string_view reason);
/// Why a supervisor wants no flip yet of a queue that is STALLED or HELD, by its published
/// sentence: "no flip yet: ..."; "" if that does not say it.
std::string published_no_flip_yet(std::string_view reason);

}  // namespace jobflip::core
