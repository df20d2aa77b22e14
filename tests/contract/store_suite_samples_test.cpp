// Readings that are kept, and what was learned from them.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

const QueueName email = QueueName::of("email");

core::QueueSample full_sample() {
  core::QueueSample sample;
  sample.queue = email;
  sample.runnable = 7;
  sample.oldest_runnable = Millis{61'000};
  sample.done = 12;
  sample.paused = false;
  sample.head = "job \"1\", {a\\b} \xc3\xa9";
  return sample;
}

core::NewSample reading(Millis age, const PoolName& pool = mail) {
  return {pool, email, age, Millis{5}, "STALLED", full_sample(), ""};
}

core::SampleBatch batch(Epoch leader, std::vector<core::NewSample> samples,
                        const NodeName& supervisor = sup1) {
  return {supervisor, leader, std::move(samples)};
}

core::LearnedBatch rhythm(Epoch leader, const std::string& document, const PoolName& pool = mail,
                          const NodeName& supervisor = sup1) {
  return {supervisor, leader, {{pool, email, document}}};
}

core::SampleQuery all_of(ports::ReaderStore& reader, const PoolName& pool = mail) {
  const auto now = reader.snapshot()->store_time;
  return {pool, email, WallTime{}, now + std::chrono::hours{1}};
}

std::vector<core::KeptSample> kept(ports::ReaderStore& reader, const core::SampleQuery& query) {
  std::vector<core::KeptSample> found;
  const auto done = reader.samples(query, [&](const core::KeptSample& one) {
    found.push_back(one);
    return true;
  });
  EXPECT_TRUE(done.has_value()) << done.error().text;
  return found;
}
std::vector<core::KeptSample> kept(ports::ReaderStore& reader) {
  return kept(reader, all_of(reader));
}

TEST_P(StoreContract, SamplesComeBackAsTheyWereOldestFirstAtTheTimeThatTheirAgeSays) {
  const Epoch leader = elect();
  auto failed = reading(Millis{20'000});
  failed.sample.reset();
  failed.verdict = "BLIND";
  failed.error = "relation \"job\" does not exist";
  auto oldest = reading(Millis{30'000});
  oldest.begins = true;
  oldest.sample->runnable = 8;
  const auto before = reader().snapshot()->store_time;
  EXPECT_TRUE(samples(sup1)
                  .keep_samples(
                      batch(leader, {reading(Millis{10'000}), failed, oldest, reading({}, paper)}))
                  .value());
  const auto after = reader().snapshot()->store_time;
  const auto found = kept(reader());
  ASSERT_EQ(found.size(), 3u) << "the other pool's queue has the same name";
  for (const int i : {0, 2}) {
    EXPECT_EQ(found[i].sample, i == 0 ? oldest.sample : full_sample()) << i;
    EXPECT_EQ(found[i].verdict, "STALLED");
    EXPECT_EQ(found[i].error, "");
    EXPECT_EQ(found[i].took, Millis{5});
    EXPECT_EQ(found[i].begins, i == 0) << "the watch began with the oldest";
  }
  EXPECT_EQ(found[1].verdict, "BLIND");
  EXPECT_FALSE(found[1].sample.has_value());
  EXPECT_EQ(found[1].error, failed.error);
  for (int i = 0; i < 3; ++i) {
    EXPECT_GE(found[i].at, before - (3 - i) * std::chrono::seconds{10});
    EXPECT_LE(found[i].at, after - (3 - i) * std::chrono::seconds{10});
  }
  EXPECT_EQ(kept(reader(), all_of(reader(), paper)).size(), 1u);
}

TEST_P(StoreContract, AReaderOfSamplesGetsThoseOfItsTimeAndMayStop) {
  const Epoch leader = elect();
  for (const int age : {500, 400, 300, 200, 100})
    EXPECT_TRUE(
        samples(sup1).keep_samples(batch(leader, {reading(std::chrono::seconds{age})})).value());
  const auto every = kept(reader());
  ASSERT_EQ(every.size(), 5u);
  auto some = all_of(reader());
  some.since = every[1].at;
  some.until = every[3].at;
  const auto found = kept(reader(), some);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], every[1]);
  EXPECT_EQ(found[1], every[2]);
  int seen = 0;
  EXPECT_TRUE(reader()
                  .samples(all_of(reader()), [&](const core::KeptSample&) { return ++seen < 2; })
                  .has_value());
  EXPECT_EQ(seen, 2);
  some.until = some.since;
  EXPECT_TRUE(kept(reader(), some).empty());
  some.queue = QueueName::of("none");
  EXPECT_TRUE(kept(reader(), some).empty());
}

TEST_P(StoreContract, OnlyTheLeaderKeepsSamplesAndWhatItLearned) {
  const Epoch leader = elect();
  EXPECT_TRUE(samples(sup1).keep_samples(batch(leader, {reading({})})).value());
  EXPECT_TRUE(samples(sup1).keep_learned(rhythm(leader, R"({"a":1})")).value());
  const auto is_refused = [&](const NodeName& login, const NodeName& name, Epoch epoch) {
    const auto one = samples(login).keep_samples(batch(epoch, {reading({})}, name));
    const auto other = samples(login).keep_learned(rhythm(epoch, R"({"b":2})", mail, name));
    EXPECT_EQ(one.has_error(), other.has_error());
    if (one.has_error()) {
      EXPECT_EQ(one.error().code, ErrorCode::store_denied) << one.error().text;
    }
    return one.has_error() || (!*one && !*other);
  };
  EXPECT_TRUE(is_refused(sup1, sup1, Epoch{leader.value - 1}));
  EXPECT_TRUE(is_refused(sup2, sup2, leader)) << "who knows the leader's epoch does not lead";
  EXPECT_TRUE(is_refused(sup2, sup1, leader)) << "nor who gives the leader's name";
  ASSERT_EQ(release(sup1, leader, supervisors), core::ReleaseOutcome::released);
  EXPECT_TRUE(is_refused(sup1, sup1, leader));
  const Epoch next = elect(sup2);
  EXPECT_TRUE(is_refused(sup1, sup1, leader));
  EXPECT_EQ(kept(reader()).size(), 1u);
  EXPECT_EQ(reader().learned(mail, email).value(), R"({"a":1})");
  EXPECT_TRUE(samples(sup2).keep_samples(batch(next, {reading({})}, sup2)).value());
  EXPECT_EQ(kept(reader()).size(), 2u);
}

TEST_P(StoreContract, ABatchOfSamplesOverALimitIsRefusedAsAWhole) {
  const Epoch leader = elect();
  const auto ends = [&](std::vector<core::NewSample> list) {
    const auto done = samples(sup1).keep_samples(batch(leader, std::move(list)));
    return done ? ErrorCode{} : done.error().code;
  };
  const std::vector<core::NewSample> most(core::kSampleBatchMax, reading({}));
  ASSERT_TRUE(samples(sup1).keep_samples(batch(leader, most)).value());
  ASSERT_EQ(kept(reader()).size(), most.size());
  auto more = most;
  more.push_back(reading({}));
  EXPECT_EQ(ends(more), ErrorCode::usage);
  EXPECT_EQ(ends({reading({}), reading(core::kSampleAgeMax + Millis{1})}), ErrorCode::usage);
  EXPECT_EQ(ends({reading({}), reading(Millis{-1})}), ErrorCode::usage);
  auto odd = reading({});
  odd.took = Millis{-1};
  EXPECT_EQ(ends({reading({}), odd}), ErrorCode::usage);
  odd = reading({});
  odd.verdict = std::string(64, 'x');
  EXPECT_EQ(ends({reading({}), odd}), ErrorCode::usage);
  EXPECT_EQ(kept(reader()).size(), most.size());
}

TEST_P(StoreContract, ALongErrorOfASampleIsCutAndAQueueThatIsNotThereIsLeftOut) {
  const Epoch leader = elect();
  auto failed = reading({});
  failed.sample.reset();
  failed.error = std::string(5000, 'x');
  auto hostile = reading(Millis{10'000});
  hostile.sample.reset();
  hostile.error = "\"{}\\\xff" + std::string(400, '\x1b') + "\xc3\xa9";
  auto of_none = reading({});
  of_none.queue = QueueName::of("none");
  EXPECT_TRUE(samples(sup1).keep_samples(batch(leader, {of_none, failed, hostile})).value());
  const auto found = kept(reader());
  ASSERT_EQ(found.size(), 2u);
  for (const auto& one : found) EXPECT_LE(one.error.size(), core::kSampleErrorMax);
  EXPECT_TRUE(found[0].error.starts_with("\"{}\\"));
  EXPECT_TRUE(found[1].error.starts_with("xxxx"));
  auto none = all_of(reader());
  none.queue = of_none.queue;
  EXPECT_TRUE(kept(reader(), none).empty());
}

TEST_P(StoreContract, WhatWasLearnedOutlivesFlipsAndLeadersAndGoesWithItsQueue) {
  const Epoch leader = elect();
  EXPECT_EQ(reader().learned(mail, email).value(), "");
  EXPECT_TRUE(samples(sup1).keep_learned(rhythm(leader, R"({"a":1})")).value());
  EXPECT_TRUE(samples(sup1).keep_learned(rhythm(leader, R"({"p":1})", paper)).value());
  EXPECT_TRUE(samples(sup1).keep_learned(rhythm(leader, R"({"a":2})")).value());
  const Epoch held = hold(job1);
  carry_out(flip(job2), held, core::FlipState::started);
  ASSERT_EQ(release(sup1, leader, supervisors), core::ReleaseOutcome::released);
  elect(sup2);
  auto fleet = small_fleet();
  fleet.pools[0].queues[0].sample_every = Millis{5000};
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value()) << "settings may change";
  const std::vector<core::Learned> both{{mail, email, R"({"a":2})"}, {paper, email, R"({"p":1})"}};
  EXPECT_EQ(samples(sup2).learned().value(), both);
  EXPECT_EQ(reader().learned(mail, email).value(), R"({"a":2})");

  fleet.pools[0].queues[0].name = QueueName::of("letters");
  fleet.pools.pop_back();
  ASSERT_TRUE(oper().apply(fleet, person(), true).has_value());
  EXPECT_EQ(samples(sup2).learned().value(), both) << "a dry run removes nothing";
  ASSERT_TRUE(oper().apply(fleet, person(), false).has_value());
  ASSERT_TRUE(oper().apply(small_fleet(), person(), false).has_value());
  EXPECT_TRUE(samples(sup2).learned().value().empty()) << "the queue that is there now is new";
}

TEST_P(StoreContract, WhatWasLearnedIsOneJsonObjectOfBoundedSize) {
  const Epoch leader = elect();
  const auto padded = [](std::size_t size) {
    return R"({"a":")" + std::string(size - 8, 'x') + R"("})";
  };
  const auto largest = padded(core::kLearnedDocumentMax);
  ASSERT_EQ(largest.size(), core::kLearnedDocumentMax);
  ASSERT_TRUE(samples(sup1).keep_learned(rhythm(leader, largest)).value());
  for (const auto& bad : {padded(core::kLearnedDocumentMax + 1), std::string{"[]"},
                          std::string{"no"}, std::string{}}) {
    const auto done = samples(sup1).keep_learned(rhythm(leader, bad));
    ASSERT_TRUE(done.has_error()) << bad.substr(0, 10);
    EXPECT_EQ(done.error().code, ErrorCode::usage) << done.error().text;
  }
  auto many = rhythm(leader, "{}");
  many.learned.resize(core::kLearnedBatchMax, many.learned.front());
  EXPECT_TRUE(samples(sup1).keep_learned(many).value()) << "the last of those of one queue counts";
  EXPECT_EQ(reader().learned(mail, email).value(), "{}");
  many.learned.push_back(many.learned.front());
  EXPECT_EQ(samples(sup1).keep_learned(many).error().code, ErrorCode::usage);
}

TEST_P(StoreContract, SamplesAreKeptForAsLongAsTheFleetSays) {
  auto fleet = small_fleet();
  EXPECT_TRUE(oper().apply(fleet, person(), true).value().empty());
  fleet.keeping.samples_kept = std::chrono::days{2};
  EXPECT_EQ(oper().apply(fleet, person(), false).value().size(), 1u);
  EXPECT_TRUE(oper().apply(fleet, person(), false).value().empty());
}

}  // namespace
}  // namespace jobflip::test
