#include "jobflip/daemon/call_thread.hpp"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <csignal>

namespace jobflip::daemon {
namespace {

/// Blocks all signals, which the loop handles: none may interrupt a call of the store.
std::thread start_without_signals(auto body) {
  sigset_t all{};
  sigset_t before{};
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread{std::move(body)};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

CallThread::CallThread(boost::asio::io_context& loop)
    : loop_(loop), self_(std::make_shared<CallThread*>(this)), if_alive_(self_) {
  thread_ = start_without_signals([this] { serve(); });
}

CallThread::~CallThread() {
  self_.reset();
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void CallThread::begin(std::shared_ptr<Task> task) {
  JF_CHECK(!in_flight_);
  in_flight_ = true;
  keeps_loop_alive_.emplace(loop_.get_executor());
  {
    const std::lock_guard lock{mutex_};
    waiting_ = std::move(task);
  }
  changed_.notify_one();
}

void CallThread::hand_back(std::shared_ptr<Task> task) {
  boost::asio::post(loop_, [task = std::move(task), if_alive = if_alive_] {
    const auto self = if_alive.lock();
    if (!self) return;
    (*self)->in_flight_ = false;
    (*self)->keeps_loop_alive_.reset();
    task->finish();
  });
}

void CallThread::serve() noexcept {  // NOLINT(bugprone-exception-escape): see the header
  for (;;) {
    std::shared_ptr<Task> task;
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return ending_ || waiting_; });
      if (ending_) return;
      task = std::move(waiting_);
    }
    task->call();
    hand_back(std::move(task));
  }
}

}  // namespace jobflip::daemon
