#pragma once
/// Everything that a login with the reader's role may see. Read-only.

#include <functional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/deployment_calls.hpp"
#include "jobflip/core/history.hpp"
#include "jobflip/core/incident_calls.hpp"
#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/observed_stalls.hpp"
#include "jobflip/core/service_calls.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::ports {

/// Whether it wants another one.
using SampleVisitor = std::function<bool(const core::KeptSample&)>;

class ReaderStore {
 public:
  virtual ~ReaderStore() = default;
  virtual Result<core::Snapshot> snapshot() = 0;
  /// Newest first.
  virtual Result<std::vector<core::HistoryEntry>> history(const core::HistoryQuery& query) = 0;
  virtual Result<core::FlipTimeline> timeline(FlipId flip) = 0;
  /// Newest first, judged by rule at the store's time; without those that became part of another
  /// one. Of the stages only the times of onset, decision, first job and recovery; no flips, no
  /// notes.
  virtual Result<std::vector<core::Incident>> incidents(const core::IncidentQuery& query) = 0;
  /// One of them, with everything.
  virtual Result<core::Incident> incident(IncidentId id) = 0;
  /// Newest first.
  virtual Result<std::vector<core::Deployment>> deployments(const core::DeploymentQuery& query) = 0;
  virtual Result<std::vector<core::AuditEvent>> audit(const core::AuditQuery& query) = 0;
  /// Every audit chain with the last seq and hash of its head row.
  virtual Result<std::vector<core::ChainHead>> audit_heads() = 0;
  /// Every kept reading of a queue within the query's time, oldest first, in several calls: memory
  /// does not grow with their number. Ends early if `visit` returns false.
  virtual Result<void> samples(const core::SampleQuery& query, const SampleVisitor& visit) = 0;
  /// What was learned about a queue; "" if nothing was.
  virtual Result<std::string> learned(const PoolName& pool, const QueueName& queue) = 0;
  /// The same of every queue.
  virtual Result<std::vector<core::Learned>> all_learned() = 0;
  /// Of each pool in mode observe that had any.
  virtual Result<std::vector<core::ObservedStalls>> observed_stalls() = 0;
  /// Every service as it is now.
  virtual Result<std::vector<core::ServiceStatus>> services() = 0;
  /// Spells that reach into the query's time, the newest first.
  virtual Result<std::vector<core::ServiceSpell>> service_spells(
      const core::ServiceQuery& query) = 0;
  /// Maintenance that reaches into the query's time, the newest first: of a service what counts for
  /// it, as a window of the calendar each time that it comes.
  virtual Result<std::vector<core::Maintenance>> maintenance(const core::ServiceQuery& query) = 0;
};

}  // namespace jobflip::ports
