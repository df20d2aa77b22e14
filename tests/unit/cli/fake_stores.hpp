#pragma once
/// Scripted stores: they give prepared answers and record what they were asked.

#include <deque>

#include "jobflip/cli/store_access.hpp"

namespace jobflip::cli {

/// The answers of the fakes, and what they were asked.
struct Script {
  core::Snapshot snapshot;
  std::optional<Error> open_error;  // for every store
  std::optional<Error> snapshot_error;
  std::vector<core::HistoryEntry> history;
  /// Answers of timeline(), one per call; the last one is repeated.
  std::deque<Result<core::FlipTimeline>> timelines;
  std::vector<core::AuditEvent> audit;
  std::vector<core::ChainHead> heads;
  std::deque<Result<core::FlipAnswer>> flip_answers;
  Result<core::OperatorAnswer> answer{core::OperatorAnswer{true, true, "", ""}};
  Result<std::vector<std::string>> apply_answer{std::vector<std::string>{}};
  int installed{1};
  int wanted{2};
  Result<ports::MigrateReport> migrate_answer{ports::MigrateReport{{2}, true}};
  Result<ports::SetState> set_state{ports::SetState::other};
  Result<bool> accept_answer{true};
  std::vector<std::string> open_rights;
  std::string place{"database \"jobs\" on db1, port 5432, as postgres"};
  Result<void> close_answer{};
  std::vector<ports::AuditSeal> seals;
  Result<void> seal_answer{};
  Result<ports::LoginsSeen> logins{ports::LoginsSeen{{}, {"db1", "5432"}, "jobs"}};
  Result<ports::CommitOutcome> commit{ports::CommitOutcome::done};
  std::vector<setup::LoginStep> login_steps;    // that were carried out
  std::vector<setup::LoginFacts> logins_after;  // as the check sees them; if empty, as made
  std::function<void()> on_commit;
  std::vector<core::KeptSample> samples;
  std::string learned;
  Result<std::vector<core::Learned>> all_learned{std::vector<core::Learned>{}};
  Result<std::vector<core::ObservedStalls>> observed{std::vector<core::ObservedStalls>{}};
  Result<std::vector<core::ServiceStatus>> services{std::vector<core::ServiceStatus>{}};
  std::vector<core::ServiceSpell> spells;
  std::vector<core::Maintenance> maintenance;
  std::vector<core::ServiceQuery> service_queries;
  std::optional<core::Learned> taught;
  std::vector<std::string> asked;
  std::optional<Error> audit_error;
  std::optional<int> audit_error_after;    // so many pages of several events are read
  std::vector<core::EventFilter> filters;  // of history and audit
  std::vector<core::FlipRequest> flip_requests;
  std::vector<core::Incident> incidents;
  std::vector<core::Deployment> deployments;
  std::deque<Result<core::DeploymentAnswer>> deployment_answers;
  std::vector<core::IncidentQuery> incident_queries;
  bool answers_exactly{false};  // lists are of what fits the query, no more
  std::optional<core::Fleet> applied;
  std::string conninfo;  // of the store that was opened last
};

class FakeReader final : public ports::ReaderStore {
 public:
  explicit FakeReader(Script& script) : script_(script) {}
  Result<core::Snapshot> snapshot() override {
    if (script_.snapshot_error) return *script_.snapshot_error;
    return script_.snapshot;
  }
  Result<std::vector<core::HistoryEntry>> history(const core::HistoryQuery& query) override {
    script_.asked.push_back("history " + query.pool.str() + " " + std::to_string(query.limit));
    script_.filters.push_back(query.filter);
    auto out = script_.history;
    if (script_.answers_exactly)
      std::erase_if(out, [&](const auto& one) {
        return core::name_of(one.kind) != query.filter.kind || one.at < *query.filter.since ||
               one.at >= *query.filter.until;
      });
    if (out.size() > static_cast<std::size_t>(query.limit))
      out.resize(static_cast<std::size_t>(query.limit));
    return out;
  }
  Result<core::FlipTimeline> timeline(FlipId flip) override {
    if (script_.timelines.empty())
      return Error{ErrorCode::not_found, "there is no flip " + std::to_string(flip.value), ""};
    auto answer = script_.timelines.front();
    if (script_.timelines.size() > 1) script_.timelines.pop_front();
    return answer;
  }
  Result<std::vector<core::Incident>> incidents(const core::IncidentQuery& query) override {
    script_.asked.push_back("incidents " + query.pool.str() + " " + std::to_string(query.limit));
    script_.incident_queries.push_back(query);
    auto out = script_.incidents;
    if (script_.answers_exactly)
      std::erase_if(out, [&](const auto& one) {
        return (query.since && one.opened_at < *query.since) ||
               (query.until && one.opened_at >= *query.until) ||
               (query.not_over_before && one.closed_at.value() < *query.not_over_before);
      });
    return out;
  }
  Result<std::vector<core::Deployment>> deployments(const core::DeploymentQuery& query) override;
  Result<core::Incident> incident(IncidentId id) override {
    for (const auto& one : script_.incidents)
      if (one.id == id) return one;
    if (script_.incidents.empty()) {  // any number will do
      core::Incident some;
      some.id = id;
      return some;
    }
    return Error{ErrorCode::not_found, "there is no incident " + std::to_string(id.value), ""};
  }
  Result<std::vector<core::AuditEvent>> audit(const core::AuditQuery& query) override;
  Result<std::vector<core::ChainHead>> audit_heads() override {
    if (script_.audit_error) return *script_.audit_error;
    return script_.heads;
  }
  Result<void> samples(const core::SampleQuery& query, const ports::SampleVisitor& visit) override {
    script_.asked.push_back("samples " + query.pool.str() + " " + query.queue.str());
    for (const auto& one : script_.samples)
      if (one.at >= query.since && one.at < query.until && !visit(one)) break;
    return {};
  }
  Result<std::string> learned(const PoolName&, const QueueName&) override {
    return script_.learned;
  }
  Result<std::vector<core::Learned>> all_learned() override { return script_.all_learned; }
  Result<std::vector<core::ObservedStalls>> observed_stalls() override {
    script_.asked.emplace_back("observed");
    return script_.observed;
  }
  Result<std::vector<core::ServiceStatus>> services() override { return script_.services; }
  Result<std::vector<core::ServiceSpell>> service_spells(const core::ServiceQuery& query) override {
    script_.service_queries.push_back(query);
    return script_.spells;
  }
  Result<std::vector<core::Maintenance>> maintenance(const core::ServiceQuery& query) override {
    script_.service_queries.push_back(query);
    return script_.maintenance;
  }

 private:
  Script& script_;
};

}  // namespace jobflip::cli
