#pragma once
/// Reads the queues of a pool. "No rows" does not mean "idle": if the query returns no row for a
/// queue, the sample fails and the queue's verdict is BLIND. Call it from one thread only, except
/// for cancel().

#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/sample.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::ports {

class QueueProbe {
 public:
  virtual ~QueueProbe() = default;
  /// Takes one sample. Fails, and names the fault, if the query fails, or if it returns wrong
  /// columns, NULL for a required number, a negative age or count, two rows for one queue, or more
  /// than 1,000 rows.
  virtual Result<core::QueueSample> sample(const core::QueueSettings& queue) = 0;
  virtual void cancel() noexcept = 0;
};

}  // namespace jobflip::ports
