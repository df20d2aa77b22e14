#include "jobflip/view/service_view.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace jobflip::view {
namespace {

core::ServiceStatus web() {
  core::ServiceStatus out;
  out.settings.name = ServiceName::of("web");
  out.settings.url = "https://app.example.com/\x1b";
  out.state = core::ServiceState::down;
  out.since = WallTime{std::chrono::hours{500'000}};
  out.seen = *out.since + std::chrono::minutes{4};
  out.since_ago = Millis{250'000};
  out.seen_ago = Millis{10'000};
  out.sentence = "status 503\x1b[2J";
  return out;
}

TEST(ServiceView, SaysHowItIs) {
  auto status = web();
  EXPECT_EQ(service_text(status), "service web has been down for 4m10s: status 503\\x1b[2J");
  EXPECT_EQ(service_state_text(status), "down");
  EXPECT_EQ(level_of(status), core::AlarmLevel::critical);
  status.maintenance_until = *status.since + std::chrono::hours{1};
  EXPECT_EQ(service_state_text(status), "maintenance");
  EXPECT_EQ(level_of(status), core::AlarmLevel::note);
  status = web();
  status.state = core::ServiceState::slow;
  EXPECT_EQ(level_of(status), core::AlarmLevel::warning);
  status.state = core::ServiceState::up;
  EXPECT_EQ(level_of(status), core::AlarmLevel::note);
  status.state.reset();
  EXPECT_EQ(level_of(status), core::AlarmLevel::warning);
  EXPECT_EQ(service_state_text(status), "unwatched");
  EXPECT_EQ(service_text(status), "service web was last checked 10.0s ago: status 503\\x1b[2J");
  status.seen.reset();
  status.sentence.clear();
  EXPECT_EQ(service_text(status), "service web has not been checked");
  EXPECT_EQ(service_check_text(status.settings).find('\x1b'), std::string::npos);
}

TEST(ServiceView, UptimeIsNeverRoundedUp) {
  EXPECT_EQ(uptime_text(std::nullopt), "-");
  EXPECT_EQ(uptime_text(1.0), "100.000 %");
  EXPECT_EQ(uptime_text(0.9999999), "99.999 %");
  EXPECT_EQ(uptime_text(0.999), "99.900 %");
  EXPECT_EQ(uptime_text(0.9995), "99.950 %");
  EXPECT_EQ(uptime_text(0.0), "0.000 %");
}

TEST(ServiceView, IsJsonWithNullForWhatIsNotKnown) {
  const auto json = nlohmann::json::parse(json_text(service_json({.status = web()}), 0));
  EXPECT_EQ(json["service"], "web");
  EXPECT_EQ(json["state"], "down");
  EXPECT_EQ(json["sentence"], "status 503\x1b[2J");
  EXPECT_EQ(json["maintenance_until"], nullptr);
  EXPECT_EQ(json["last_24h"], nullptr);
  auto none = web();
  none.state.reset();
  core::ServiceMinutes minutes;
  minutes.up = Millis{3};
  minutes.down = Millis{1};
  const auto with = nlohmann::json::parse(
      json_text(service_json({.status = none, .day = minutes, .month = {}}), 0));
  EXPECT_EQ(with["state"], nullptr);
  EXPECT_EQ(with["last_24h"]["uptime"], 0.75);
}

}  // namespace
}  // namespace jobflip::view
