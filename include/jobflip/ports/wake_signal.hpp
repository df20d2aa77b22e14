#pragma once
/// A hint from the store that something may have changed. It only makes things quick: whoever uses
/// it polls anyway, and it may be broken for ever without a fault.

#include <cstddef>
#include <vector>

#include "jobflip/core/wake_hint.hpp"

namespace jobflip::ports {

class WakeSignal {
 public:
  static constexpr std::size_t kMostHints = 8;

  virtual ~WakeSignal() = default;
  /// Readable when collect() may have something; -1 while there is no connection.
  virtual int descriptor() const noexcept = 0;
  /// Takes what has come, each hint once, and of many no more than kMostHints and one that names
  /// nothing. Never blocks. On a broken connection the descriptor becomes -1.
  virtual std::vector<core::WakeHint> collect() noexcept = 0;
  /// Tries to connect where it is not; may block for the connect timeout.
  virtual void connect() noexcept = 0;
};

}  // namespace jobflip::ports
