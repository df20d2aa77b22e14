#pragma once
/// The calls about incidents: what a supervisor reports, what a person changes, what a reader asks
/// for (ports/supervisor_store.hpp, operator_store.hpp and reader_store.hpp have the rules).

#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/incident.hpp"

namespace jobflip::core {

/// What the leading supervisor saw of a pool's incident.
struct IncidentReport {
  enum class What { open, first_job, close };
  NodeName supervisor;
  Epoch supervisor_epoch;
  PoolName pool;
  What what{};
  IncidentClass kind{IncidentClass::other};     // of an opened one
  IncidentCause cause{IncidentCause::verdict};  // the same
  std::string sentence;                         // at most 2,000 bytes; never empty
  std::optional<Millis> ago;  // the onset, the first job or the recovery; empty: not known
  FlipId flip{};              // of a first job
};
std::string_view name_of(IncidentReport::What what) noexcept;  // "open", "first_job", "close"

/// What a person changes: one thing at a time.
struct IncidentChange {
  /// close and note have no value: the reason says what there is to say. label and unlabel: the
  /// label. kind: a name of IncidentClass. severity: a name of Severity, or "rule". perceptible and
  /// downtime: "yes", "no" or "rule". merge: the number of the incident that this one becomes part
  /// of. split: the number of the flip that gets an incident of its own.
  enum class What {
    note,
    label,
    unlabel,
    kind,
    severity,
    perceptible,
    downtime,
    close,
    merge,
    split
  };
  IncidentId incident;
  What what{};
  std::string value{};
};
std::string_view name_of(IncidentChange::What what) noexcept;  // "note", ..., "class", "severity"

struct IncidentQuery {
  PoolName pool{};  // empty: all
  std::optional<IncidentClass> kind{};
  std::optional<WallTime> since{};            // opened at that time or later
  std::optional<WallTime> until{};            // before that time
  std::optional<WallTime> not_over_before{};  // open, or closed at that time or later
  bool open_only{false};
  int limit{20};
};

}  // namespace jobflip::core
