#pragma once
/// Looks at the workers of a stalled pool on this machine, before they are stopped. One thread
/// calls; nothing here waits: `begin` begins, `finished` gives what has ended, within
/// core::kBlackBoxTimeLimit, whatever the machine does.

#include <vector>

#include "jobflip/core/black_box.hpp"

namespace jobflip::ports {

class BlackBoxRecorder {
 public:
  virtual ~BlackBoxRecorder() = default;
  /// At most one at a time for a pool: a second one is left out while the first goes on.
  virtual void begin(const core::BlackBoxOf& of) noexcept = 0;
  /// Each once. A look that found nothing still has a document, which says so.
  virtual std::vector<core::BlackBox> finished() = 0;
  /// Readable when `finished` has something to give.
  virtual int event_descriptor() const noexcept = 0;
};

}  // namespace jobflip::ports
