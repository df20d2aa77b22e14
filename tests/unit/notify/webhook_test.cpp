#include "notify/webhook.hpp"

#include <gtest/gtest.h>

#include "unit/notify/small_server.hpp"

namespace jobflip::notify {
namespace {

const std::atomic<bool> kGoOn{false};

std::string why_not(const std::string& url, Millis timeout = kPostTimeout) {
  const auto posted = post_json(url, "{}", kGoOn, timeout);
  return posted ? "" : posted.error().text;
}

TEST(Webhook, PostsADocumentOfJson) {
  SmallServer server{"HTTP/1.1 204 No Content\r\n\r\n"};
  ASSERT_TRUE(server.is_open());
  const auto posted = post_json(server.url("/hook?key=1"), R"({"a":"b"})", kGoOn);
  EXPECT_TRUE(posted) << posted.error().text;
  ASSERT_EQ(server.requests().size(), 1u);
  const auto request = server.requests()[0];
  EXPECT_TRUE(request.starts_with("POST /hook?key=1 HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"a\":\"b\"}")) << request;
}

TEST(Webhook, AnAnswerThatIsNotYesIsAnError) {
  SmallServer server{"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"};
  const auto why = why_not(server.url("/hook?key=secret"));
  EXPECT_NE(why.find("it answered 500"), std::string::npos) << why;
  EXPECT_EQ(why.find("secret"), std::string::npos);
  server.set_answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(why_not(server.url()), "");
  server.set_answer("not http at all\r\n\r\n");
  EXPECT_NE(why_not(server.url()), "");
}

TEST(Webhook, GoesNowhereElse) {
  SmallServer other{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
  SmallServer server{"HTTP/1.1 307 Go\r\nLocation: " + other.url() +
                     "\r\nContent-Length: 0\r\n\r\n"};
  EXPECT_NE(why_not(server.url()).find("redirects are not followed"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_TRUE(other.requests().empty());
}

TEST(Webhook, ReadsNoMoreThanItNeeds) {
  SmallServer server{"HTTP/1.1 200 OK\r\n\r\n" + std::string(500'000, 'x')};
  EXPECT_NE(why_not(server.url()), "");
}

TEST(Webhook, WaitsForAnAnswerNoLongerThanItsTimeout) {
  SmallServer server{""};
  const auto before = BootClock::now();
  EXPECT_NE(why_not(server.url(), Millis{300}), "");
  EXPECT_LT(BootClock::now() - before, std::chrono::seconds{5});
}

TEST(Webhook, EndsWhenItIsCancelled) {
  SmallServer server{""};
  std::atomic<bool> cancelled{false};
  std::thread other{[&] {
    while (server.requests().empty()) std::this_thread::yield();
    cancelled = true;
  }};
  const auto before = BootClock::now();
  EXPECT_TRUE(post_json(server.url(), "{}", cancelled).has_error());
  EXPECT_LT(BootClock::now() - before, std::chrono::seconds{5});
  other.join();
}

TEST(Webhook, TalksNothingButHttp) {
  EXPECT_NE(why_not("file:///etc/passwd"), "");
  EXPECT_NE(why_not("gopher://127.0.0.1:1/"), "");
  EXPECT_NE(why_not("http://127.0.0.1:1/"), "") << "nobody listens there";
}

}  // namespace
}  // namespace jobflip::notify
