// Who connects when: back-off, and the slots that connections share.
#include <gtest/gtest.h>

#include "jobflip/pg/connection.hpp"
#include "support/hanging_up_server.hpp"

namespace jobflip::pg {
namespace {

using namespace std::chrono_literals;

Settings settings_for(const test::HangingUpServer& server) {
  Settings settings;
  settings.conninfo = "hostaddr=127.0.0.1 port=" + std::to_string(server.port()) +
                      " user=x dbname=x sslmode=disable gssencmode=disable";
  return settings;
}

TEST(ConnectPace, GivesSlotsAGapApartAndNoneThatIsTooLate) {
  ConnectPace pace{100ms};
  const auto now = ConnectPace::Clock::now();
  EXPECT_EQ(pace.next_slot(now, now + 1s), now);
  EXPECT_EQ(pace.next_slot(now, now + 1s), now + 100ms);
  EXPECT_EQ(pace.next_slot(now, now + 150ms), std::nullopt);
  EXPECT_EQ(pace.next_slot(now, now + 200ms), now + 200ms) << "what was not given is not used up";
}

TEST(Connect, OneThatHasFailedWaitsForNoSlotAndTakesNone) {
  test::HangingUpServer server;
  auto settings = settings_for(server);
  settings.call_deadline = 1h;  // time enough for a wait
  settings.pace = std::make_shared<ConnectPace>(20s);
  settings.back_off = [](int) { return Millis{0}; };
  Connection connection{settings, {}};
  const auto began = ConnectPace::Clock::now();
  ASSERT_TRUE(connection.connect().has_error());
  for (int i = 0; i < 20; ++i) {
    const auto again = connection.connect();
    ASSERT_TRUE(again.has_error());
    ASSERT_NE(again.error().text.find("(tried again soon)"), std::string::npos)
        << "it waited, and tried: " << again.error().text;
  }
  EXPECT_EQ(server.connections().size(), 1u);
  const auto free_again = settings.pace->next_slot(began, began + 30s);
  EXPECT_TRUE(free_again.has_value()) << "whoever comes now is next";
}

TEST(Connect, OneThatMayTryAtOnceDoesSoWithoutABackOff) {
  test::HangingUpServer server;
  Connection connection{settings_for(server), {}};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(connection.connect().has_error());
  EXPECT_EQ(server.connections().size(), 3u);
}

TEST(Connect, WaitsAsLongAsTheCallerSaysAfterSoManyFailures) {
  test::HangingUpServer server;
  auto settings = settings_for(server);
  std::vector<int> asked;
  settings.back_off = [&asked](int failures) {
    asked.push_back(failures);
    return failures < 3 ? Millis{0} : Millis{60'000};
  };
  Connection connection{settings, {}};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(connection.connect().has_error());
  EXPECT_EQ(asked, (std::vector{1, 2, 3}));
  EXPECT_EQ(server.connections().size(), 3u);
}

}  // namespace
}  // namespace jobflip::pg
