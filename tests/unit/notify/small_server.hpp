#pragma once
/// A web server on this machine for a test: one answer, given to each request.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace jobflip::notify {

class SmallServer {
 public:
  /// "": it takes the request and never answers.
  explicit SmallServer(std::string answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    is_open_ = ::bind(listener_, plain, length) == 0 && ::listen(listener_, 10) == 0 &&
               ::getsockname(listener_, plain, &length) == 0;
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~SmallServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;

  bool is_open() const { return is_open_; }
  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock{mutex_};
    return requests_;
  }
  void set_answer(std::string answer) {
    const std::lock_guard lock{mutex_};
    answer_ = std::move(answer);
  }

 private:
  static bool is_whole(const std::string& request) {
    const auto end = request.find("\r\n\r\n");
    const auto length = request.find("Content-Length: ");
    if (end == std::string::npos) return false;
    return length == std::string::npos ||
           request.size() >= end + 4 + std::strtoul(request.c_str() + length + 16, nullptr, 10);
  }

  void serve() {
    for (;;) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      std::string request;
      char block[4096];
      while (!is_whole(request)) {
        const auto got = ::recv(client, block, sizeof block, 0);
        if (got <= 0) break;
        request.append(block, static_cast<std::size_t>(got));
      }
      std::string answer;
      {
        const std::lock_guard lock{mutex_};
        requests_.push_back(request);
        answer = answer_;
      }
      if (answer.empty())
        while (::recv(client, block, sizeof block, 0) > 0) {
        }
      else
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(client);
    }
  }

  int listener_;
  bool is_open_{false};
  std::uint16_t port_{0};
  std::mutex mutex_;
  std::string answer_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace jobflip::notify
