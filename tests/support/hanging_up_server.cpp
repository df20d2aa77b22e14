#include "support/hanging_up_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace jobflip::test {

HangingUpServer::HangingUpServer() {
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

HangingUpServer::~HangingUpServer() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

std::vector<Instant> HangingUpServer::connections() const {
  const std::lock_guard lock{mutex_};
  return connections_;
}

int HangingUpServer::most_in_a_second() const {
  const auto all = connections();
  std::ptrdiff_t most = 0;
  for (auto from = all.begin(); from != all.end(); ++from)
    most =
        std::max(most, std::lower_bound(from, all.end(), *from + std::chrono::seconds{1}) - from);
  return static_cast<int>(most);
}

void HangingUpServer::serve() {
  while (!ending_) {
    pollfd ready{listener_, POLLIN, 0};
    if (::poll(&ready, 1, 50) <= 0) continue;
    const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    {
      const std::lock_guard lock{mutex_};
      connections_.push_back(BootClock::now());
    }
    ::close(peer);
  }
}

}  // namespace jobflip::test
