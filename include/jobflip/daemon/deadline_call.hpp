#pragma once
/// One blocking call at a time beside the loop (CallThread), with a deadline. A call without an
/// answer by then is cancelled again and again, every 100 ms until it ends: a cancel that comes
/// before the call has begun has no effect.
///
/// Invariants, beside those of CallThread:
///  - a deadline of an earlier call never cancels a later one;
///  - the destructor cancels the call in flight, and waits for its end; its `done` does not run.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "jobflip/base/time.hpp"
#include "jobflip/daemon/call_thread.hpp"

namespace jobflip::daemon {

class DeadlineCall {
 public:
  explicit DeadlineCall(boost::asio::io_context& loop);
  ~DeadlineCall();
  DeadlineCall(const DeadlineCall&) = delete;
  DeadlineCall& operator=(const DeadlineCall&) = delete;

  bool in_flight() const noexcept { return thread_.in_flight(); }

  /// `call()` runs on the thread, then `done(answer)` on the loop; `done` may destroy this object.
  /// `cancel()` must make `call` return soon, and may be called at any time until `done`. Requires:
  /// none is in flight.
  template <class F, class Done>
  void run(Instant deadline, F call, std::function<void()> cancel, Done done) {
    begin(deadline, std::move(cancel));
    thread_.run(std::move(call), [this, done = std::move(done)](auto answer) mutable {
      end();
      done(std::move(answer));
    });
  }

  /// Cancels the call in flight, if there is one, before its deadline.
  void cancel();

 private:
  void begin(Instant deadline, std::function<void()> cancel);
  void end();
  void cancel_at(std::chrono::steady_clock::duration after);

  boost::asio::steady_timer timer_;
  std::function<void()> cancel_;                // of the call in flight
  std::shared_ptr<std::uint64_t> call_number_;  // destroyed with us: a late timer does nothing
  CallThread thread_;                           // last, since its destructor waits for the call
};

}  // namespace jobflip::daemon
