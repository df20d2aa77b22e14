#pragma once
/// Runs one blocking call at a time on a separate thread, and brings the answer back to the loop.
/// So a call of the store never delays a timer.
///
/// Invariants:
///  - run() and in_flight() are called on the loop's thread only, and `done` runs there;
///  - at most one call is in flight, and it counts as in flight until its `done` begins;
///  - once the destructor has begun, no `done` runs. The destructor waits for a call that has
///    begun, so the owner cancels the call first;
///  - the loop's run() does not return while a call is in flight.
///
/// A call must not throw: an exception ends the process.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "jobflip/base/check.hpp"

namespace jobflip::daemon {

class CallThread {
 public:
  explicit CallThread(boost::asio::io_context& loop);
  ~CallThread();
  CallThread(const CallThread&) = delete;
  CallThread& operator=(const CallThread&) = delete;

  bool in_flight() const noexcept { return in_flight_; }

  /// `call()` runs on the thread, then `done(answer)` on the loop (`done()` if it returns nothing).
  /// Requires: none is in flight.
  template <class F, class Done>
  void run(F call, Done done) {
    begin(std::make_shared<TaskOf<F, Done>>(std::move(call), std::move(done)));
  }

 private:
  struct Task {
    virtual ~Task() = default;
    virtual void call() noexcept = 0;
    virtual void finish() = 0;
  };

  template <class F, class Done>
  struct TaskOf final : Task {
    using Answer = std::invoke_result_t<F&>;
    using Kept = std::conditional_t<std::is_void_v<Answer>, bool, Answer>;

    TaskOf(F f, Done d) : work(std::move(f)), done(std::move(d)) {}
    void call() noexcept override {
      if constexpr (std::is_void_v<Answer>) {
        work();
        answer.emplace(true);
      } else {
        answer.emplace(work());
      }
    }
    void finish() override {
      if constexpr (std::is_void_v<Answer>) {
        done();
      } else {
        done(std::move(*answer));
      }
    }

    F work;
    Done done;
    std::optional<Kept> answer;
  };

  void begin(std::shared_ptr<Task> task);
  // An exception of a call ends the process, as promised above.
  void serve() noexcept;  // NOLINT(bugprone-exception-escape)
  void hand_back(std::shared_ptr<Task> task);

  using KeepsLoopAlive = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  boost::asio::io_context& loop_;
  bool in_flight_{false};  // only for the loop's thread, like the next two
  std::optional<KeepsLoopAlive> keeps_loop_alive_;
  std::shared_ptr<CallThread*> self_;          // destroyed with us: later handlers do nothing
  const std::weak_ptr<CallThread*> if_alive_;  // read by the thread

  std::mutex mutex_;  // guards the two below
  std::condition_variable changed_;
  std::shared_ptr<Task> waiting_;
  bool ending_{false};

  std::thread thread_;  // last, since it uses all of the above
};

}  // namespace jobflip::daemon
