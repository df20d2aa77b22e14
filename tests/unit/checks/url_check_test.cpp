#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "support/loopback_server.hpp"
#include "unit/checks/checked.hpp"

namespace jobflip::checks {
namespace {

constexpr Millis kSoon{300};
constexpr Millis kMuchLater{20'000};

std::string read_request(int peer) {
  std::string request;
  char text[4096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    pollfd ready{peer, POLLIN, 0};
    if (::poll(&ready, 1, 5000) <= 0) break;
    const auto got = ::recv(peer, text, sizeof text, 0);
    if (got <= 0) break;
    request.append(text, static_cast<std::size_t>(got));
  }
  return request;
}

bool say(int peer, const std::string& text) {
  return ::send(peer, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

/// Within that time.
bool hangs_up(int peer, Millis within) {
  pollfd gone{peer, POLLRDHUP, 0};
  return ::poll(&gone, 1, static_cast<int>(within.count())) > 0;
}

/// Answers each request with a text.
class PageServer {
 public:
  explicit PageServer(std::string answer) : answer_{std::move(answer)} {}
  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
  }
  int requests() const { return requests_; }

 private:
  std::string answer_;
  std::atomic<int> requests_{0};
  test::LoopbackServer server_{[this](int peer) {
    if (read_request(peer).empty()) return;
    ++requests_;
    say(peer, answer_);
  }};
};

std::string answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

TEST(HttpCheck, PassesByStatusAndText) {
  const PageServer server{answer("200 OK", "all systems go")};
  auto service = page(server.url());
  EXPECT_EQ(check(service).result.outcome, Outcome::passed);
  EXPECT_EQ(check(service).result.sentence, "status 200");
  service.body_contains = "systems go";
  EXPECT_EQ(check(service).result.outcome, Outcome::passed);
  service.body_contains = "all is lost\x1b[2J";
  const auto other = check(service).result;
  EXPECT_EQ(other.outcome, Outcome::failed);
  EXPECT_EQ(other.sentence, "status 200, but the answer does not contain \"all is lost\\x1b[2J\"");
}

TEST(HttpCheck, FailsByStatus) {
  const PageServer server{answer("503 Busy", "")};
  auto service = page(server.url());
  EXPECT_EQ(check(service).result.outcome, Outcome::failed);
  EXPECT_EQ(check(service).result.sentence, "status 503, expected 200-399");
  service.expect_status = "503";
  EXPECT_EQ(check(service).result.outcome, Outcome::passed);
}

TEST(HttpCheck, FollowsThreeRedirectsAndNoFourth) {
  const PageServer target{answer("200 OK", "there")};
  const PageServer once{"HTTP/1.1 302 Go\r\nLocation: " + target.url() +
                        "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"};
  EXPECT_EQ(check(page(once.url())).result.outcome, Outcome::passed);
  const PageServer loop{
      "HTTP/1.1 302 Go\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"};
  const auto result = check(page(loop.url())).result;
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(loop.requests(), 4);
  const PageServer away{
      "HTTP/1.1 302 Go\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"};
  EXPECT_EQ(check(page(away.url())).result.outcome, Outcome::failed);
}

TEST(HttpCheck, AServerThatHangsFailsInTime) {
  std::atomic<bool> ending{false};
  {
    test::LoopbackServer server{[&](int peer) {
      read_request(peer);
      ending.wait(false);
    }};
    const auto got = check(page("http://127.0.0.1:" + std::to_string(server.port()), kSoon));
    ending = true;
    ending.notify_all();
    EXPECT_EQ(got.result.outcome, Outcome::failed);
    EXPECT_EQ(got.result.sentence, "no complete answer in time");
    EXPECT_GE(got.result.latency, kSoon - Millis{20});
    EXPECT_LT(got.took, kMuchLater);
  }
}

TEST(HttpCheck, AByteNowAndThenIsNoAnswerInTime) {
  test::LoopbackServer server{[](int peer) {
    read_request(peer);
    say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (!hangs_up(peer, Millis{20}) && say(peer, "x")) {
    }
  }};
  const auto got = check(page("http://127.0.0.1:" + std::to_string(server.port()), kSoon));
  EXPECT_EQ(got.result.outcome, Outcome::failed);
  EXPECT_LT(got.took, kMuchLater);
}

TEST(HttpCheck, AFloodIsReadToItsFirstMegabyte) {
  std::atomic<std::size_t> sent{0};
  test::LoopbackServer server{[&](int peer) {
    read_request(peer);
    say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n");
    const std::string piece(65'536, 'x');
    while (say(peer, piece)) sent += piece.size();
  }};
  auto service = page("http://127.0.0.1:" + std::to_string(server.port()), kMuchLater);
  const auto got = check(service);
  EXPECT_EQ(got.result.outcome, Outcome::passed) << got.result.sentence;
  EXPECT_LT(got.took, kMuchLater);
  service.body_contains = "y";
  EXPECT_EQ(check(service).result.outcome, Outcome::failed);
  EXPECT_LT(sent, 100u * 1024 * 1024);
}

TEST(HttpCheck, HeadersWithoutEndFail) {
  test::LoopbackServer server{[](int peer) {
    read_request(peer);
    say(peer, "HTTP/1.1 200 OK\r\n");
    const std::string line = "X-More: " + std::string(1000, 'x') + "\r\n";
    while (say(peer, line)) {
    }
  }};
  const auto got = check(page("http://127.0.0.1:" + std::to_string(server.port()), kMuchLater));
  EXPECT_EQ(got.result.outcome, Outcome::failed);
  EXPECT_LT(got.took, kMuchLater);
}

TEST(HttpCheck, WhatIsNotHttpFails) {
  const PageServer server{"220 smtp.example.com ESMTP\r\n"};
  EXPECT_EQ(check(page(server.url())).result.outcome, Outcome::failed);
}

TEST(HttpCheck, UsesNoProxyOfTheEnvironment) {
  const PageServer server{answer("200 OK", "")};
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto got = check(page(server.url())).result;
  ::unsetenv("http_proxy");
  EXPECT_EQ(got.outcome, Outcome::passed) << got.sentence;
}

TEST(HttpCheck, ACancelledCheckSaysNothingOfTheService) {
  std::atomic<bool> asked{false}, ending{false};
  test::LoopbackServer server{[&](int peer) {
    read_request(peer);
    asked = true;
    ending.wait(false);
  }};
  const auto checker = open_service_checker({});
  const auto one = checker->open();
  core::CheckResult result;
  std::thread checking{[&] {
    result = one->run(page("http://127.0.0.1:" + std::to_string(server.port()), kMuchLater));
  }};
  while (!asked) std::this_thread::yield();
  const auto began = BootClock::now();
  one->cancel();
  checking.join();
  ending = true;
  ending.notify_all();
  EXPECT_EQ(result.outcome, Outcome::impossible);
  EXPECT_LT(BootClock::now() - began, kMuchLater / 2);
}

core::ServiceSettings port(const std::string& host, int number) {
  core::ServiceSettings service;
  service.name = ServiceName::of("db");
  service.check = core::CheckKind::tcp;
  service.host = host;
  service.port = number;
  return service;
}

TEST(TcpCheck, PassesIfThePortAcceptsAndFailsIfItRefuses) {
  int number = 0;
  {
    test::LoopbackServer server{[](int) {}};
    number = server.port();
    const auto got = check(port("127.0.0.1", number)).result;
    EXPECT_EQ(got.outcome, Outcome::passed) << got.sentence;
    EXPECT_EQ(got.sentence, "it accepts connections");
  }
  EXPECT_EQ(check(port("127.0.0.1", number)).result.outcome, Outcome::failed);
  EXPECT_EQ(check(port("::1", number)).result.outcome, Outcome::failed);
}

}  // namespace
}  // namespace jobflip::checks
