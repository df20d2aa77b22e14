// A server that answers a queue's query with what no PostgreSQL says: the caller gets an error in
// time, and keeps none of it.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "jobflip/pg/connection.hpp"
#include "support/allocated.hpp"
#include "support/greeting_server.hpp"
#include "support/wire_messages.hpp"

namespace jobflip::pg {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
namespace wire = test::wire;

constexpr std::size_t kMost = 1 << 20;
constexpr std::int64_t kFewBytes = 16 << 20;

/// Answers each query with `begin`, then with `again` as often as `times` says, then with `end`.
class Hostile {
 public:
  Hostile(std::string begin, std::string again = "", int times = 0, std::string end = "")
      : begin_{std::move(begin)}, again_{std::move(again)}, times_{times}, end_{std::move(end)} {}

  Settings settings() const {
    Settings settings;
    settings.conninfo = server_.conninfo();
    settings.call_deadline = 2000ms;
    return settings;
  }
  static SessionRules rules() {
    SessionRules rules;
    rules.most_bytes = kMost;
    return rules;
  }
  /// The error of one query; its text is "" if there is none.
  Error ask() {
    Connection connection{settings(), rules()};
    auto rows = connection.query("queue x", "select 1", {});
    if (rows) return {ErrorCode::store_failed, "", ""};
    EXPECT_FALSE(connection.session().has_value()) << "it is closed: " << rows.error().text;
    return rows.error();
  }

 private:
  bool send(int peer, const std::string& bytes) const {
    for (std::size_t at = 0; at < bytes.size();) {
      const auto sent = ::send(peer, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (sent <= 0 || server_.ending()) return false;
      at += static_cast<std::size_t>(sent);
    }
    return true;
  }
  void talk(int peer) const {
    bool goes_on = send(peer, begin_);
    for (int i = 0; i < times_ && goes_on; ++i) goes_on = send(peer, again_);
    if (goes_on) send(peer, end_);
  }

  std::string begin_, again_;
  int times_;
  std::string end_;
  test::GreetingServer server_{"15.0", [this](int peer) { talk(peer); }};
};

const std::string kBound = wire::message('1', "") + wire::message('2', "");
const std::string kOneRow = wire::columns({"c"}) + wire::row({"7"});
const std::string kDone = wire::message('C', "SELECT 1\0"s) + wire::ready();
constexpr int kForEver = 1'000'000'000;

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(HostileServer, ARowIsReadIfThatIsAll) {
  EXPECT_EQ(Hostile(kBound + kOneRow + kDone).ask().text, "");
  EXPECT_EQ(Hostile(kBound + kOneRow, wire::row({"8"}), 99, kDone).ask().text, "");
  Hostile server{kBound + kOneRow, wire::row({std::nullopt}), 2, kDone};
  Connection connection{server.settings(), Hostile::rules()};
  const auto rows = connection.query("queue x", "select 1", {});
  ASSERT_TRUE(rows.has_value()) << rows.error().text;
  ASSERT_EQ(rows->size(), 3);
  EXPECT_EQ(rows->columns(), std::vector<std::string>{"c"});
  EXPECT_EQ(rows->cell(0, 0), "7");
  EXPECT_EQ(rows->cell(2, 0), std::nullopt);
}

TEST(HostileServer, ACopyIsAnErrorAndNotReadForEver) {
  for (const char kind : {'G', 'H', 'W'}) {
    const auto error = Hostile(kBound + wire::message(kind, "\0\0\0"s)).ask();
    EXPECT_NE(error.text.find("COPY"), std::string::npos) << kind << ": " << error.text;
  }
}

TEST(HostileServer, AnswersWithoutEndAreCutOff) {
  const auto results = repeated(wire::message('C', "SELECT 1\0"s), 10'000);
  EXPECT_NE(Hostile(kBound + kOneRow, results, kForEver).ask().text, "");
  const auto rows = repeated(wire::row({"8"}), 10'000);
  const auto error = Hostile(kBound + kOneRow, rows, kForEver).ask();
  EXPECT_NE(error.text.find("more than 1048576 bytes"), std::string::npos) << error.text;
}

TEST(HostileServer, ASingleCellIsNotKeptBeyondTheLimit) {
  const auto before = test::allocated();
  const auto cell = wire::number(1, 2) + wire::number(900'000'000, 4);
  const std::string head = "D" + wire::number(900'000'010, 4) + cell;
  const auto error =
      Hostile(kBound + wire::columns({"c"}) + head, std::string(1 << 20, 'x'), kForEver).ask();
  EXPECT_NE(error.text.find("more than 1048576 bytes"), std::string::npos) << error.text;
  EXPECT_LT(test::allocated() - before, kFewBytes);
}

TEST(HostileServer, WhatComesBesideTheAnswerDoesNotAddUp) {
  const auto notify =
      wire::message('A', wire::number(1, 4) + "x\0"s + std::string(100'000, 'y') + "\0"s);
  const auto notice =
      wire::message('N', "SNOTICE\0VNOTICE\0C00000\0M"s + std::string(100'000, 'y') + "\0\0"s);
  for (const auto& beside : {notify, notice}) {
    Hostile server{kBound, beside, 8, kOneRow + kDone};
    Connection connection{server.settings(), Hostile::rules()};
    const auto before = test::allocated();
    for (int i = 0; i < 200; ++i) {
      const auto rows = connection.query("queue x", "select 1", {});
      ASSERT_TRUE(rows.has_value()) << rows.error().text;
    }
    EXPECT_LT(test::allocated() - before, kFewBytes);
  }
}

TEST(HostileServer, ParametersWithOtherNamesEachTimeDoNotAddUp) {
  std::string parameters;
  for (int i = 0; i < 400; ++i)
    parameters += wire::parameter("p" + std::to_string(i), std::string(1000, 'v'));
  Hostile server{kBound + parameters, "", 0, kOneRow + kDone};
  Connection connection{server.settings(), Hostile::rules()};
  for (int i = 0; i < 3; ++i) {
    const auto rows = connection.query("queue x", "select 1", {});
    ASSERT_TRUE(rows.has_value()) << rows.error().text;
    EXPECT_FALSE(connection.session().has_value()) << "a session that was sent much is left";
  }
}

}  // namespace
}  // namespace jobflip::pg
