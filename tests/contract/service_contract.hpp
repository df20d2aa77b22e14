#pragma once
/// The contract suite on services.

#include <string>
#include <vector>

#include "contract/store_suite.hpp"

namespace jobflip::test {

inline core::ServiceSettings web_service(const std::string& name = "web") {
  core::ServiceSettings service;
  service.name = ServiceName::of(name);
  service.url = "https://app.example.com/health";
  service.slow_after = Millis{800};
  service.slow_for = Millis{60'000};
  return service;
}

class ServiceContract : public StoreContract {
 protected:
  using State = core::ServiceState;

  void SetUp() override {
    StoreContract::SetUp();
    apply({web_service()});
    leader_ = elect();
  }
  std::vector<std::string> apply(std::vector<core::ServiceSettings> services) {
    auto fleet = small_fleet();
    fleet.services = std::move(services);
    const auto lines = oper().apply(fleet, person(), false);
    EXPECT_TRUE(lines.has_value()) << (lines ? "" : lines.error().text);
    return lines ? *lines : std::vector<std::string>{};
  }
  static Millis seconds(int count) { return Millis{count * 1000}; }
  /// It was in that state from `since` until `checked` seconds ago.
  bool see(std::optional<State> state, int since, int checked,
           const std::string& sentence = "a check", const std::string& service = "web") {
    core::ServiceReport report{sup1, leader_, {}};
    report.seen.push_back(
        {ServiceName::of(service), state, seconds(since), seconds(checked), Millis{120}, sentence});
    const auto kept = services(sup1).report(report);
    EXPECT_TRUE(kept.has_value()) << (kept ? "" : kept.error().text);
    return kept && *kept;
  }
  core::ServiceStatus status() {
    const auto all = reader().services();
    EXPECT_TRUE(all.has_value()) << (all ? "" : all.error().text);
    return all && !all->empty() ? all->front() : core::ServiceStatus{};
  }
  std::vector<core::ServiceSpell> spells(const std::string& service = "web") {
    core::ServiceQuery query;
    query.service = service;
    query.until = WallTime{std::chrono::sys_days{std::chrono::year{2500} / 1 / 1}};
    auto found = reader().service_spells(query);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().text);
    return found ? *found : std::vector<core::ServiceSpell>{};
  }
  /// "up 60, down 30": their lengths in whole seconds, the oldest first.
  std::string story() {
    std::string out;
    const auto all = spells();
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      const auto length = std::chrono::round<std::chrono::seconds>(one->to - one->from).count();
      out += (out.empty() ? "" : ", ") + std::string{name_of(one->state)} + " " +
             std::to_string(length) + (one->open ? " open" : "");
    }
    return out;
  }
  std::vector<core::Incident> incidents() {
    const auto found = reader().incidents({});
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().text);
    return found ? *found : std::vector<core::Incident>{};
  }
  std::vector<std::string> kinds_of_events() {
    core::AuditQuery query;
    query.chain = "jobflip";
    query.limit = 1000;
    const auto events = reader().audit(query);
    std::vector<std::string> out;
    if (events)
      for (const auto& one : *events)
        if (one.kind.starts_with("service_") || one.kind.starts_with("incident_") ||
            one.kind.starts_with("maintenance_"))
          out.push_back(one.kind);
    return out;
  }
  WallTime store_time() { return reader().snapshot()->store_time; }

  Epoch leader_;
};

}  // namespace jobflip::test
