#include "support/loopback_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace jobflip::test {

LoopbackServer::LoopbackServer(std::function<void(int)> on_peer) : on_peer_{std::move(on_peer)} {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, any, length) != 0 || ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, any, &length) != 0)
    throw std::runtime_error("no socket to listen on");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { serve(); }};
}

LoopbackServer::~LoopbackServer() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

void LoopbackServer::serve() {
  while (!ending_) {
    pollfd ready{listener_, POLLIN, 0};
    if (::poll(&ready, 1, 50) <= 0) continue;
    const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    on_peer_(peer);
    ::close(peer);
  }
}

}  // namespace jobflip::test
