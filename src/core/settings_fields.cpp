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
     "how long the store keeps readings of queues, in whole UTC days: see "
     "[operations](operations.md#kept-readings)"},
};

constexpr SettingField<LeaseTimings> kTimingFields[]{
    {"beat_every", &LeaseTimings::beat_every, {10, 0}, "pause between two beats"},
    {"call_deadline", &LeaseTimings::call_deadline, {10, 0}, "time limit of one call to the store"},
    {"lease", &LeaseTimings::lease, kNotNothing,
     "how long a holder may run its workers, counted from just before it sent the last beat "
     "that the store acknowledged"},
    {"graceful_stop",
     &LeaseTimings::graceful_stop,
     {},
     "from SIGTERM to SIGKILL when the lease runs out"},
    {"kill_to_empty", &LeaseTimings::kill_to_empty, kNotNothing,
     "from SIGKILL until no process is left"},
    {"guard_margin", &LeaseTimings::guard_margin, kNotNothing, "how late a guard may wake up"},
    {"takeover_after", &LeaseTimings::takeover_after, kNotNothing,
     "how long a taker must see a lease unchanged"},
    {"freeze", &LeaseTimings::freeze, kNotNothing,
     "how long no node takes a pool after the store lost history"},
    {"clock_rate_bound",
     &LeaseTimings::clock_rate_bound,
     {0, 0.5},
     "the most by which a host's clock may run fast or slow: 0.1 is 10 %"},
};

constexpr SettingField<PoolSettings> kPoolFields[]{
    {"mode",
     choice<&PoolSettings::mode>(kPoolModeWords),
     {},
     "`\"observe\"`: jobflip only records what it would have done"},
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
     "what the holder does when its workers end by themselves (a crash, an exit): see "
     "[below](#when-workers-end)"},
    {"drain_timeout",
     &PoolSettings::drain_timeout,
     {},
     "how long a planned flip lets jobs in flight finish"},
    {"stalled_drain_timeout",
     &PoolSettings::stalled_drain_timeout,
     {},
     "the same for a flip of a stalled pool, in which nothing moves anyway"},
    {"start_timeout", &PoolSettings::start_timeout, kNotNothing,
     "time limit from released to started, on the new node"},
    {"verify_timeout", &PoolSettings::verify_timeout, kNotNothing,
     "time limit from started to the first completed job"},
    {"hold_down",
     &PoolSettings::hold_down,
     {},
     "how long a queue must be `STALLED` or `HELD` before a flip"},
    {"first",
     choice<&PoolSettings::first>(kFirstMoveWords),
     {},
     "what a supervisor does first about a stall. `\"flip\"`: it flips the pool. `\"restart\"`: it "
     "has the workers restarted on the same node, and flips if that does not cure it; see "
     "[flips](flips.md#restart-first)"},
    {"cooldown",
     &PoolSettings::cooldown,
     {},
     "how long after an automatic flip there is no other; doubles while flips prove ineffective"},
    {"cooldown_max",
     &PoolSettings::cooldown_max,
     {},
     "the longest that the doubled `cooldown` gets; at least `cooldown`"},
    {"perceptible_after", &PoolSettings::perceptible_after, kNotNothing,
     "how long a due job may wait before users notice: an incident in which one waited for longer "
     "is [perceptible](incidents.md#rules)"},
    {"deploy_grace",
     &PoolSettings::deploy_grace,
     {},
     "how long after its start a running [deployment](deployments.md) holds automatic flips; more "
     "than 24h counts as 24h"},
    {"deploy_window",
     &PoolSettings::deploy_window,
     {},
     "how long after its start or end a deployment is matched with an incident that is opened"},
};

constexpr SettingField<QueueSettings> kQueueFields[]{
    {"database",
     &QueueSettings::database,
     {1, 63},
     "the `[databases.NAME]` of the supervisors' files that the queue is read from"},
    {"preset",
     &QueueSettings::preset,
     {1, 63},
     "the queue system, such as `\"river\"`: [presets](presets.md). Exactly one of `preset` and "
     "`query` must be given"},
    {"schema",
     &QueueSettings::schema,
     {1, 63},
     "schema of the preset's tables, if not the usual one"},
    {"prefix",
     &QueueSettings::prefix,
     {1, 63},
     "prefix of the names of the preset's tables, if not the usual one"},
    {"table",
     &QueueSettings::table,
     {1, 63},
     "name of the preset's table of jobs, if not the usual one"},
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
     "how long nothing may move while jobs are due before that is a stall; if left out, it is "
     "[learned](detector.md#what-is-learned)"},
    {"pickup_every",
     &QueueSettings::pickup_every,
     {},
     "how often the workers look for work; no stall is shorter than 3 times this"},
    {"job_timeout", &QueueSettings::job_timeout, kNotNothing,
     "how long a job may run; a younger one explains that nothing else moves (`BUSY`). If left "
     "out, it is learned"},
    {"age_target", &QueueSettings::age_target, kNotNothing,
     "how old the oldest due job may get while jobs complete; beyond that the queue is "
     "`LAGGING`. If left out, it is learned"},
    {"enter_after",
     &QueueSettings::enter_after,
     {1, 1000},
     "how many readings in a row must show an alarm before it becomes the verdict"},
};

constexpr SettingField<ServiceSettings> kServiceFields[]{
    {"check",
     choice<&ServiceSettings::check>(kCheckKindWords),
     {},
     "how the service is checked: see [services](services.md#checks)"},
    {"url", &ServiceSettings::url, {1, 2000}, "of `\"http\"`: what is fetched, by http or https"},
    {"host",
     &ServiceSettings::host,
     {1, 253},
     "of `\"tcp\"`: the name or address that is connected to"},
    {"port", &ServiceSettings::port, {0, 65535}, "of `\"tcp\"`: the port"},
    {"command",
     &ServiceSettings::command,
     {1, 63},
     "of `\"exec\"`: the `[commands.NAME]` of the supervisors' files that is run"},
    {"expect_status",
     &ServiceSettings::expect_status,
     {1, 7},
     "of `\"http\"`: the status that is right, as in `\"200\"` or `\"200-204\"`. If left out, "
     "from 200 to 399"},
    {"body_contains",
     &ServiceSettings::body_contains,
     {1, 1000},
     "of `\"http\"` and `\"exec\"`: a text that the answer or the output must contain"},
    {"every",
     &ServiceSettings::every,
     {5000, 0},
     "from the start of one check to the start of the next"},
    {"timeout",
     &ServiceSettings::timeout,
     {100, 0},
     "time limit of one check, at most 1m; a check that takes longer failed"},
    {"slow_after", &ServiceSettings::slow_after, kNotNothing,
     "a check that takes longer is slow. If left out, it is learned"},
    {"slow_for", &ServiceSettings::slow_for, kNotNothing,
     "how long every check must be slow before the service is"},
    {"down_after",
     &ServiceSettings::down_after,
     {1, 100},
     "how many checks in a row must fail before the service is down"},
    {"up_after",
     &ServiceSettings::up_after,
     {1, 100},
     "how many checks in a row must pass before a service that was down or slow is up"},
    {"target_percent",
     &ServiceSettings::target_percent,
     {0, 100},
     "the uptime that the service should have in a month"},
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

template <>
std::span<const SettingField<ServiceSettings>> fields_of<ServiceSettings>() {
  return kServiceFields;
}

}  // namespace jobflip::core
