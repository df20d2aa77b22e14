#include "store/wire.hpp"

#include <gtest/gtest.h>

namespace jobflip::store {
namespace {

std::string joined(std::string text) {
  for (auto& c : text) c = c == '|' ? kFieldEnd : c == '\n' ? kRecordEnd : c;
  return text;
}

const std::string kSettings =
    "S|mail|3|observe|keep|t|hand-over|2000|2000|11000|3000|1000|500|14000|16000|0.1|30000|3000|"
    "15000|120000|30000|"
    "900000|14400000\n"
    "C|job1|10\nC|job2|20\nQ|email|app|select 1|queue|10000|180000|0||120000|3";

TEST(Wire, ABeatIsReadWithItsPoolsSettingsAndFlip) {
  const auto answer =
      parse_beat(joined("B|some-uuid|17|t|t|99\nP|mail|3|42|held|job1|9|t|f|f|1|t|f|5|draining|"
                        "job1|job2|t|f|t|3000|t\n" +
                        kSettings + "\nP|paper|1|0|released||0|f|t|t|0|f|t|||||||||"));
  ASSERT_TRUE(answer.has_value()) << answer.error().text;
  EXPECT_TRUE(answer->is_quiet);
  const auto* reply = &answer->reply;
  EXPECT_EQ(reply->beat, BeatNumber{17});
  EXPECT_EQ(reply->life, 99);
  ASSERT_EQ(reply->pools.size(), 2u);
  const auto& mail = reply->pools[0];
  EXPECT_EQ(mail.epoch, Epoch{42});
  EXPECT_EQ(mail.lease_beat, BeatNumber{9});
  EXPECT_TRUE(mail.paused);
  EXPECT_EQ(mail.rank, 1);
  EXPECT_TRUE(mail.own && !mail.settled);
  ASSERT_TRUE(mail.flip.has_value());
  EXPECT_EQ(mail.flip->state, core::FlipState::draining);
  EXPECT_TRUE(mail.flip->overdue);
  EXPECT_TRUE(mail.flip->stalled);
  ASSERT_TRUE(mail.settings.has_value());
  EXPECT_EQ(mail.settings->mode, core::PoolMode::observe);
  EXPECT_EQ(mail.settings->when_store_lost, core::WhenStoreLost::keep);
  EXPECT_EQ(mail.settings->when_workers_end, core::WhenWorkersEnd::hand_over);
  EXPECT_TRUE(mail.settings->workers_fence_every_claim);
  EXPECT_EQ(mail.settings->timings, core::LeaseTimings{});
  EXPECT_EQ(mail.settings->candidates.size(), 2u);
  EXPECT_EQ(mail.settings->queues.at(0).job_timeout, std::nullopt);
  EXPECT_EQ(mail.settings->queues.at(0).age_target, Millis{120'000});
  EXPECT_FALSE(reply->pools[1].settings || reply->pools[1].flip);
  EXPECT_TRUE(reply->pools[1].frozen && reply->pools[1].drained);
  EXPECT_TRUE(reply->pools[1].holder.empty());
}

TEST(Wire, WhatIsCutShortAnywhereIsAnErrorAndNeverHalfAnAnswer) {
  const auto whole = joined(
      "B|some-uuid|17|t||99\nP|mail|3|42|held|job1|9|t|f|f|1|t|f|5|draining|job1|job2|t|f|t|3000|"
      "t\n" +
      kSettings);
  ASSERT_TRUE(parse_beat(whole).has_value());
  for (std::size_t fields = 1; fields < 60; ++fields) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < fields && at != whole.npos; ++i) at = whole.find(kFieldEnd, at + 1);
    if (at == whole.npos) break;
    EXPECT_TRUE(parse_beat(whole.substr(0, at)).has_error()) << fields;
  }
  for (const auto* text :
       {"", "B", "X|a|1|t||9", "B|a|x|t|f|9", "B|a|1|", "B|a|1|t|f", "B|a|1|t|f|x", "B|a|1|t|f|9|3",
        "B|a|1|t|f|9\nS|mail", "B|a|1|t|f|9\nP|Bad Name|1"})
    EXPECT_TRUE(parse_beat(joined(text)).has_error()) << text;
}

TEST(Wire, ASampleComesBackAsItWas) {
  core::QueueSample sample;
  sample.queue = QueueName::of("email");
  EXPECT_EQ(parse_sample(sample_text(sample), sample.queue).value(), sample);
  sample.runnable = 1;
  sample.oldest_runnable = Millis{2};
  sample.unpromoted = 3;
  sample.running = 4;
  sample.oldest_running = Millis{0};
  sample.done = 6;
  sample.last_done_at = WallTime{Micros{-7}};
  sample.failed = 8;
  sample.paused = false;
  sample.marker = -9;
  sample.head = "";
  EXPECT_EQ(parse_sample(sample_text(sample), sample.queue).value(), sample);
  sample.head = "job \x1f 1";  // a character that would end the field is escaped
  EXPECT_EQ(parse_sample(sample_text(sample), sample.queue)->head, "job \\x1f 1");
}

TEST(Wire, ALengthOrATimeThatNoClockCanHoldIsAnErrorAndNoNumber) {
  const auto queue = QueueName::of("email");
  const auto text = [](const std::string& age, const std::string& done_at) {
    return joined("1|" + age + "|0|0||0|" + done_at + "|0|||");
  };
  EXPECT_TRUE(parse_sample(text("3162240000000", "253402300799999999"), queue).has_value());
  for (const auto* age : {"3162240000001", "-3162240000001", "9223372036854775807"})
    EXPECT_TRUE(parse_sample(text(age, ""), queue).has_error()) << age;
  for (const auto* time : {"253402300800000000", "-9223372036854775808"})
    EXPECT_TRUE(parse_sample(text("1", time), queue).has_error()) << time;
  const auto at = kSettings.find("11000");
  auto settings = kSettings;
  EXPECT_TRUE(parse_settings(joined(settings)).has_value());
  settings.replace(at, 5, "9223372036854775807");
  EXPECT_TRUE(parse_settings(joined(settings)).has_error());
}

TEST(Wire, AnArrayOfTextsEscapesWhatEndsAText) {
  EXPECT_EQ(array_of({}), "{}");
  EXPECT_EQ(array_of({"a", "b:1"}), "{\"a\",\"b:1\"}");
  EXPECT_EQ(array_of_texts({"say \"hi\"", "back\\slash", ""}),
            "{\"say \\\"hi\\\"\",\"back\\\\slash\",\"\"}");
}

}  // namespace
}  // namespace jobflip::store
