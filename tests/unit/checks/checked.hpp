#pragma once
/// What the tests of checks share: one check by a fresh checker, and how long it took.

#include <string>

#include "jobflip/checks/service_checker.hpp"

namespace jobflip::checks {

using Outcome = core::CheckResult::Outcome;

inline core::ServiceSettings page(const std::string& url, Millis timeout = Millis{5000}) {
  core::ServiceSettings service;
  service.name = ServiceName::of("web");
  service.url = url;
  service.timeout = timeout;
  return service;
}

inline core::ServiceSettings command(Millis timeout = Millis{5000}) {
  core::ServiceSettings service;
  service.name = ServiceName::of("job");
  service.check = core::CheckKind::exec;
  service.command = "it";
  service.timeout = timeout;
  return service;
}

struct Checked {
  core::CheckResult result;
  Millis took{};
};

inline Checked check(const core::ServiceSettings& service, Commands commands = {}) {
  const auto checker = open_service_checker(std::move(commands));
  const auto began = BootClock::now();
  Checked out;
  out.result = checker->open()->run(service);
  out.took = std::chrono::duration_cast<Millis>(BootClock::now() - began);
  return out;
}

}  // namespace jobflip::checks
