#include "jobflip/daemon/deadline_call.hpp"

#include "daemon/time_left.hpp"

namespace jobflip::daemon {
namespace {

constexpr Millis kCancelAgain{100};

}  // namespace

DeadlineCall::DeadlineCall(boost::asio::io_context& loop)
    : timer_(loop), call_number_(std::make_shared<std::uint64_t>(0)), thread_(loop) {}

DeadlineCall::~DeadlineCall() {
  call_number_.reset();
  cancel();
}

void DeadlineCall::cancel() {
  if (cancel_) cancel_();
}

void DeadlineCall::begin(Instant deadline, std::function<void()> cancel) {
  JF_CHECK(!in_flight());
  cancel_ = std::move(cancel);
  cancel_at(left_until(deadline));
}

void DeadlineCall::end() {
  ++*call_number_;
  timer_.cancel();
  cancel_ = {};
}

void DeadlineCall::cancel_at(std::chrono::steady_clock::duration after) {
  timer_.expires_after(after);
  // an answer may have come, and another call begun, while the timer's handler was queued
  timer_.async_wait(
      [this, number = *call_number_, alive = std::weak_ptr<std::uint64_t>{call_number_}](
          const boost::system::error_code& stopped) {
        const auto now = alive.lock();
        if (stopped || !now || *now != number) return;
        cancel();
        cancel_at(kCancelAgain);
      });
}

}  // namespace jobflip::daemon
