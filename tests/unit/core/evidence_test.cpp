// What a decision was based on, as one kind of JSON whoever decided.

#include "jobflip/core/evidence.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/supervisor_parts.hpp"
#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

std::set<std::string> keys_of(const Json& object) {
  std::set<std::string> keys;
  for (const auto& [key, unused] : object.items()) keys.insert(key);
  return keys;
}

QueueSample sample_of(std::int64_t done) {
  QueueSample sample;
  sample.queue = QueueName::of("email");
  sample.done = done;
  return sample;
}

QueueEvidence queue_of(const std::string& name, QueueState verdict, int samples) {
  QueueEvidence queue;
  queue.queue = QueueName::of(name);
  queue.verdict = verdict;
  for (int i = samples; i > 0; --i) queue.newest_first.push_back(sample_of(i));
  return queue;
}

/// Of the pool of the harness, with a queue that the supervisor published.
struct SeenPool {
  SupervisedWorld world;
  FlipPlan plan;

  explicit SeenPool(FlipIntent intent = {}) {
    world.elect();
    world.run_well();
    PoolView& pool = world.pool();
    pool.queues = {{QueueName::of("email"), "STALLED", "no claim", 4s, 1s, sample_of(7)}};
    plan = plan_flip(pool, {}, intent);
  }
};

TEST(Evidence, HasWhatChoseTheTargetAmongThoseThatCouldTakeOver) {
  SeenPool seen;
  auto& candidates = seen.world.pool().candidates;
  for (auto& one : candidates) one.priority = one.node == NodeName::of("job2") ? 20 : 30;
  candidates.back().crashes = 4;
  const auto plan = plan_flip(seen.world.pool(), {}, {});
  const auto json = Json::parse(evidence_json(evidence_of(seen.world.pool(), {}, plan)));
  ASSERT_EQ(json["candidates"].size(), candidates.size());
  for (const auto& one : json["candidates"]) {
    const bool last = one["node"] == candidates.back().node.str();
    EXPECT_EQ(one["priority"], one["node"] == "job2" ? 20 : 30) << one;
    EXPECT_EQ(one["crashes"], last ? 4 : 0) << one;
  }
}

TEST(Evidence, HasTheSameKeysWhoeverDecided) {
  SeenPool seen;
  FlipIntent by_hand;
  by_hand.manual = true;
  by_hand.to = NodeName::of("job2");
  const auto manual =
      Json::parse(evidence_json(evidence_of(seen.world.pool(), by_hand, seen.plan)));
  const auto automatic = Json::parse(evidence_json(supervisor::make_evidence(
      seen.world.watch(), seen.world.pool(), {}, seen.plan, seen.world.now)));
  EXPECT_EQ(keys_of(manual), keys_of(automatic));
  EXPECT_EQ(keys_of(manual["asked"]), keys_of(automatic["asked"]));
  for (const auto* list : {"gates", "candidates", "queues"}) {
    SCOPED_TRACE(list);
    ASSERT_FALSE(manual[list].empty());
    ASSERT_FALSE(automatic[list].empty());
    EXPECT_EQ(keys_of(manual[list][0]), keys_of(automatic[list][0]));
  }
  EXPECT_EQ(keys_of(manual["queues"][0]["samples_newest_first"][0]),
            keys_of(automatic["queues"][0]["samples_newest_first"][0]));
  EXPECT_EQ(manual["automatic"], false);
  EXPECT_EQ(automatic["automatic"], true);
}

TEST(Evidence, OfAPersonHasWhatTheySawAndAskedFor) {
  FlipIntent intent;
  intent.manual = true;
  intent.to = NodeName::of("job2");
  SeenPool seen{intent};
  const auto json = Json::parse(evidence_json(evidence_of(seen.world.pool(), intent, seen.plan)));
  EXPECT_EQ(json["asked"], (Json{{"from", nullptr}, {"to", "job2"}, {"host_is_off", false}}));
  EXPECT_EQ(json["to"], "job2");
  EXPECT_EQ(json["holder"], "job1");
  EXPECT_EQ(json["gates"].size(), kRefusals.size());
  EXPECT_EQ(json["gates"][1]["rule"], "verdict");
  EXPECT_EQ(json["gates"][1]["applies"], false);
  const auto& queue = json["queues"][0];
  EXPECT_EQ(queue["verdict"], "STALLED");
  EXPECT_EQ(queue["verdict_age_ms"], 4000);
  EXPECT_EQ(queue["window_ms"], 5000);
  EXPECT_TRUE(queue["quiet_ms"].is_null()) << "nobody watched";
  EXPECT_EQ(queue["samples_newest_first"][0]["done"], 7);
}

