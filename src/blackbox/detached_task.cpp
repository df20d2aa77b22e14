#include "blackbox/detached_task.hpp"

#include <atomic>
#include <csignal>
#include <exception>
#include <system_error>
#include <thread>

namespace jobflip::blackbox {
namespace {

constexpr int kMost = 64;
std::atomic<int> at_work{0};

/// Blocks all signals: they are for the main thread.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

bool run_detached(std::function<void()> work) {
  if (at_work.fetch_add(1) >= kMost) {
    at_work.fetch_sub(1);
    return false;
  }
  const NoSignals in_the_new_thread;
  try {
    std::thread{[work = std::move(work)]() mutable {
      try {
        work();
      } catch (const std::exception&) {  // mostly no memory: there is no result
      }
      work = nullptr;  // frees what it holds before it counts as ended
      at_work.fetch_sub(1);
    }}.detach();
    return true;
  } catch (const std::system_error&) {
    at_work.fetch_sub(1);
    return false;
  }
}

}  // namespace jobflip::blackbox
