#pragma once
/// Tells the service manager, as often as it asks for it, that the loop still runs. It uses a timer
/// of the loop itself, so that a loop that hangs sends nothing.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "jobflip/base/time.hpp"

namespace jobflip::app {

class Watchdog {
 public:
  /// Does nothing if the service manager does not watch this process (WATCHDOG_USEC).
  explicit Watchdog(boost::asio::io_context& loop);
  void start();
  void stop() { timer_.cancel(); }

 private:
  std::optional<Micros> every_;
  boost::asio::steady_timer timer_;
};

}  // namespace jobflip::app
