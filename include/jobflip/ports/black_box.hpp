#pragma once
/// Captures the black box of a stalled pool: the state of its workers on this machine, before they
/// are stopped. Called from one thread, and no call waits: `begin` starts a capture, `finished`
/// returns those that have ended. Each capture ends within core::kBlackBoxTimeLimit.

#include <vector>

#include "jobflip/core/black_box.hpp"

namespace jobflip::ports {

class BlackBoxRecorder {
 public:
  virtual ~BlackBoxRecorder() = default;
  /// Does nothing while a capture of the same pool is running.
  virtual void begin(const core::BlackBoxOf& of) noexcept = 0;
  /// Returns each capture once. If a capture found nothing, its document says so.
  virtual std::vector<core::BlackBox> finished() = 0;
  /// Becomes readable when a capture has finished.
  virtual int event_descriptor() const noexcept = 0;
};

}  // namespace jobflip::ports
