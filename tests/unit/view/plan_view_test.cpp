#include "jobflip/view/plan_view.hpp"

#include <gmock/gmock.h>

#include "jobflip/view/json_view.hpp"
#include "jobflip/view/preset_view.hpp"

namespace jobflip::view {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

core::PoolView pool_with(core::QueueSettings queue, std::string verdict, std::string reason) {
  core::PoolView pool;
  pool.settings.name = PoolName::of("mail");
  pool.settings.queues = {queue};
  core::QueueView view{};
  view.queue = queue.name;
  view.verdict = std::move(verdict);
  view.reason = std::move(reason);
  pool.queues = {view};
  return pool;
}

core::QueueSettings queue_of(std::optional<std::string> preset) {
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.preset = std::move(preset);
  queue.pickup_every = 2s;
  return queue;
}

constexpr const char* kReason =
    "the queue is paused; 5 due; paused for 31m00s while 5 jobs wait: was it forgotten?";

TEST(ExplainJson, HasTheWholeSentenceOfEachQueueAndWhatItsPresetCanNotSee) {
  const auto pool = pool_with(queue_of("pg-boss"), "PAUSED", kReason);
  const auto json = explain_json({}, pool, {}, {});
  ASSERT_EQ(json["queues"].size(), 1U);
  const auto& queue = json["queues"][0];
  EXPECT_EQ(queue["verdict"], "PAUSED");
  EXPECT_EQ(queue["reason"], kReason);
  EXPECT_EQ(queue["preset"]["name"], "pg-boss");
  EXPECT_EQ(queue["preset"]["pickup_every_ms"], 2000);
  EXPECT_EQ(queue["preset"]["rescue_after_ms"], 900'000);
  EXPECT_THAT(queue["preset"]["cannot_see"].get<std::string>(), HasSubstr("limits on groups"));
  const auto by_query = explain_json({}, pool_with(queue_of({}), "OK", "fine"), {}, {});
  EXPECT_TRUE(by_query["queues"][0]["preset"].is_null());
}

TEST(FleetJson, HasTheWholeSentenceOfEachQueueAndBlindAsAnAlarm) {
  const auto pool = pool_with(queue_of({}), "BLIND", "the queue could not be read yet: no right");
  core::Snapshot snapshot;
  const auto json = fleet_json(snapshot, {&pool});
  EXPECT_EQ(json["pools"][0]["queues"][0]["reason"], "the queue could not be read yet: no right");
  EXPECT_THAT(json["pools"][0]["alarms"].dump(),
              AllOf(HasSubstr("BLIND: queue email"), HasSubstr("could not be read yet: no right")));
}

TEST(PresetTexts, SayWhatIsKnownOfTheSystem) {
  const auto texts = [](const char* preset) {
    std::string all;
    const auto pool = pool_with(queue_of(preset), "OK", "");
    for (const auto& one : preset_texts(pool.settings, QueueName::of("email"))) all += one + "\n";
    return all;
  };
  EXPECT_THAT(texts("pg-boss"),
              AllOf(HasSubstr("pg-boss: workers look for work every 2s (pickup_every)\n"),
                    HasSubstr("claims of dead workers come back after 15m, by the monitor"),
                    HasSubstr("jobflip can't see pauses, and limits on groups")));
  EXPECT_THAT(texts("que"), HasSubstr("come back at once, by PostgreSQL itself"));
  EXPECT_THAT(texts("procrastinate"), HasSubstr("come back not by themselves: you sweep them"));
  EXPECT_EQ(texts("of\x1b a later version"),
            "preset of\\x1b a later version: this program does not know it\n");
  core::PoolSettings none;
  EXPECT_TRUE(preset_texts(none, QueueName::of("email")).empty());
}

}  // namespace
}  // namespace jobflip::view
