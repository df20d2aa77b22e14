#pragma once
/// Wake-ups from the store: something may have changed. They only save time. Every user polls as
/// well, so losing all of them delays an action and breaks nothing.

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
  /// Takes the hints that have arrived, without duplicates. If there are more than kMostHints, the
  /// rest become one hint that names nothing. Never blocks. If the connection is broken, the
  /// descriptor becomes -1.
  virtual std::vector<core::WakeHint> collect() noexcept = 0;
  /// Connects if there is no connection. May block for the connect timeout.
  virtual void connect() noexcept = 0;
};

}  // namespace jobflip::ports
