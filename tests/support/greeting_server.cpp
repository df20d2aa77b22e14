#include "support/greeting_server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace jobflip::test {
namespace {

using namespace std::string_literals;

std::string number(std::uint32_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xff);
  return out;
}

std::uint32_t number_in(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

/// One message of PostgreSQL's protocol 3: its kind, its length, its body.
std::string message(char kind, const std::string& body) {
  return kind + number(static_cast<std::uint32_t>(body.size() + 4), 4) + body;
}

std::string parameter(const std::string& name, const std::string& value) {
  return message('S', name + "\0"s + value + "\0"s);
}

const std::string kReady = message('Z', "I");

/// One row of one column of type text.
std::string answer(const std::string& value) {
  const auto column = "c\0"s + number(0, 4) + number(0, 2) + number(25, 4) + number(0xffff, 2) +
                      number(0xffffffff, 4) + number(0, 2);
  return message('T', number(1, 2) + column) +
         message('D', number(1, 2) + number(static_cast<std::uint32_t>(value.size()), 4) + value) +
         message('C', "SELECT 1\0"s) + kReady;
}

void send(int peer, const std::string& bytes) {
  [[maybe_unused]] const auto sent = ::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace

GreetingServer::GreetingServer(std::string version) : version_{std::move(version)} {}

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
  if (start.empty() || read(peer, number_in(start) - 4).empty()) return;
  send(peer, message('R', number(0, 4)) + parameter("server_version", version_) +
                 parameter("client_encoding", "UTF8") +
                 parameter("standard_conforming_strings", "on") +
                 parameter("default_transaction_read_only", "off") +
                 parameter("in_hot_standby", "off") + kReady);
  for (;;) {
    const auto head = read(peer, 5);
    if (head.empty() || head.front() == 'X') return;
    const auto rest = number_in(std::string_view{head}.substr(1)) - 4;
    if (rest > 0 && read(peer, rest).empty()) return;
    if (head.front() == 'Q' || head.front() == 'S') send(peer, answer("off"));
  }
}

}  // namespace jobflip::test
