#pragma once
/// The calls about services: what the leading supervisor reports, what readers get, what a person
/// plans (ports/service_store.hpp, reader_store.hpp and operator_store.hpp have the rules).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/service.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::core {

inline constexpr std::size_t kServiceReportMax = 1000;  // rows of one report
inline constexpr std::size_t kServiceSentenceMax = 500;

/// A state that a service was in, from its begin until the last check that saw it. Times are ages.
struct ServiceSeen {
  ServiceName service;
  std::optional<ServiceState> state{};  // empty: it can't be checked, and the sentence says why
  Millis since_ago{0};
  Millis checked_ago{0};
  std::optional<Millis> latency{};  // of the last check
  std::string sentence{};
  bool operator==(const ServiceSeen&) const = default;
};

/// Of one service the older rows come first.
struct ServiceReport {
  NodeName supervisor;
  Epoch supervisor_epoch;
  std::vector<ServiceSeen> seen;
};

/// A service as readers see it now.
struct ServiceStatus {
  ServiceSettings settings;
  bool is_damaged{false};  // the settings can't be used: all but the name are the usual ones
  std::optional<ServiceState> state{};  // empty: nobody watches it
  std::optional<WallTime> since{};      // the state began
  std::optional<WallTime> seen{};       // the last check
  Millis since_ago{0};
  Millis seen_ago{0};
  std::optional<Millis> latency{};
  std::string sentence{};  // what the checks say, or why it is not watched; untrusted
  std::optional<WallTime> maintenance_until{};  // it is in maintenance now
  std::optional<IncidentId> incident{};         // the open one
  bool operator==(const ServiceStatus&) const = default;
};

struct ServiceQuery {
  std::string service{};  // "": all
  WallTime since;
  WallTime until;
  int limit{10'000};
};

/// A window that a person plans.
struct MaintenancePlan {
  std::string service{};  // "": all services
  WallTime from;
  WallTime until;
};

}  // namespace jobflip::core
