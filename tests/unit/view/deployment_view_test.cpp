#include "jobflip/view/deployment_view.hpp"

#include <gmock/gmock.h>

#include "jobflip/view/event_text.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr WallTime kBegan{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} +
                          std::chrono::hours{3}};

core::Deployment rolled_back() {
  core::Deployment d;
  d.id = 12;
  d.pool = PoolName::of("mail");
  d.version = "4.2.1";
  d.state = core::DeploymentState::rolled_back;
  d.started_at = kBegan;
  d.started_by = "ci";
  d.ended_at = kBegan + 14min;
  d.ended_by = "ann";
  d.flip = FlipId{7};
  d.flip_back = FlipId{8};
  return d;
}

TEST(DeploymentView, SaysHowLongBeforeTheOnsetItBegan) {
  auto d = rolled_back();
  EXPECT_EQ(
      deployment_near_text(d, kBegan + 3min, "the onset"),
      "deployment 12 of version 4.2.1: began 3m00s before the onset, by ci; rolled back after "
      "14m00s, by ann, with flip 8");
  EXPECT_THAT(deployment_near_text(d, kBegan - 10s, "it was opened"),
              HasSubstr("began 10.0s after it was opened"));
  d.ended_at.reset();
  d.state = core::DeploymentState::running;
  EXPECT_THAT(deployment_near_text(d, kBegan, "the onset"), HasSubstr("; still running"));
}

TEST(DeploymentView, ARunningOneSaysForHowLongFlipsWait) {
  core::RunningDeployment d{12, "4.2\x1b[2J", "c\ni", 3min, 7min, {}};
  EXPECT_EQ(running_deployment_text(d),
            "DEPLOYMENT 12 of version 4.2\\x1b[2J for 3m00s, by c\\x0ai: automatic flips wait for "
            "7m00s more");
  d.hold_left.reset();
  EXPECT_THAT(running_deployment_text(d), HasSubstr("automatic flips wait no longer"));
  EXPECT_TRUE(running_deployment_json(std::nullopt).is_null());
  const auto json = running_deployment_json(d);
  EXPECT_EQ(json["deployment"], 12);
  EXPECT_EQ(json["age_ms"], 180'000);
  EXPECT_TRUE(json["hold_left_ms"].is_null());
  EXPECT_TRUE(json["flip"].is_null());
}

TEST(DeploymentView, AsJsonHasWhatIsKnownAndElseNull) {
  auto json = deployment_json(rolled_back());
  EXPECT_EQ(json["state"], "rolled_back");
  EXPECT_EQ(json["flip"], 7);
  EXPECT_EQ(json["flip_back"], 8);
  core::Deployment running;
  json = deployment_json(running);
  for (const auto* key : {"ended_at", "ended_by", "flip", "flip_back", "reason"})
    EXPECT_TRUE(json[key].is_null()) << key;
}

std::string text(const std::string& kind, const std::string& payload, const std::string& reason,
                 std::optional<std::int64_t> flip = {}) {
  core::AuditEvent event;
  event.chain = "mail";
  event.kind = kind;
  event.payload = payload;
  event.reason = reason;
  event.flip = flip;
  return event_text(event);
}

TEST(DeploymentEvents, SayWhatHappened) {
  const std::string one = R"({"deployment": 12, "version": "4.2.1"})";
  EXPECT_EQ(text("deployment_started", one, "version 4.2.1"),
            "deployment 12 of version 4.2.1 begins");
  EXPECT_EQ(text("deployment_started", one, "hotfix"),
            "deployment 12 of version 4.2.1 begins: hotfix");
  EXPECT_EQ(text("deployment_done", one, "version 4.2.1"),
            "deployment 12 of version 4.2.1 is done");
  EXPECT_EQ(text("deployment_flip", R"({"deployment": 12, "version": "4.2.1", "back": false})",
                 "the new one", 7),
            "flip 7 is the planned flip of deployment 12 of version 4.2.1: the new one");
  EXPECT_EQ(text("deployment_flip", R"({"deployment": 12, "version": "4.2.1", "back": false})",
                 "deployment 12 of version 4.2.1", 7),
            "flip 7 is the planned flip of deployment 12 of version 4.2.1");
  EXPECT_EQ(text("deployment_flip", R"({"deployment": 12, "version": "4.2.1", "back": true})",
                 "errors", 8),
            "flip 8 is the flip back of deployment 12 of version 4.2.1: errors");
  EXPECT_EQ(
      text("deployment_rolled_back",
           R"({"deployment": 12, "version": "4.2.1", "flip": 7, "flip_rule": ""})", "errors", 8),
      "deployment 12 of version 4.2.1 is rolled back, with flip 8: errors");
  EXPECT_EQ(
      text("deployment_rolled_back",
           R"({"deployment": 12, "version": "4.2.1", "flip": 7, "flip_rule": "target"})", "errors"),
      "deployment 12 of version 4.2.1 is rolled back, and rule target forbids the flip back: "
      "errors");
  EXPECT_EQ(text("deployment_expired", one, "the pool was removed"),
            "deployment 12 of version 4.2.1 has expired: the pool was removed");
}

}  // namespace
}  // namespace jobflip::view
