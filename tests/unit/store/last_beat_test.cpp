#include "store/last_beat.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace jobflip::store {
namespace {

const auto kMail = PoolName::of("mail");

core::BeatRequest request() {
  return {NodeName::of("job1"),          Uuid{"i"},          {{kMail, Epoch{7}}}, {kMail}, "",
          {{kMail, SettingsVersion{3}}}, {{kMail, Epoch{7}}}};
}

BeatAnswer answer(bool is_quiet) {
  core::PoolReport mail;
  mail.pool = kMail;
  mail.version = SettingsVersion{3};
  mail.settings.emplace();
  mail.lease_beat = BeatNumber{17};
  BeatAnswer made;
  made.reply.beat = BeatNumber{17};
  made.reply.pools = {mail};
  made.is_quiet = is_quiet;
  return made;
}

TEST(LastBeat, CoversTheVerySameRequestOnceItsAnswerMayBeGoneOnFrom) {
  LastBeat last;
  EXPECT_FALSE(last.covers(request())) << "nothing was said yet";
  last.keep(request(), answer(false));
  EXPECT_FALSE(last.covers(request())) << "something is going on";
  last.keep(request(), answer(true));
  EXPECT_TRUE(last.covers(request()));
  last.keep(request(), answer(false));
  EXPECT_FALSE(last.covers(request())) << "the newer answer counts";
}

TEST(LastBeat, CoversNoRequestThatReportsAnythingElse) {
  LastBeat last;
  last.keep(request(), answer(true));
  using Request = core::BeatRequest;
  const std::vector<std::function<void(Request&)>> differences{
      [](Request& r) { r.node = NodeName::of("job2"); },
      [](Request& r) { r.instance = Uuid{"j"}; },
      [](Request& r) { r.renewals.clear(); },
      [](Request& r) { r.renewals[0].epoch = Epoch{8}; },
      [](Request& r) { r.ready.clear(); },
      [](Request& r) { r.not_ready_reason = "no disk"; },
      [](Request& r) { r.known.clear(); },
      [](Request& r) { r.known[0].version = SettingsVersion{2}; },
      [](Request& r) {
        r.seen = {{PoolName::of("mail"), Epoch{8}}};
      },
      [](Request& r) {
        r.heads = {{"mail", 8, "hash"}};
      },
      [](Request& r) {
        r.crashing = {{PoolName::of("mail"), 3, "exited with 1"}};
      },
  };
  for (std::size_t i = 0; i < differences.size(); ++i) {
    auto other = request();
    differences[i](other);
    EXPECT_FALSE(last.covers(other)) << i;
  }
}

TEST(LastBeat, EachReplyHasTheNextNumberAndNoSettingsAgain) {
  LastBeat last;
  last.keep(request(), answer(true));
  EXPECT_EQ(last.full_beat_number(), BeatNumber{17});
  for (const std::int64_t number : {18, 19}) {
    const auto reply = last.again();
    EXPECT_EQ(reply.beat, BeatNumber{number});
    EXPECT_EQ(reply.pools.at(0).lease_beat, BeatNumber{number});
    EXPECT_FALSE(reply.pools.at(0).settings.has_value());
  }
  EXPECT_EQ(last.full_beat_number(), BeatNumber{17}) << "the last in full";
}

}  // namespace
}  // namespace jobflip::store
