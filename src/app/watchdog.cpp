#include "app/watchdog.hpp"

#include "jobflip/host/sd_notify.hpp"

namespace jobflip::app {

Watchdog::Watchdog(boost::asio::io_context& loop)
    : every_{host::watchdog_interval()}, timer_{loop} {}

void Watchdog::start() {
  if (!every_) return;
  host::notify_systemd("WATCHDOG=1");
  timer_.expires_after(*every_ / 2);
  timer_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) start();
  });
}

}  // namespace jobflip::app
