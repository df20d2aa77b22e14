#pragma once
/// Two more ports over one FakeDatabase: of those that read it, and of those that keep readings.

#include <string>
#include <utility>

#include "jobflip/ports/reader_store.hpp"
#include "jobflip/ports/sample_store.hpp"
#include "support/fake_store.hpp"
#include "support/fake_store_deployments.hpp"

namespace jobflip::test {

class FakeSampleStore final : public ports::SampleStore {
 public:
  FakeSampleStore(FakeDatabase& database, std::string login)
      : database_(database), login_(std::move(login)) {}
  Result<bool> keep_samples(const core::SampleBatch& batch) override {
    return database_.keep_samples(login_, batch);
  }
  Result<bool> keep_learned(const core::LearnedBatch& batch) override {
    return database_.keep_learned(login_, batch);
  }
  Result<std::vector<core::Learned>> learned() override { return database_.learned(); }
  void cancel() noexcept override {}

 private:
  FakeDatabase& database_;
  std::string login_;
};

class FakeReaderStore final : public ports::ReaderStore {
 public:
  explicit FakeReaderStore(FakeDatabase& database) : database_(database) {}
  Result<core::Snapshot> snapshot() override { return database_.snapshot(); }
  Result<std::vector<core::HistoryEntry>> history(const core::HistoryQuery& query) override {
    return database_.history(query);
  }
  Result<core::FlipTimeline> timeline(FlipId flip) override { return database_.timeline(flip); }
  Result<std::vector<core::Incident>> incidents(const core::IncidentQuery& query) override {
    return database_.incidents(query);
  }
  Result<core::Incident> incident(IncidentId id) override { return database_.incident(id); }
  Result<std::vector<core::Deployment>> deployments(const core::DeploymentQuery& query) override {
    return FakeDeployments{database_}.find(query);
  }
  Result<std::vector<core::AuditEvent>> audit(const core::AuditQuery& query) override {
    return database_.audit(query);
  }
  Result<std::vector<core::ChainHead>> audit_heads() override { return database_.audit_heads(); }
  Result<void> samples(const core::SampleQuery& query, const ports::SampleVisitor& visit) override {
    const auto found = database_.samples(query);
    if (!found) return found.error();
    for (const auto& one : *found)
      if (!visit(one)) break;
    return {};
  }
  Result<std::string> learned(const PoolName& pool, const QueueName& queue) override {
    const auto found = database_.rows.learned.find({pool, queue});
    return found == database_.rows.learned.end() ? "" : found->second;
  }
  Result<std::vector<core::Learned>> all_learned() override { return database_.learned(); }
  Result<std::vector<core::ObservedStalls>> observed_stalls() override {
    return database_.observed_stalls();
  }
  Result<std::vector<core::ServiceStatus>> services() override {
    return FakeServices{database_}.services();
  }
  Result<std::vector<core::ServiceSpell>> service_spells(const core::ServiceQuery& query) override {
    return FakeServices{database_}.spells(query);
  }
  Result<std::vector<core::Maintenance>> maintenance(const core::ServiceQuery& query) override {
    return FakeServices{database_}.maintenance(query);
  }

 private:
  FakeDatabase& database_;
};

}  // namespace jobflip::test
