#pragma once
/// What a reviewer reads: one trouble of one pool, or of one service, from when it began until that
/// worked again, with whatever happened in between.
///
/// The store opens an incident with a flip, a hold or a takeover, and when the leading supervisor
/// reports a bad verdict (incident_rules.hpp); a person may open one. A pool has at most one open
/// incident: what happens meanwhile belongs to it. Every change is an event of the audit log.
///
/// Invariants:
///  - stages are kept once, with the first time they were reached, except that a later flip of the
///    same incident has stages of its own;
///  - a figure or time that nobody saw is absent, never guessed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/deployment.hpp"

namespace jobflip::core {

enum class IncidentClass { queued, deployment, slowness, node, store, other };
inline constexpr std::size_t kIncidentClasses = 6;
std::string_view name_of(IncidentClass kind) noexcept;  // "queued", ...
std::optional<IncidentClass> parse_incident_class(std::string_view name) noexcept;

enum class Severity { minor, major, critical };
std::string_view name_of(Severity severity) noexcept;
std::optional<Severity> parse_severity(std::string_view name) noexcept;

/// What opened it.
enum class IncidentCause { verdict, node_loss, hold, flip, person, service };
std::string_view name_of(IncidentCause cause) noexcept;
std::optional<IncidentCause> parse_incident_cause(std::string_view name) noexcept;

/// In the order in which they usually happen.
enum class IncidentStage {
  onset,      // the queue moved for the last time, or the dead node was last heard
  detected,   // jobflip noticed
  decided,    // a flip was requested, or a node took over
  stopped,    // the old node has no worker left, or its lease ran out
  granted,    // the new node has the lease
  started,    // its workers run
  first_job,  // the first job completed after that
  recovered,  // every queue is well again: the oldest job's age is back under its limit
};
inline constexpr std::size_t kIncidentStages = 8;
std::string_view name_of(IncidentStage stage) noexcept;  // "onset", ..., "first_job", "recovered"
std::optional<IncidentStage> parse_incident_stage(std::string_view name) noexcept;

/// A stage, and how the pool's worst queue stood then: the one with the oldest due job.
struct StageReached {
  IncidentStage stage{};
  WallTime at;
  std::optional<FlipId> flip{};           // the flip of whose way it is a stage
  std::string queue{};                    // "": no reading was known
  std::optional<std::int64_t> waiting{};  // jobs due in it
  std::optional<Millis> oldest{};         // the age of the oldest of them
  bool operator==(const StageReached&) const = default;
};

struct IncidentNote {
  WallTime at;
  std::string actor;  // the claimed name
  std::string login;  // as the store knows it
  std::string text;   // untrusted
  bool operator==(const IncidentNote&) const = default;
};

/// A pool's open incident, as a snapshot has it.
struct OpenIncident {
  IncidentId id;
  IncidentClass kind{};
  IncidentCause cause{};
  Millis age{};  // since it was opened
  bool has_onset{false};
  bool operator==(const OpenIncident&) const = default;
};

/// By rule, or as a person decided; then `by` is who.
struct Judged {
  bool value{false};
  std::string by;  // "": by rule
  bool operator==(const Judged&) const = default;
};

struct Incident {
  IncidentId id;
  PoolName pool;
  IncidentClass kind{};
  std::string kind_by;  // the person who decided it; "": by rule
  Severity severity{};
  std::string severity_by;  // the same
  IncidentCause cause{};
  std::string sentence;  // what opened it
  WallTime opened_at;
  std::string opened_by;
  std::optional<WallTime> closed_at;  // empty: it is open
  std::string closed_by;              // a supervisor or a person; "" while it is open
  Judged perceptible;                 // users noticed: jobs waited for longer than they may
  Judged downtime;                    // and nothing completed meanwhile
  Millis perceptible_after{};         // the pool's setting, when the incident was opened
  std::optional<std::int64_t> most_waiting;
  std::optional<Millis> longest_wait;  // the highest age of an oldest due job
  std::vector<StageReached> stages;    // by time
  std::vector<FlipId> flips;
  std::int64_t holds{0};
  std::vector<IncidentNote> notes;  // oldest first
  std::vector<std::string> labels;
  std::vector<Deployment> deployments{};  // matched with it; the newest first
  std::optional<IncidentId> merged_into;  // its flips, holds and notes are part of that one
  std::string worst_queue{};  // had the oldest due job of all stages; "": no reading was known
  std::string service{};      // the service that it is of; then it is of no pool
  bool operator==(const Incident&) const = default;
};

/// The first time at which the incident reached the stage; empty if it is not known. Of first_job
/// the first that is not before the onset, if there is one.
std::optional<WallTime> reached(const Incident& incident, IncidentStage stage);

/// From one stage to another; empty if either is not known or the clock went back between them.
std::optional<Millis> between(const Incident& incident, IncidentStage from, IncidentStage to);

}  // namespace jobflip::core
