#pragma once
/// Checks services from this host, each by its own object: no check waits for another one's.

#include <memory>

#include "jobflip/core/service_rules.hpp"
#include "jobflip/core/service_settings.hpp"

namespace jobflip::ports {

/// The checks of one service. Used from one thread, but for cancel().
class ServiceCheck {
 public:
  virtual ~ServiceCheck() = default;
  /// Ends by itself soon after the service's timeout. Whatever goes wrong is part of the result.
  virtual core::CheckResult run(const core::ServiceSettings& service) = 0;
  /// Ends the check in progress, from any thread; it counts as one that could not be made.
  virtual void cancel() noexcept = 0;
};

class ServiceChecker {
 public:
  virtual ~ServiceChecker() = default;
  /// Waits for nothing.
  virtual std::shared_ptr<ServiceCheck> open() = 0;
};

}  // namespace jobflip::ports
