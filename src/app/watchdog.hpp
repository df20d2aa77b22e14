#pragma once
/// Tells the service manager, as often as it wants to hear it, that the loop still turns. From a
/// timer of the loop itself, so that a loop that hangs is one that is not heard of.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "jobflip/base/time.hpp"

namespace jobflip::app {

class Watchdog {
 public:
  /// Does nothing where nobody watches (WATCHDOG_USEC).
  explicit Watchdog(boost::asio::io_context& loop);
  void start();
  void stop() { timer_.cancel(); }

 private:
  std::optional<Micros> every_;
  boost::asio::steady_timer timer_;
};

}  // namespace jobflip::app
