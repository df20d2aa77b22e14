#pragma once
/// Reads the queues of a pool. "No rows" is not "idle": a queue that was asked for and not seen is
/// absent from the answer, and the detector says BLIND.

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::ports {

class QueueProbe {
 public:
  virtual ~QueueProbe() = default;
  /// One reading. A query that fails, returns other columns, NULL where a number must be, a
  /// negative age or count, two rows for one queue, or more than 1,000 rows is an error that names
  /// it.
  virtual Result<core::QueueSample> sample(const core::QueueSettings& queue) = 0;
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
