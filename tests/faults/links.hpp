#pragma once
/// The links between the nodes and the store: a small TCP proxy with one link for each node and
/// server. A link can be slow, late, silent, or break off in the middle of an answer.
/// A request that was held is delivered when the hold ends, even if its sender has given up by
/// then, and so is an answer: a real network does the same to late packets.
/// Threads: the proxy has its own; every function may be called from any other.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace jobflip::faults {

/// How a link behaves. It is read again for each piece of data. `up` is towards the store.
struct Wire {
  std::atomic<int> delay_up_ms{0};
  std::atomic<int> delay_down_ms{0};
  std::atomic<bool> hold_up{false};
  std::atomic<bool> hold_down{false};
  /// The connection breaks after this many more bytes from the store; -1: it doesn't break.
  std::atomic<std::int64_t> cut_after{-1};

  void heal();
};

class Links {
 public:
  Links();
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  /// Accepts on a TCP port of `address`, in the caller's network namespace, and connects each
  /// client to the unix socket `store`. Returns the port, which was free.
  int add_tcp(std::shared_ptr<Wire> wire, const std::string& address, const std::string& store);
  /// As above, accepting on a unix socket.
  void add_local(std::shared_ptr<Wire> wire, const std::string& path, const std::string& store);

 private:
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace jobflip::faults
