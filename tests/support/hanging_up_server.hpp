#pragma once
/// A server on a loopback port that accepts every connection and hangs up at once: a store that is
/// there and of no use. It notes when each connection came. Its thread ends with the object.

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "jobflip/base/time.hpp"

namespace jobflip::test {

class HangingUpServer {
 public:
  HangingUpServer();
  ~HangingUpServer();
  HangingUpServer(const HangingUpServer&) = delete;
  HangingUpServer& operator=(const HangingUpServer&) = delete;

  int port() const noexcept { return port_; }
  std::vector<Instant> connections() const;
  /// The most connections within any one second.
  int most_in_a_second() const;

 private:
  void serve();

  int listener_{-1};
  int port_{0};
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::vector<Instant> connections_;
  std::thread thread_;
};

}  // namespace jobflip::test
