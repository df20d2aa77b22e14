#pragma once
/// Looks at the workers of a stalled pool on this machine, before they are stopped. One thread
/// calls; nothing here waits: `begin` begins, `finished` gives what has ended, within
/// core::kEvidenceWithin, whatever the machine does.

#include <vector>

#include "jobflip/core/evidence.hpp"

namespace jobflip::ports {

class BlackBox {
 public:
  virtual ~BlackBox() = default;
  /// At most one at a time for a pool: a second one is left out while the first goes on.
  virtual void begin(const core::EvidenceOf& of) noexcept = 0;
  /// Each once. A look that found nothing still has a document, which says so.
  virtual std::vector<core::Evidence> finished() = 0;
  /// Readable when `finished` has something to give.
  virtual int event_descriptor() const noexcept = 0;
};

}  // namespace jobflip::ports
