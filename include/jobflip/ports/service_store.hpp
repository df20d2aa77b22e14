#pragma once
/// The leading supervisor's calls about services. A port of its own, on a session of its own: no
/// decision about a pool waits behind them. A report that failed is made again with the next one.
/// Call it from one thread only, except for cancel().

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/service_calls.hpp"

namespace jobflip::ports {

class ServiceStore {
 public:
  virtual ~ServiceStore() = default;
  /// All services with their settings, and how they are by the last report of any supervisor.
  virtual Result<std::vector<core::ServiceStatus>> services() = 0;
  /// Keeps what the checks saw. Returns false if the supervisor's epoch is no longer the current
  /// one. Services that are not in the applied fleet are left out.
  virtual Result<bool> report(const core::ServiceReport& report) = 0;
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
