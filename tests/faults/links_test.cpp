/// The campaign's links must do what they are set to: a fault that has no effect proves nothing.
#include "faults/links.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

namespace jobflip::faults {
namespace {

constexpr int kSoon = 5000;  // ms; far more than it takes

/// An echoing store on a unix socket, and a client of a link to it.
class Wires : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = "/tmp/jobflip-wires-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto at = place(folder_ + "/store");
    ASSERT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    ASSERT_EQ(listen(listener_, 4), 0);
    links_.add_local(wire_, folder_ + "/wire", folder_ + "/store");
    client_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto to = place(folder_ + "/wire");
    ASSERT_EQ(connect(client_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    ASSERT_TRUE(readable(listener_, kSoon));
    store_ = accept(listener_, nullptr, nullptr);
    ASSERT_GE(store_, 0);
  }

  void TearDown() override {
    for (const int fd : {listener_, client_, store_})
      if (fd >= 0) close(fd);
    std::filesystem::remove_all(folder_);
  }

  static sockaddr_un place(const std::string& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::strncpy(at.sun_path, path.c_str(), sizeof at.sun_path - 1);
    return at;
  }
  static bool readable(int fd, int ms) {
    pollfd look{fd, POLLIN, 0};
    return poll(&look, 1, ms) == 1;
  }
  static void say(int fd, const std::string& words) {
    ASSERT_EQ(write(fd, words.data(), words.size()), static_cast<ssize_t>(words.size()));
  }
  /// What arrives until `size` bytes are there or the connection ends.
  static std::string hear(int fd, std::size_t size) {
    std::string all;
    char piece[64];
    while (all.size() < size && readable(fd, kSoon)) {
      const auto got = read(fd, piece, std::min(sizeof piece, size - all.size()));
      if (got <= 0) break;
      all.append(piece, static_cast<std::size_t>(got));
    }
    return all;
  }

  std::string folder_;
  std::shared_ptr<Wire> wire_ = std::make_shared<Wire>();
  int listener_{-1};
  int client_{-1};
  int store_{-1};
  Links links_;
};

TEST_F(Wires, CarryBothWaysWhenNothingIsWrong) {
  say(client_, "beat");
  EXPECT_EQ(hear(store_, 4), "beat");
  say(store_, "granted");
  EXPECT_EQ(hear(client_, 7), "granted");
}

TEST_F(Wires, HoldAnAnswerUntilTheyAreHealed) {
  wire_->hold_down = true;
  say(store_, "granted");
  EXPECT_FALSE(readable(client_, 200));
  wire_->heal();
  EXPECT_EQ(hear(client_, 7), "granted");
}

TEST_F(Wires, DeliverALateRequestEvenThoughItsSenderIsGone) {
  wire_->hold_up = true;
  say(client_, "beat");
  close(client_);
  client_ = -1;
  EXPECT_FALSE(readable(store_, 200));
  wire_->heal();
  EXPECT_EQ(hear(store_, 4), "beat");
}

TEST_F(Wires, BreakAfterSoManyBytesOfAnAnswer) {
  wire_->cut_after = 3;
  say(store_, "granted");
  EXPECT_EQ(hear(client_, 7), "gra");
  char none{};
  ASSERT_TRUE(readable(client_, kSoon));
  EXPECT_LE(read(client_, &none, 1), 0) << "the connection should have broken";
}

}  // namespace
}  // namespace jobflip::faults
