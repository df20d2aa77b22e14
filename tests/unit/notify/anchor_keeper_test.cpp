#include "jobflip/notify/anchor_keeper.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/temp_folder.hpp"
#include "unit/notify/small_server.hpp"

namespace jobflip::notify {
namespace {

constexpr const char* kYes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kNo = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";

class AnchorKeeperTest : public testing::Test {
 protected:
  void SetUp() override {
    settings_.supervisor = NodeName::of("sup1");
    settings_.retry_every = Millis{20};
  }

  void open() {
    keeper_ = open_anchor_keeper(settings_, [this](bool is_failure, const std::string& text) {
      const std::lock_guard lock{mutex_};
      reports_.push_back((is_failure ? "- " : "+ ") + text);
    });
  }
  void keep(const std::string& chain, std::int64_t seq) {
    const core::ChainHead head{chain, seq, std::string(32, '\xab')};
    keeper_->keep({&head, 1});
  }
  std::vector<std::string> reports() {
    const std::lock_guard lock{mutex_};
    return reports_;
  }
  static std::string text_of(const std::string& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  template <class Is>
  static bool until(Is is) {
    for (const auto end = BootClock::now() + std::chrono::seconds{20}; BootClock::now() < end;)
      if (is()) return true;
    return false;
  }

  const test::TempFolder temp_;
  const std::filesystem::path folder_ = temp_.path();
  AnchorSettings settings_;
  std::unique_ptr<ports::AnchorSink> keeper_;
  std::mutex mutex_;
  std::vector<std::string> reports_;
};

TEST_F(AnchorKeeperTest, GivesEachHeadToTheFileAndToTheUrl) {
  SmallServer server{kYes};
  settings_.file = folder_ / "anchors";
  settings_.url = server.url();
  open();
  keep("mail", 7);
  ASSERT_TRUE(until([&] { return !server.requests().empty(); }));
  const auto request = server.requests()[0];
  const auto body = nlohmann::json::parse(request.substr(request.find("\r\n\r\n") + 4));
  EXPECT_EQ(body["schema"], 1);
  EXPECT_EQ(body["supervisor"], "sup1");
  EXPECT_EQ(body["anchors"][0]["chain"], "mail");
  EXPECT_EQ(body["anchors"][0]["seq"], 7);
  EXPECT_EQ(body["anchors"][0]["hash"].get<std::string>().size(), 64u);
  EXPECT_NE(text_of(settings_.file).find(" mail 7 abab"), std::string::npos);
  EXPECT_TRUE(reports().empty());
}

TEST_F(AnchorKeeperTest, ReportsAFailureOnceAndItsEndOnceAndCatchesUp) {
  SmallServer server{kNo};
  settings_.url = server.url();
  open();
  keep("mail", 1);
  ASSERT_TRUE(until([&] { return server.requests().size() >= 3; }));
  keep("mail", 2);
  keep("paper", 5);
  ASSERT_EQ(reports().size(), 1u);
  EXPECT_TRUE(reports()[0].starts_with("- anchor_url: ")) << reports()[0];
  EXPECT_NE(reports()[0].find("it answered 503"), std::string::npos);
  server.set_answer(kYes);
  ASSERT_TRUE(until([&] { return reports().size() == 2; }));
  EXPECT_TRUE(reports()[1].starts_with("+ anchor_url: ")) << reports()[1];
  ASSERT_TRUE(until([&] {
    const auto last = server.requests().back();
    return last.find("\"paper\"") != last.npos;
  }));
  EXPECT_EQ(server.requests().back().find("\"seq\":1,"), std::string::npos)
      << "only the newest head of a chain waits";
}

TEST_F(AnchorKeeperTest, AFileThatCannotBeWrittenIsReportedOnceAndDelaysNoPost) {
  SmallServer server{kYes};
  settings_.file = folder_ / "later" / "anchors";
  settings_.url = server.url();
  open();
  keep("mail", 1);
  ASSERT_TRUE(until([&] { return !server.requests().empty() && reports().size() == 1; }));
  EXPECT_TRUE(reports()[0].starts_with("- anchor_file: ")) << reports()[0];
  std::filesystem::create_directory(folder_ / "later");
  ASSERT_TRUE(until([&] { return reports().size() == 2; }));
  EXPECT_TRUE(reports()[1].starts_with("+ anchor_file: "));
  EXPECT_NE(text_of(settings_.file).find(" mail 1 abab"), std::string::npos);
}

TEST_F(AnchorKeeperTest, AServerThatHangsDelaysNeitherTheCallerNorTheEnd) {
  SmallServer server{""};
  settings_.file = folder_ / "anchors";
  settings_.url = server.url();
  open();
  const auto before = BootClock::now();
  keep("mail", 1);
  EXPECT_LT(BootClock::now() - before, std::chrono::seconds{1});
  ASSERT_TRUE(until([&] { return !server.requests().empty(); }));
  keep("mail", 2);
  keeper_.reset();
  EXPECT_LT(BootClock::now() - before, std::chrono::seconds{6});
  EXPECT_NE(text_of(settings_.file).find(" mail 2 "), std::string::npos)
      << "what came last is written before the end";
}

}  // namespace
}  // namespace jobflip::notify