TEST(Evidence, IsBoundedAndKeepsTheNewestSamplesOfWhatIsStalled) {
  for (const std::size_t most : {kMaxHoldEvidenceBytes, kMaxFlipEvidenceBytes}) {
    SCOPED_TRACE(most);
    SeenPool seen;
    Evidence evidence = evidence_of(seen.world.pool(), {}, seen.plan);
    evidence.queues = {queue_of("ok", QueueState::ok, 1),
                       queue_of("first", QueueState::stalled, 500),
                       queue_of("second", QueueState::stalled, 500)};
    evidence.queues[0].reason = std::string(300, 'x');
    const auto text = evidence_json(evidence, most);
    EXPECT_LE(text.size(), most);
    EXPECT_GT(text.size(), most - 1000) << "the room is used";
    const auto json = Json::parse(text);
    EXPECT_EQ(json["queues_left_out"], 1);
    ASSERT_EQ(json["queues"].size(), 2U);
    for (const auto& queue : json["queues"]) {
      const auto& samples = queue["samples_newest_first"];
      ASSERT_GT(samples.size(), 10U) << "each has its share";
      for (std::size_t i = 0; i < samples.size(); ++i)
        EXPECT_EQ(samples[i]["done"], 500 - static_cast<int>(i));
      EXPECT_EQ(queue["samples_left_out"].get<std::size_t>() + samples.size(), 500U);
    }
  }
}

TEST(Evidence, LeavesCandidatesOutAndCountsThem) {
  SeenPool seen;
  Evidence evidence = evidence_of(seen.world.pool(), {}, seen.plan);
  evidence.plan.candidates.assign(1000, {NodeName::of("job9"), false, std::string(300, 'x')});
  const auto text = evidence_json(evidence, kMaxHoldEvidenceBytes);
  EXPECT_LE(text.size(), kMaxHoldEvidenceBytes);
  const auto json = Json::parse(text);
  EXPECT_GT(json["candidates"].size(), 5U);
  EXPECT_EQ(json["candidates_left_out"].get<std::size_t>() + json["candidates"].size(), 1000U);
  EXPECT_EQ(json["queues"].size(), 1U) << "half of the room is for the queues";
}

TEST(Evidence, MakesWhatOthersWroteHarmless) {
  SeenPool seen;
  Evidence evidence = evidence_of(seen.world.pool(), {}, seen.plan);
  const std::string hostile = std::string{"\"\\\x1b[2J\xff\xc2\x9b\n"} + '\0' + "caf\xc3\xa9";
  evidence.queues[0].reason = hostile + std::string(5000, '"');
  evidence.queues[0].newest_first[0].head = hostile;
  evidence.plan.gates[0].text = hostile;
  evidence.crashing_holder = CandidateView{};
  evidence.crashing_holder->crash_reason = hostile;
  const auto text = evidence_json(evidence);
  for (const char c : text) EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
  EXPECT_EQ(text.find("\\u0000"), std::string::npos) << "jsonb refuses it";
  const auto json = Json::parse(text);
  EXPECT_NE(json["gates"][0]["text"].get<std::string>().find("caf\xc3\xa9"), std::string::npos);
  EXPECT_LT(json["queues"][0]["reason"].get<std::string>().size(), 600U);
  EXPECT_EQ(json["queues"][0]["samples_newest_first"][0]["head"], json["crash_loop"]["reason"]);
}

TEST(Evidence, SaysForHowLongAStuckQueueHadBeenQuiet) {
  Evidence evidence;
  auto stalled = queue_of("email", QueueState::stalled, 0);
  stalled.verdict_age = 30s;
  stalled.window = 3min;
  auto fine = queue_of("other", QueueState::ok, 0);
  fine.verdict_age = 5h;
  evidence.queues = {stalled, fine};
  EXPECT_EQ(quiet_before(evidence_json(evidence)), 210s);
  evidence.queues[0].quiet = 4min;
  EXPECT_EQ(quiet_before(evidence_json(evidence)), 4min);
  for (const char* other :
       {"", "[]", "{}", R"({"queues": 3})", R"({"queues": [1, {"verdict": 2}]})",
        R"({"queues": [{"verdict": "STALLED", "quiet_ms": "x", "verdict_age_ms": -5}]})"})
    EXPECT_EQ(quiet_before(other), 0ms) << other;
}

}  // namespace
}  // namespace jobflip::core
