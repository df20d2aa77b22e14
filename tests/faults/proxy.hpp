#pragma once
/// A TCP relay between one process and the store, and what can go wrong on such a way: answers that
/// come late, a way that is dead in one direction or both (what is sent meanwhile arrives when it
/// heals, as TCP does it), connections that break after so many bytes, a port where nobody listens.
///
/// Its loop runs in a thread of its own; the public functions may be called from any thread.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

namespace jobflip::faults {

enum class Trouble {
  none,
  slow,             // each piece waits for `slow_ms` first
  black_hole,       // nothing passes, in either direction
  deaf_to_store,    // the store hears nothing of the process
  deaf_to_process,  // the process hears nothing of the store: its calls are carried out
  cut,              // each connection breaks after `cut_after` further bytes
  refuse,           // open connections are cut, new ones are closed at once
};

class Proxy {
 public:
  /// Listens on a port of 127.0.0.1; `upstream` answers the path of the store's unix socket, anew
  /// for each connection. Requires: `loop` outlives it.
  Proxy(boost::asio::io_context& loop, std::function<std::string()> upstream);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  int port() const noexcept { return port_; }
  void set(Trouble trouble, int amount = 0) noexcept;

  struct State;

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  std::function<std::string()> upstream_;
  std::shared_ptr<State> state_;
  int port_{};
};

}  // namespace jobflip::faults
