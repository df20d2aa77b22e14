#include "demo/mail_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace jobflip::demo {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNoon{Micros{1'763'860'000'000'000}};

Delivery mail(std::int64_t email, int attempt, std::int64_t epoch, Millis after = 0ms) {
  return {.email = email, .attempt = attempt, .epoch = epoch, .node = "job1", .at = kNoon + after};
}

std::string text_of(const std::string& id, const std::string& attempt, const std::string& epoch) {
  return "X-Client-Addr: 127.0.0.1\nReceived: from vm\n\tby smtp-sink\nX-Email-Id: " + id +
         "\nX-Email-Attempt: " + attempt + "\nX-Email-Node: job2\nX-Email-Epoch: " + epoch +
         "\nSubject: s\n\nX-Email-Id: 999\n" + std::string{kLastLine} + "\n\n";
}

TEST(ParseDelivery, ReadsTheHeadersAndNotTheBody) {
  const auto delivery = parse_delivery(text_of("7", "2", "42"), kNoon);
  ASSERT_TRUE(delivery.has_value());
  EXPECT_EQ(*delivery,
            (Delivery{.email = 7, .attempt = 2, .epoch = 42, .node = "job2", .at = kNoon}));
}

TEST(ParseDelivery, RefusesAMailThatIsNotOurs) {
  for (const auto& text : {text_of("", "1", "1"), text_of("7", "x", "1"), text_of("7", "1", "-1"),
                           text_of("0", "1", "1"), std::string{"Subject: hello\n\nbody\n"}})
    EXPECT_FALSE(parse_delivery(text, kNoon).has_value()) << text;
}

TEST(ReadDeliveries, LeavesOutAMailThatIsStillComingIn) {
  const auto folder = std::filesystem::path(::testing::TempDir()) /
                      ("mail_files_test." + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "mail.1") << text_of("1", "1", "5");
  std::ofstream(folder / "mail.2") << "X-Email-Id: 2\n\nDear cust";
  auto found = read_deliveries(folder.string());
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().email, 1);
  std::ofstream(folder / "mail.3") << "a stranger's mail\n\n" << kLastLine << "\n";
  EXPECT_FALSE(read_deliveries(folder.string()).has_value());
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(read_deliveries(folder.string()).has_value());
}

TEST(Tally, CountsAWholeRunAsDelivered) {
  const Tally result = tally({mail(1, 1, 5), mail(2, 1, 5), mail(3, 1, 6)}, 3);
  EXPECT_EQ(result.delivered, 3);
  EXPECT_EQ(result.lost + result.twice + result.repeated + result.out_of_order, 0);
  EXPECT_TRUE(result.remarks.empty());
}

TEST(Tally, CountsWhatNeverCameAsLost) {
  const Tally result = tally({mail(2, 1, 5)}, 3);
  EXPECT_EQ(result.delivered, 1);
  EXPECT_EQ(result.lost, 2);
}

struct Again {
  Delivery first;
  Delivery second;
  int twice;
  int repeated;
};

TEST(Tally, CallsOnlyANewerAttemptUnderANewerLeaseRepeated) {
  const Again cases[] = {
      {mail(1, 1, 5), mail(1, 2, 6), 0, 1},      // recorded before, sent by the next holder
      {mail(1, 1, 5), mail(1, 1, 5), 1, 0},      // the very same attempt
      {mail(1, 1, 5), mail(1, 1, 6), 1, 0},      // another lease that knew nothing of the attempt
      {mail(1, 1, 5), mail(1, 2, 5), 1, 0},      // the same lease: its worker knew the outcome
      {mail(1, 1, 5), mail(1, 2, 5, 5s), 0, 1},  // the same lease, whose first worker was killed
      {mail(1, 1, 5), mail(1, 1, 5, 5s), 1, 0},
      {mail(1, 2, 6), mail(1, 1, 6), 1, 0},  // an older attempt after a newer
  };
  for (const Again& again : cases) {
    const Tally result = tally({again.first, again.second}, 1);
    EXPECT_EQ(result.twice, again.twice);
    EXPECT_EQ(result.repeated, again.repeated);
    EXPECT_EQ(result.delivered, 1);
    EXPECT_EQ(result.remarks.size(), 1U);
  }
}

TEST(Tally, SeesAnOlderHolderDeliverAfterANewerOne) {
  const Tally result = tally({mail(1, 1, 5), mail(2, 1, 6, 10ms), mail(3, 1, 5, 20ms)}, 3);
  EXPECT_EQ(result.out_of_order, 1);
  EXPECT_EQ(result.delivered, 3);
}

TEST(LongestGap, LooksOnlyAtGapsThatEndWithinTheWindow) {
  const std::vector<Delivery> all{mail(1, 1, 5), mail(2, 1, 5, 900ms), mail(3, 1, 5, 1000ms),
                                  mail(4, 1, 5, 1250ms), mail(5, 1, 5, 9000ms)};
  EXPECT_EQ(longest_gap(all, kNoon + 950ms, kNoon + 2000ms), 250ms);
  EXPECT_EQ(longest_gap(all, kNoon, kNoon + 10'000ms), 7750ms);
  EXPECT_EQ(longest_gap({}, kNoon, kNoon + 10'000ms), 0ms);
}

}  // namespace
}  // namespace jobflip::demo
