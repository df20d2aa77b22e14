#include "support/greeting_server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "support/wire_messages.hpp"

namespace jobflip::test {
namespace {

using namespace std::string_literals;

/// One row of one column of type text.
std::string answer(const std::string& value) {
  return wire::columns({"c"}) + wire::row({value}) + wire::message('C', "SELECT 1\0"s) +
         wire::ready();
}

void send(int peer, const std::string& bytes) {
  [[maybe_unused]] const auto sent = ::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace

GreetingServer::GreetingServer(std::string version, std::function<void(int)> on_query)
    : version_{std::move(version)}, on_query_{std::move(on_query)} {}

std::string GreetingServer::conninfo() const {
  return "hostaddr=127.0.0.1 port=" + std::to_string(server_.port()) +
         " user=x dbname=x sslmode=disable gssencmode=disable";
}

std::string GreetingServer::read(int peer, std::size_t length) const {
  std::string bytes;
  while (bytes.size() < length && !server_.ending()) {
    pollfd ready{peer, POLLIN, 0};
    if (::poll(&ready, 1, 50) <= 0) continue;
    char buffer[4096];
    const auto got = ::recv(peer, buffer, std::min(sizeof buffer, length - bytes.size()), 0);
    if (got <= 0) return "";
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
  return bytes.size() == length ? bytes : "";
}

void GreetingServer::talk(int peer) const {
  const auto start = read(peer, 4);
  if (start.empty() || read(peer, wire::number_in(start) - 4).empty()) return;
  using wire::parameter;
  send(peer, wire::message('R', wire::number(0, 4)) + parameter("server_version", version_) +
                 parameter("client_encoding", "UTF8") +
                 parameter("standard_conforming_strings", "on") +
                 parameter("default_transaction_read_only", "off") +
                 parameter("in_hot_standby", "off") + wire::ready());
  for (;;) {
    const auto head = read(peer, 5);
    if (head.empty() || head.front() == 'X') return;
    const auto rest = wire::number_in(std::string_view{head}.substr(1)) - 4;
    if (rest > 0 && read(peer, rest).empty()) return;
    if (head.front() != 'Q' && head.front() != 'S') continue;
    if (on_query_ && head.front() == 'S')
      on_query_(peer);
    else
      send(peer, answer("off"));
  }
}

}  // namespace jobflip::test
