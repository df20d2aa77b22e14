#include "store/wire.hpp"

#include <gtest/gtest.h>

namespace jobflip::store {
namespace {

std::string joined(std::string text) {
  for (auto& c : text) c = c == '|' ? kFieldEnd : c == '\n' ? kRecordEnd : c;
  return text;
}

/// As the store answers: every other value is its default.
const std::string kSettings =
    R"({"name":"mail","version":3,"mode":"observe","lease_ms":12000,)"
    R"("candidates":{"job1":10,"job2":20},"queues":{"email":{"place":0,"age_target_ms":120000}}})";

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
  EXPECT_EQ(mail.settings->version, SettingsVersion{3});
  EXPECT_EQ(mail.settings->timings.lease, Millis{12'000});
  EXPECT_EQ(mail.settings->candidates.size(), 2u);
  EXPECT_EQ(mail.settings->queues.at(0).job_timeout, std::nullopt);
  EXPECT_EQ(mail.settings->queues.at(0).age_target, Millis{120'000});
  EXPECT_FALSE(reply->pools[1].settings || reply->pools[1].flip);
  EXPECT_TRUE(reply->pools[1].frozen && reply->pools[1].drained);
  EXPECT_TRUE(reply->pools[1].holder.empty());
}

TEST(Wire, SettingsThatCannotBeReadAreThoseOfOnePoolOnly) {
  const std::string begin = "B|some-uuid|17|t||99\nP|mail|3|42|held|job1|9|t|f|f|1|t|f|||||||||\n";
  const std::string paper = "\nP|paper|1|7|held|job1|9|f|f|f|0|t|t|||||||||";
  const auto good = parse_beat(joined(begin + kSettings + paper));
  ASSERT_TRUE(good.has_value()) << good.error().text;
  EXPECT_TRUE(good->reply.pools.at(0).settings.has_value());
  EXPECT_EQ(good->reply.pools.at(0).unreadable, "");
  for (const std::string bad :
       {R"({"name":"mail","version":3,"zzz":{"y":1e400}})", "{", "{\"name\":7}",
        R"({"name":"mail","version":3,"mode":[],"candidates":{},"queues":{}})",
        R"({"name":"paper","version":3,"candidates":{},"queues":{}})"}) {
    const auto answer = parse_beat(joined(begin + bad + paper));
    ASSERT_TRUE(answer.has_value()) << bad << ": " << answer.error().text;
    ASSERT_EQ(answer->reply.pools.size(), 2u) << bad;
    EXPECT_FALSE(answer->reply.pools[0].settings.has_value()) << bad;
    EXPECT_NE(answer->reply.pools[0].unreadable, "") << bad;
    EXPECT_EQ(answer->reply.pools[1].pool, PoolName::of("paper"));
    EXPECT_EQ(answer->reply.pools[1].epoch, Epoch{7});
  }
}

TEST(Wire, WhatIsCutShortAnywhereIsAnErrorAndNeverHalfAnAnswer) {
  const auto whole = joined(
      "B|some-uuid|17|t||99\nP|mail|3|42|held|job1|9|t|f|f|1|t|f|5|draining|job1|job2|t|f|t|3000|"
      "t\n" +
      kSettings);
  ASSERT_TRUE(parse_beat(whole).has_value());
  const auto settings = whole.rfind(kRecordEnd) + 1;
  for (std::size_t end = 0; end < whole.size(); ++end) {
    if (whole[end] != kFieldEnd && end <= settings) continue;
    const auto answer = parse_beat(whole.substr(0, end));
    EXPECT_TRUE(answer.has_error() ||
                (!answer->reply.pools[0].settings && !answer->reply.pools[0].unreadable.empty()))
        << end;
    EXPECT_EQ(answer.has_error(), end <= settings) << end;
  }
  for (const auto* text :
       {"", "B", "X|a|1|t||9", "B|a|x|t|f|9", "B|a|1|", "B|a|1|t|f", "B|a|1|t|f|x", "B|a|1|t|f|9|3",
        "B|a|1|t|f|9\nS|mail", "B|a|1|t|f|9\nP|Bad Name|1", "B|a|1|t|f|9\n{}"})
    EXPECT_TRUE(parse_beat(joined(text)).has_error()) << text;
}

TEST(Wire, AnArrayOfTextsEscapesWhatEndsAText) {
  EXPECT_EQ(array_of({}), "{}");
  EXPECT_EQ(array_of({"a", "b:1"}), "{\"a\",\"b:1\"}");
  EXPECT_EQ(array_of_texts({"say \"hi\"", "back\\slash", ""}),
            "{\"say \\\"hi\\\"\",\"back\\\\slash\",\"\"}");
}

}  // namespace
}  // namespace jobflip::store
