#include "jobflip/core/settings_fields.hpp"

namespace jobflip::core {
namespace {

constexpr Limits kNotNothing{1, 0};  // a length of at least 1 ms

constexpr SettingField<BudgetSettings> kBudgetFields[]{
    {"flips",
     &BudgetSettings::flips,
     {0, 1000},
     "automatic flips over all pools within `budget.window`"},
    {"window", &BudgetSettings::window, {1000, 0}, ""},
};

constexpr SettingField<KeepingSettings> kKeepingFields[]{
    {"samples_kept",
     &KeepingSettings::samples_kept,
     {86'400'000, 0},
     "the store keeps readings of queues for so long, by whole days in UTC: see "
     "[operations](operations.md#kept-readings)"},
};

constexpr SettingField<LeaseTimings> kTimingFields[]{
    {"beat_every", &LeaseTimings::beat_every, {10, 0}, "pause between two beats"},
    {"call_deadline", &LeaseTimings::call_deadline, {10, 0}, "one call of the store"},
    {"lease", &LeaseTimings::lease, kNotNothing,
     "a holder's right, from just before its acknowledged beat was sent"},
    {"graceful_stop",
     &LeaseTimings::graceful_stop,
     {},
     "SIGTERM to SIGKILL when the lease runs out"},
    {"kill_to_empty", &LeaseTimings::kill_to_empty, kNotNothing, "SIGKILL to no process left"},
    {"guard_margin", &LeaseTimings::guard_margin, kNotNothing, "how late a guard may wake up"},
    {"takeover_after", &LeaseTimings::takeover_after, kNotNothing,
     "how long a taker must see a lease unchanged"},
    {"freeze", &LeaseTimings::freeze, kNotNothing,
     "nobody takes anything for so long after the store lost history"},
    {"clock_rate_bound",
     &LeaseTimings::clock_rate_bound,
     {0, 0.5},
     "the most that a host's clock is off in rate"},
};

constexpr SettingField<PoolSettings> kPoolFields[]{
    {"mode",
     choice<&PoolSettings::mode>(kPoolModeWords),
     {},
     "`\"observe\"`: it is only written down what would have been done"},
    {"when_store_lost",
     choice<&PoolSettings::when_store_lost>(kWhenStoreLostWords),
     {},
     "what the holder does when it can't reach the store for longer than its lease. `\"stop\"`: it "
     "ends its workers. `\"keep\"`: it lets them run; see "
     "[safety](safety.md#pools-that-keep-their-workers)"},
    {"workers_fence_every_claim",
     &PoolSettings::workers_fence_every_claim,
     {},
     "states that each claim of a job calls `jobflip.fence()` in its own transaction in the "
     "store's PostgreSQL; `\"keep\"` is refused without it"},
    {"when_workers_end",
     choice<&PoolSettings::when_workers_end>(kWhenWorkersEndWords),
     {},
     "what the holder does when its workers end by themselves (a crash, an exit); what the command "
     "left behind gets SIGTERM and `graceful_stop` first. `\"restart\"`: it starts them again "
     "under the same lease, at first after 100 ms and later, where they end within 30 s, after up "
     "to 30 s. `\"hand-over\"`: it gives the lease up and takes nothing for a while, so that "
     "another candidate takes; in a pause or in mode `observe` it restarts them. "
     "`\"hand-over-in-loop\"`: it restarts them, and hands over once they are in a "
     "[crash loop](workers.md#crash-loops)"},
    {"drain_timeout",
     &PoolSettings::drain_timeout,
     {},
     "a planned flip lets jobs in flight end for so long"},
    {"stalled_drain_timeout",
     &PoolSettings::stalled_drain_timeout,
     {},
     "the same for a flip of a stalled pool, where nothing moves anyway"},
    {"start_timeout", &PoolSettings::start_timeout, kNotNothing,
     "released to started, on the new node"},
    {"verify_timeout", &PoolSettings::verify_timeout, kNotNothing,
     "started to the first completed job"},
    {"hold_down", &PoolSettings::hold_down, {}, "`STALLED` must last for so long before a flip"},
    {"first",
     choice<&PoolSettings::first>(kFirstMoveWords),
     {},
     "what a supervisor does first about a stall. `\"flip\"`: it flips the pool. `\"restart\"`: it "
     "has the workers restarted on the same node, and flips if that is no cure; see "
     "[flips](flips.md#restart-first)"},
    {"cooldown",
     &PoolSettings::cooldown,
     {},
     "no automatic flip for so long after one; doubles while they prove ineffective"},
    {"cooldown_max",
     &PoolSettings::cooldown_max,
     {},
     "and no longer than this; at least `cooldown`"},
};

constexpr SettingField<QueueSettings> kQueueFields[]{
    {"database",
     &QueueSettings::database,
     {1, 63},
     "which `[databases.NAME]` of the supervisors' files it is read from"},
    {"preset",
     &QueueSettings::preset,
     {1, 63},
     "the queue system, such as `\"river\"`: [presets](presets.md). Exactly one of `preset` and "
     "`query` must be given"},
    {"schema",
     &QueueSettings::schema,
     {1, 63},
     "of the preset's tables, if it is not the usual one"},
    {"prefix",
     &QueueSettings::prefix,
     {1, 63},
     "of the names of the preset's tables, if it is not the usual one"},
    {"table", &QueueSettings::table, {1, 63}, "of the preset's jobs, if it is not the usual one"},
    {"query",
     &QueueSettings::query,
     {0, 65536},
     "returns the probe row of a system that no preset knows"},
    {"done",
     choice<&QueueSettings::done_kind>(kDoneKindWords),
     {},
     "what the column `done` counts, see below"},
    {"sample_every", &QueueSettings::sample_every, {50, 0}, "pause between two readings"},
    {"stall_after", &QueueSettings::stall_after, kNotNothing,
     "no movement for so long, while jobs are due, is a stall; left out, it is "
     "[learned](detector.md#what-is-learned)"},
    {"pickup_every",
     &QueueSettings::pickup_every,
     {},
     "how often the workers look for work; `stall_after` counts as at least 3 of these"},
    {"job_timeout", &QueueSettings::job_timeout, kNotNothing,
     "a running job younger than this is legitimately busy; left out, it is learned"},
    {"age_target", &QueueSettings::age_target, kNotNothing,
     "an older oldest due job, while jobs complete, is `LAGGING`; left out, it is learned"},
    {"enter_after",
     &QueueSettings::enter_after,
     {1, 1000},
     "readings in a row before an alarm is said"},
};

}  // namespace

template <>
std::span<const SettingField<BudgetSettings>> fields_of<BudgetSettings>() {
  return kBudgetFields;
}
template <>
std::span<const SettingField<KeepingSettings>> fields_of<KeepingSettings>() {
  return kKeepingFields;
}
template <>
std::span<const SettingField<LeaseTimings>> fields_of<LeaseTimings>() {
  return kTimingFields;
}
template <>
std::span<const SettingField<PoolSettings>> fields_of<PoolSettings>() {
  return kPoolFields;
}
template <>
std::span<const SettingField<QueueSettings>> fields_of<QueueSettings>() {
  return kQueueFields;
}

}  // namespace jobflip::core
