// Wake hints from the store: a hint only brings the next beat forward.

#include <unistd.h>

#include "jobflip/core/back_off.hpp"
#include "jobflip/daemon/agent_loop.hpp"

namespace jobflip::daemon {

void AgentLoop::connect_wake() {
  ports::WakeSignal* wake = parts_.wake;
  wake_thread_->run([wake] { wake->connect(); },
                    [this] {
                      if (finished_) return;
                      if (const int fd = parts_.wake->descriptor(); fd >= 0) {
                        wake_failures_ = 0;
                        wake_events_.emplace(loop_, ::dup(fd));
                        wait_for_wake();
                        return;
                      }
                      connect_wake_later();
                    });
}

void AgentLoop::connect_wake_later() {
  wake_timer_.expires_after(core::back_off(core::kWake, ++wake_failures_, state_.seed));
  wake_timer_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) connect_wake();
  });
}

void AgentLoop::wake_changed() {
  // a connect that is under way finds out by itself
  if (finished_ || wake_thread_ == nullptr || wake_thread_->in_flight()) return;
  wake_events_.reset();
  connect_wake_later();
}

void AgentLoop::wait_for_wake() {
  wake_events_->async_wait(Descriptor::wait_read, [this](const boost::system::error_code& failed) {
    if (failed || finished_ || !wake_events_) return;
    const auto hints = parts_.wake->collect();
    if (parts_.wake->descriptor() < 0) {
      wake_events_.reset();
      connect_wake_later();
    } else {
      wait_for_wake();
    }
    for (const auto& hint : hints) feed(core::WakeUp{hint});
  });
}

}  // namespace jobflip::daemon
