#include "jobflip/core/sample_document.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "jobflip/core/sample_fields.hpp"

namespace jobflip::core {
namespace {

using Json = nlohmann::json;

const QueueName kQueue = QueueName::of("email");

QueueSample full() {
  QueueSample sample;
  sample.queue = kQueue;
  int number = 0;
  const auto fill = [&]<class T>(T QueueSample::*m) {
    ++number;
    if constexpr (std::is_same_v<T, std::int64_t>) sample.*m = number;
    if constexpr (std::is_same_v<T, std::optional<std::int64_t>>) sample.*m = -number;
    if constexpr (std::is_same_v<T, std::optional<Millis>>) sample.*m = Millis{number};
    if constexpr (std::is_same_v<T, std::optional<WallTime>>) sample.*m = WallTime{Micros{-number}};
    if constexpr (std::is_same_v<T, std::optional<bool>>) sample.*m = false;
    if constexpr (std::is_same_v<T, std::optional<std::string>>) sample.*m = "";
  };
  for (const auto& field : sample_fields()) std::visit(fill, field.member);
  return sample;
}

TEST(SampleDocument, EveryValueComesBackAsItWas) {
  EXPECT_EQ(parse_sample_document(sample_document(full()), kQueue).value(), full());
  QueueSample fresh;
  fresh.queue = kQueue;
  EXPECT_EQ(parse_sample_document(sample_document(fresh), kQueue).value(), fresh);
  EXPECT_EQ(Json::parse(sample_document(fresh)).size(), sample_fields().size());
  EXPECT_EQ(sample_document_without_nulls(fresh),
            "{\"runnable\":0,\"unpromoted\":0,\"running\":0,\"done\":0,\"failed\":0}");
  EXPECT_EQ(parse_sample_document(sample_document_without_nulls(full()), kQueue).value(), full());
  auto odd = full();
  odd.head = "job \x1f\x1e \"1\" \xc3\xa9";
  EXPECT_EQ(parse_sample_document(sample_document(odd), kQueue)->head, odd.head);
}

TEST(SampleDocument, HasNoNegativeCount) {
  ASSERT_TRUE(parse_sample_document(R"({"runnable": 0, "marker": -5})", kQueue));
  for (const char* key : {"runnable", "unpromoted", "running", "done", "failed"}) {
    const auto read =
        parse_sample_document("{\"" + std::string{key} + "\": -9223372036854775808}", kQueue);
    ASSERT_FALSE(read) << key;
    EXPECT_NE(read.error().text.find(key), std::string::npos) << read.error().text;
  }
}

TEST(SampleDocument, SaysWhatPeopleRead) {
  QueueSample sample;
  sample.runnable = 3;
  sample.oldest_runnable = Millis{1500};
  sample.last_done_at = WallTime{Micros{1'763'860'000'123'456}};
  const auto json = Json::parse(sample_document(sample));
  EXPECT_EQ(json["runnable"], 3);
  EXPECT_EQ(json["oldest_runnable_ms"], 1500);
  EXPECT_EQ(json["last_done_at"], "2025-11-23T01:06:40.123456Z");
  EXPECT_TRUE(json.contains("paused") && json["paused"].is_null());
}

TEST(SampleDocument, OfAnotherVersionIsReadWithWhatItHas) {
  auto json = Json::parse(sample_document(full()));
  json["new_value"] = Json{{"deep", 1}};
  EXPECT_EQ(parse_sample_document(json.dump(), kQueue).value(), full());
  json.erase("marker");
  json.erase("failed");
  auto wanted = full();
  wanted.marker.reset();
  wanted.failed = 0;
  EXPECT_EQ(parse_sample_document(json.dump(), kQueue).value(), wanted);
}

TEST(SampleDocument, ALengthOrATimeThatNoClockCanHoldIsAnErrorAndNoNumber) {
  const auto with = [](const std::string& key, const Json& value) {
    auto json = Json::parse(sample_document(full()));
    json[key] = value;
    return parse_sample_document(json.dump(), kQueue);
  };
  EXPECT_TRUE(with("oldest_runnable_ms", 3162240000000).has_value());
  for (const std::int64_t age : {3162240000001, -3162240000001, 9223372036854775807})
    EXPECT_EQ(with("oldest_runnable_ms", age).error().text,
              "sample: oldest_runnable_ms can't be read")
        << age;
  EXPECT_TRUE(with("last_done_at", "9999-12-31T23:59:59.999999Z").has_value());
  for (const Json& bad : {Json{"10000-01-01T00:00:00.000000Z"}, Json{"infinity"}, Json{7}})
    EXPECT_TRUE(with("last_done_at", bad).has_error()) << bad;
  EXPECT_TRUE(with("runnable", "1").has_error());
  EXPECT_TRUE(parse_sample_document("nonsense", kQueue).has_error());
}

}  // namespace
}  // namespace jobflip::core
