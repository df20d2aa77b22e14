#pragma once
/// Where heads of audit chains are kept outside of the store, beside the journal.

#include <span>

#include "jobflip/core/history.hpp"

namespace jobflip::ports {

class AnchorSink {
 public:
  virtual ~AnchorSink() = default;
  /// Heads that have moved. Never blocks and never throws: it is called on the loop that leads.
  virtual void keep(std::span<const core::ChainHead> heads) noexcept = 0;
};

}  // namespace jobflip::ports
