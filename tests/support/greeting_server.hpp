#pragma once
/// A server on a loopback port that lets every client in as a PostgreSQL of a given version would,
/// and answers each query with the one row "off". What a program makes of a server's version is
/// tested with it where no server of that version is at hand. Its thread ends with the object.

#include <string>

#include "support/loopback_server.hpp"

namespace jobflip::test {

class GreetingServer {
 public:
  /// `version` as the server says it, such as "13.22".
  explicit GreetingServer(std::string version);

  std::string conninfo() const;

 private:
  void talk(int peer) const;
  /// Exactly `length` bytes; "" if the peer hung up or this object ends.
  std::string read(int peer, std::size_t length) const;

  std::string version_;
  LoopbackServer server_{[this](int peer) { talk(peer); }};
};

}  // namespace jobflip::test
