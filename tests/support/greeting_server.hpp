#pragma once
/// A server on a loopback port that greets every client like a PostgreSQL of a given version, and
/// answers each query with the one row "off". It tests how a program treats a server version that
/// is not installed here. Its thread ends with the object.

#include <functional>
#include <string>

#include "support/loopback_server.hpp"

namespace jobflip::test {

class GreetingServer {
 public:
  /// `version` in the server's own format, such as "13.22". `on_query`: what answers a query with
  /// parameters instead, on the connection's descriptor.
  explicit GreetingServer(std::string version, std::function<void(int)> on_query = {});

  std::string conninfo() const;
  /// `on_query` must return soon.
  bool ending() const noexcept { return server_.ending(); }

 private:
  void talk(int peer) const;
  /// Exactly `length` bytes; "" if the peer hung up or this object ends.
  std::string read(int peer, std::size_t length) const;

  std::string version_;
  std::function<void(int)> on_query_;
  LoopbackServer server_{[this](int peer) { talk(peer); }};
};

}  // namespace jobflip::test
