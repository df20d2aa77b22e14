#pragma once
/// The wires between the nodes and the store: a small TCP proxy, one link a node and store, that
/// can be slow, late, silent, or break off in the middle of an answer.
///
/// A request that was held is delivered when the hold ends, even though its sender has given up
/// meanwhile, and an answer likewise: that is what a real network does to late packets.
/// Threads: one of its own; every call may come from any other.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace jobflip::faults {

/// How a link behaves; read again for each piece of data. `up` is towards the store.
struct Wire {
  std::atomic<int> delay_up_ms{0};
  std::atomic<int> delay_down_ms{0};
  std::atomic<bool> hold_up{false};
  std::atomic<bool> hold_down{false};
  /// So many bytes more from the store, then the connection breaks; -1: it doesn't.
  std::atomic<std::int64_t> cut_after{-1};

  void heal();
};

class Links {
 public:
  Links();
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  /// Accepts on a TCP port of `address` in the caller's network namespace and connects each to the
  /// unix socket `store`. The port is given back: any that was free.
  int add_tcp(std::shared_ptr<Wire> wire, const std::string& address, const std::string& store);
  /// As above, accepting on a unix socket.
  void add_local(std::shared_ptr<Wire> wire, const std::string& path, const std::string& store);

 private:
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace jobflip::faults
