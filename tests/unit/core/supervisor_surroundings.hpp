#pragma once
/// What the test plays around a supervisor: how the store and the queues answer, and what was
/// requested.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jobflip/core/supervisor.hpp"
#include "unit/core/supervisor_fleet.hpp"

namespace jobflip::core {

struct PlayedSurroundings {
  void note(const SupervisorAction& asked) {
    if (std::holds_alternative<ReadSnapshot>(asked)) ++snapshots;
    if (const auto* flip = std::get_if<RequestFlip>(&asked)) requests.push_back(flip->request);
    if (const auto* hold = std::get_if<RecordHold>(&asked)) holds.push_back(hold->hold);
    if (const auto* judge = std::get_if<RecordFlipOutcome>(&asked)) outcomes.push_back(judge->step);
    if (const auto* incident = std::get_if<RecordIncident>(&asked)) take_in(incident->report);
    if (const auto* publish = std::get_if<Publish>(&asked)) reports.push_back(publish->report);
  }

  /// As the store does: an open incident is in the next snapshot.
  void take_in(const IncidentReport& report) {
    incidents.push_back(report);
    auto& open = fleet.pools.front().incident;
    if (report.what == IncidentReport::What::open && !open)
      open = OpenIncident{IncidentId{1}, report.kind, report.cause, Millis{}};
    if (report.what == IncidentReport::What::open) open->has_onset = report.ago.has_value();
    if (report.what == IncidentReport::What::close) open.reset();
  }

  Result<QueueSample> reading_of(const QueueName& queue) const {
    const auto one = blind_queues.find(queue);
    if (one != blind_queues.end()) return one->second;
    if (blind) return *blind;
    return sample;
  }

  Snapshot fleet = healthy_fleet();
  QueueSample sample;
  std::optional<Error> blind;               // what a reading fails with
  std::map<QueueName, Error> blind_queues;  // what the readings of one of them fail with
  std::map<QueueName, Millis> took;         // by a reading; else nothing
  std::optional<Error> broken;              // what every call of the store fails with
  bool silent_store{false};                 // it does not even answer
  bool still_leader{true};
  bool working{false};  // a job completes before every sample
  std::function<Result<FlipAnswer>(const FlipRequest&)> on_request;

  std::function<void()> on_step;  // called after each step

  SupervisorState state;
  Instant now{std::chrono::seconds{5000}};
  Instant wake_at;
  Instant entered_at;
  Instant silent_from{Instant::max()};  // from here on no action is allowed
  int steps{0};
  int actions{0};
  int samples_taken{0};
  std::optional<SupervisorAction> call;  // in flight
  std::vector<SampleQueue> sampling;
  std::vector<std::string> reasons;
  std::vector<LogEvent> log_events;
  std::vector<ChainHead> heads;
  int heads_read{0};
  int snapshots{0};
  std::vector<FlipRequest> requests;
  std::vector<HoldRecord> holds;
  std::vector<FlipOutcome> outcomes;
  std::vector<VerdictReport> reports;
  std::vector<IncidentReport> incidents;
};

}  // namespace jobflip::core
