#include "guard/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace jobflip::guard {
namespace {

/// A whole positive number from the environment, else 0.
std::int64_t number_in(const char* name) noexcept {
  const char* text = ::getenv(name);
  if (text == nullptr) return 0;
  std::int64_t number = 0;
  const char* end = text + std::strlen(text);
  const auto read = std::from_chars(text, end, number);
  return read.ec == std::errc{} && read.ptr == end && number > 0 ? number : 0;
}

}  // namespace

void ServiceManager::connect() noexcept {
  const char* text = ::getenv("NOTIFY_SOCKET");
  const std::string_view path{text != nullptr ? text : ""};
  sockaddr_un address{};
  if (path.size() < 2 || path.size() >= sizeof address.sun_path) return;
  if (path[0] != '/' && path[0] != '@') return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';  // in the abstract namespace
  Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  const auto* raw = reinterpret_cast<const sockaddr*>(&address);  // as the socket calls want it
  if (!socket.open() || ::connect(socket.fd(), raw, length) != 0) return;
  socket_ = std::move(socket);
  const auto watched = number_in("WATCHDOG_PID");
  if (watched != 0 && watched != ::getpid()) return;
  constexpr std::int64_t kLongest = 86'400'000'000;  // a day: more often than asked does no harm
  every_ = std::min(number_in("WATCHDOG_USEC"), kLongest) / 2 * 1000;
  if (every_ > 0) next_due_ = 0;
}

void ServiceManager::say(const char* text) const noexcept {
  // best effort: never waits for a manager that does not read
  if (socket_.open() && ::send(socket_.fd(), text, std::strlen(text), MSG_NOSIGNAL) < 0) return;
}

void ServiceManager::say_ready() const noexcept {
  say("READY=1");
}

void ServiceManager::say_status(const std::string& text) const noexcept {
  say(("STATUS=" + text).c_str());
}

void ServiceManager::keep_alive(std::int64_t now) noexcept {
  if (every_ == 0 || now < next_due_) return;
  say("WATCHDOG=1");
  next_due_ = now + every_;
}

}  // namespace jobflip::guard
