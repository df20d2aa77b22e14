#pragma once
/// A server on a loopback port that accepts every connection and hangs up at once: a store that is
/// reachable but useless. It records the time of each connection. Its thread ends with the object.

#include <mutex>
#include <vector>

#include "jobflip/base/time.hpp"
#include "support/loopback_server.hpp"

namespace jobflip::test {

class HangingUpServer {
 public:
  int port() const noexcept { return server_.port(); }
  std::vector<Instant> connections() const;
  /// The most connections within any one second.
  int most_in_a_second() const;

 private:
  void note();

  mutable std::mutex mutex_;
  std::vector<Instant> connections_;
  LoopbackServer server_{[this](int) { note(); }};
};

}  // namespace jobflip::test
