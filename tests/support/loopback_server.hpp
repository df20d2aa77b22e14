#pragma once
/// Listens on a loopback port and passes each connection to `on_peer`, one after the other, on a
/// thread that ends with the object. Declare members that `on_peer` uses before this one.

#include <atomic>
#include <functional>
#include <thread>

namespace jobflip::test {

class LoopbackServer {
 public:
  /// `on_peer` gets the connection's descriptor, which is closed afterwards.
  explicit LoopbackServer(std::function<void(int)> on_peer);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const noexcept { return port_; }
  /// `on_peer` must return soon.
  bool ending() const noexcept { return ending_; }

 private:
  void serve();

  std::function<void(int)> on_peer_;
  int listener_{-1};
  int port_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace jobflip::test
