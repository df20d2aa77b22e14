#pragma once
/// Services in the model: the rules of src/store/sql/service, on the rows of a FakeDatabase. Of
/// calendars it knows windows that come once; weekly ones are for the real store.

#include <map>
#include <string>
#include <vector>

#include "jobflip/core/flip_calls.hpp"
#include "jobflip/core/incident.hpp"
#include "jobflip/core/service_calls.hpp"
#include "jobflip/ports/service_store.hpp"

namespace jobflip::test {

class FakeDatabase;

struct FakeService {
  core::ServiceSettings settings;
  std::optional<Millis> latency;
  std::string unwatched_why;
};

struct FakeServiceRows {
  std::map<std::string, FakeService> services;
  std::map<std::string, std::vector<core::ServiceSpell>> spells;  // `open`: not closed
  std::vector<core::Maintenance> maintenance;
  std::int64_t last_maintenance{0};
};

/// A view of the database: it has no state of its own.
class FakeServices {
 public:
  explicit FakeServices(FakeDatabase& database) : db_(database) {}

  void apply(const std::string& login, const std::string& actor,
             const std::vector<core::ServiceSettings>& services);
  Result<std::vector<core::ServiceStatus>> services();
  Result<bool> report(const std::string& login, const core::ServiceReport& report);
  Result<std::vector<core::ServiceSpell>> spells(const core::ServiceQuery& query);
  Result<std::vector<core::Maintenance>> maintenance(const core::ServiceQuery& query);
  Result<core::OperatorAnswer> plan(const std::string& login, const core::MaintenancePlan& plan,
                                    const core::OperatorContext& by);
  Result<core::OperatorAnswer> remove(const std::string& login, std::int64_t maintenance,
                                      const core::OperatorContext& by);

 private:
  std::vector<core::Maintenance> windows() const;
  std::optional<WallTime> maintenance_until(const std::string& service) const;
  bool is_watched(const std::string& service) const;
  void record(const std::string& login, const core::ServiceSeen& seen);
  void judge(const std::string& login, const std::string& service, core::ServiceState state,
             WallTime from, const std::string& sentence);
  core::Incident* open_incident_of(const std::string& service);

  FakeDatabase& db_;
};

class FakeServiceStore final : public ports::ServiceStore {
 public:
  FakeServiceStore(FakeDatabase& database, std::string login)
      : services_(database), login_(std::move(login)) {}
  Result<std::vector<core::ServiceStatus>> services() override { return services_.services(); }
  Result<bool> report(const core::ServiceReport& report) override {
    return services_.report(login_, report);
  }
  void cancel() noexcept override {}

 private:
  FakeServices services_;
  std::string login_;
};

}  // namespace jobflip::test
