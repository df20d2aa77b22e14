#pragma once
/// The settings of a fleet, and the inequalities that its timings must satisfy. A pool's timings
/// are in its row in the store, with a version, so that two nodes can't use different ones. The
/// name, the limits and the description of each setting are in settings_fields.hpp.
///
/// Source: docs/safety.md, "The arithmetic". r is clock_rate_bound, the largest error of any host's
/// clock rate; all lengths are in milliseconds.
///
///   takeover_after >= lease * (1 + r) / (1 - r)      no node takes while the holder's workers run
///   freeze         >= takeover_after * (1 + r)       nor after the store lost history
///   lease          >= graceful_stop + kill_to_empty + guard_margin
///                     + beat_every + 2 * call_deadline    two lost beats do not end the workers

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/holder_rules.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::core {

struct LeaseTimings {
  Millis beat_every{2000};
  Millis call_deadline{2000};  // one call of the store
  Millis lease{11'000};        // a holder's right, from just before its acknowledged beat was sent
  Millis graceful_stop{3000};  // SIGTERM to SIGKILL when the lease ends
  Millis kill_to_empty{1000};  // SIGKILL to no process left
  Millis guard_margin{500};    // how late a guard may wake up
  Millis takeover_after{14'000};  // how long a taker must see the triple unchanged
  Millis freeze{16'000};          // nobody takes anything after the store lost history
  double clock_rate_bound{0.10};

  bool operator==(const LeaseTimings&) const = default;
};

/// One sum that does not hold; `text` prints both sides.
struct Violation {
  std::string field;
  std::string text;
};
std::vector<Violation> check_timings(const LeaseTimings& timings);

/// When the holder's guard must begin to stop workers whose right ends at `deadline`.
Instant fence_start(Instant deadline, const LeaseTimings& timings);

enum class PoolMode {
  automatic,  // "auto": the supervisor flips
  observe,    // it records what it would have done
};
inline constexpr std::array<std::string_view, 2> kPoolModeWords{"auto", "observe"};

struct Candidate {
  NodeName node;
  int priority{100};  // lower is preferred; ties go by name

  bool operator==(const Candidate&) const = default;
};

enum class DoneKind {
  window,  // `done` counts the last minutes; it may fall
  table,   // monotone, for the whole table
  queue,   // monotone, for this queue
};
inline constexpr std::array<std::string_view, 3> kDoneKindWords{"window", "table", "queue"};

struct QueueSettings {
  QueueName name;
  std::string database;  // which [[database]] of the supervisor's file the query runs in
  std::string query;     // returns the probe row (docs/configuration.md); or there is a preset
  DoneKind done_kind{DoneKind::queue};
  Millis sample_every{10'000};
  std::optional<Millis> stall_after;  // W; empty: learned (rhythm.hpp)
  Millis pickup_every{0};  // how often the workers look for work: W is at least 3 of these
  std::optional<Millis> job_timeout;    // a running job younger than this is legitimately busy
  std::optional<Millis> age_target;     // older than this, while jobs succeed, is LAGGING
  int enter_after{3};                   // ticks in a row before STALLED or LAGGING is said
  std::optional<std::string> preset{};  // presets.hpp; the three below only with it
  std::optional<std::string> schema{};
  std::optional<std::string> prefix{};
  std::optional<std::string> table{};

  bool operator==(const QueueSettings&) const = default;
};

struct PoolSettings {
  PoolName name;
  SettingsVersion version;
  PoolMode mode{PoolMode::automatic};
  WhenStoreLost when_store_lost{WhenStoreLost::stop};
  bool workers_fence_every_claim{false};  // stated by whoever wrote the file; `keep` needs it
  WhenWorkersEnd when_workers_end{WhenWorkersEnd::restart};
  LeaseTimings timings;
  Millis drain_timeout{30'000};        // a planned flip lets jobs in flight end
  Millis stalled_drain_timeout{3000};  // a stalled pool's jobs in flight are not worth waiting for
  Millis start_timeout{15'000};        // the target: released to started
  Millis verify_timeout{120'000};      // started to the first completed job
  Millis hold_down{30'000};            // STALLED must last this long before a flip
  FirstMove first{FirstMove::flip};    // what a supervisor does first about a stall
  Millis cooldown{900'000};  // after an automatic flip ends; doubles while they prove ineffective
  Millis cooldown_max{14'400'000};
  Millis perceptible_after{60'000};  // users notice if a job waits for so long (incident_rules.hpp)
  Millis deploy_grace{600'000}, deploy_window{1'800'000};  // deployment.hpp
  std::vector<Candidate> candidates;                       // at least 2
  std::vector<QueueSettings> queues;

  const QueueSettings* find(const QueueName& queue) const noexcept;  // nullptr: none
  bool operator==(const PoolSettings&) const = default;
};

struct NodeSettings {
  NodeName name;
  std::string login;  // the database role that this node's agent logs in with; one node, one login
  bool operator==(const NodeSettings&) const = default;
};

/// A brake over all pools: when everything stalls at once it is the database or the network.
struct BudgetSettings {
  int flips{3};
  Millis window{3'600'000};
  bool operator==(const BudgetSettings&) const = default;
};

struct KeepingSettings {
  Millis samples_kept{2'592'000'000};  // what the store keeps of each queue's readings
  bool operator==(const KeepingSettings&) const = default;
};

/// What `jobflip apply FILE` applies: all settings, so that the file shows the current state.
struct Fleet {
  std::vector<NodeSettings> nodes;
  std::vector<NodeSettings> supervisors;
  LeaseTimings supervisor_timings;
  BudgetSettings budget;
  std::vector<PoolSettings> pools;
  KeepingSettings keeping{};
  std::vector<ServiceSettings> services{};

  bool operator==(const Fleet&) const = default;
};

/// The pool that supervisors elect their leader in: the same lease code, with no workers behind it.
inline constexpr std::string_view kSupervisorPool = "jobflip.supervisor";

}  // namespace jobflip::core
