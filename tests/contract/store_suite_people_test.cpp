// What operators change and read: the fleet, pauses, drains, the snapshot, the audit.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

TEST_P(StoreContract, TheSameFleetAppliedAgainChangesNothing) {
  const auto version = report(job1).version;
  const auto events = events_of() + events_of("jobflip");
  const auto changes = oper().apply(small_fleet(), person(), false);
  ASSERT_TRUE(changes.has_value()) << changes.error().text;
  EXPECT_TRUE(changes->empty()) << changes->front();
  EXPECT_EQ(report(job1).version, version);
  EXPECT_EQ(events_of() + events_of("jobflip"), events);
}

TEST_P(StoreContract, ADryRunSaysWhatWouldChangeAndChangesNothing) {
  core::Fleet fleet = small_fleet();
  fleet.pools[0].drain_timeout = Millis{4321};
  const auto version = report(job1).version;
  const auto events = events_of();
  const auto changes = oper().apply(fleet, person(), true);
  ASSERT_TRUE(changes.has_value()) << changes.error().text;
  ASSERT_FALSE(changes->empty());
  EXPECT_NE(changes->front().find("mail"), std::string::npos) << changes->front();
  EXPECT_EQ(report(job1).version, version);
  EXPECT_EQ(view().settings.drain_timeout, pool_settings(mail).drain_timeout);
  EXPECT_EQ(events_of(), events);
}

TEST_P(StoreContract, AChangedPoolGetsANewVersionAndTheOthersKeepTheirs) {
  core::Fleet fleet = small_fleet();
  fleet.pools[0].drain_timeout = Millis{4321};
  fleet.pools[0].candidates.pop_back();
  const auto mail_before = report(job1).version;
  const auto paper_before = report(job1, paper).version;
  const auto changes = oper().apply(fleet, person(), false);
  ASSERT_TRUE(changes.has_value()) << changes.error().text;
  EXPECT_FALSE(changes->empty());
  EXPECT_GT(report(job1).version, mail_before);
  EXPECT_EQ(report(job1, paper).version, paper_before);
  EXPECT_EQ(view().settings.drain_timeout, Millis{4321});
  EXPECT_EQ(view().candidates.size(), 2u);
  const auto reply = beat(job3);  // no longer a candidate
  EXPECT_EQ(std::ranges::count(reply.pools, mail, &core::PoolReport::pool), 0);
}

TEST_P(StoreContract, EverySettingOfAPoolComesBackAsItWasPutIn) {
  core::Fleet fleet = small_fleet();
  core::PoolSettings& pool = fleet.pools[0];
  pool.mode = core::PoolMode::observe;
  pool.timings = core::LeaseTimings{};
  pool.when_workers_end = core::WhenWorkersEnd::hand_over;
  pool.hold_down = Millis{1234};
  pool.candidates = {{job3, 5}, {job1, 7}};
  core::QueueSettings& queue = pool.queues[0];
  queue.query = "select 'it''s'\n  -- two lines";
  queue.done_kind = core::DoneKind::window;
  queue.job_timeout = Millis{300'000};
  queue.age_target = Millis{120'000};
  queue.pickup_every = Millis{1500};
  queue.enter_after = 5;
  core::QueueSettings other;
  other.name = QueueName::of("jobs");
  other.database = "app";
  other.preset = "quartz";
  other.schema = "My \"own\" schema";
  other.prefix = "acme_";
  pool.queues.push_back(other);
  const auto applied = oper().apply(fleet, person(), false);
  ASSERT_TRUE(applied.has_value()) << applied.error().text;
  core::PoolSettings shown = view().settings;
  shown.version = pool.version;
  std::ranges::sort(shown.candidates, {}, &core::Candidate::priority);
  EXPECT_EQ(shown, pool);
}

TEST_P(StoreContract, APoolThatReturnsToTheFleetKeepsItsEpochs) {
  const Epoch epoch = hold(job1);
  ASSERT_EQ(release(job1, epoch), core::ReleaseOutcome::released);
  core::Fleet without = small_fleet();
  without.pools.erase(without.pools.begin());
  const auto removed = oper().apply(without, person(), false);
  ASSERT_TRUE(removed.has_value()) << removed.error().text;
  ASSERT_TRUE(oper().apply(small_fleet(), person(), false).has_value());
  EXPECT_GT(hold(job1), epoch);
}

TEST_P(StoreContract, APauseIsShownWithWhoWhyAndHowLong) {
  const auto events = events_of();
  const auto answer = oper().pause(mail, Millis{60'000}, person("upgrade"));
  ASSERT_TRUE(answer.has_value()) << answer.error().text;
  EXPECT_TRUE(answer->accepted);
  EXPECT_TRUE(answer->changed);
  EXPECT_EQ(events_of(), events + 1);
  const auto shown = view().pause;
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->reason, "upgrade");
  EXPECT_NE(shown->actor.find("alice"), std::string::npos) << shown->actor;
  EXPECT_LE(shown->left, Millis{60'000});
  EXPECT_GT(shown->left, Millis{50'000});
  EXPECT_FALSE(view(paper).pause.has_value());
}

TEST_P(StoreContract, APauseOfAllPoolsAndItsResume) {
  ASSERT_TRUE(oper().pause({}, Millis{60'000}, person()).value().changed);
  EXPECT_TRUE(view().pause.has_value());
  EXPECT_TRUE(view(paper).pause.has_value());
  ASSERT_TRUE(oper().pause({}, std::nullopt, person()).value().changed);
  EXPECT_FALSE(view().pause.has_value());
  const auto again = oper().pause(mail, std::nullopt, person());
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->accepted);
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(oper().pause(PoolName::of("nowhere"), Millis{1000}, person()).error().code,
            ErrorCode::not_found);
}

TEST_P(StoreContract, ADrainIsShownWithItsReasonAndIsRecordedOnce) {
  ASSERT_TRUE(oper().drain(job2, true, person("disk")).value().changed);
  const auto again = oper().drain(job2, true, person("disk"));
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->accepted);
  EXPECT_FALSE(again->changed);
  const auto shown = view().candidates;
  const auto one = std::ranges::find(shown, job2, &core::CandidateView::node);
  ASSERT_NE(one, shown.end());
  EXPECT_TRUE(one->drained);
  EXPECT_NE(one->drain_reason.find("disk"), std::string::npos);
  EXPECT_EQ(oper().drain(NodeName::of("nobody"), true, person()).error().code,
            ErrorCode::not_found);
}

TEST_P(StoreContract, TheSnapshotShowsHolderAndCandidates) {
  const Epoch epoch = hold(job1);
  core::BeatRequest unready = beat_of(job2);
  unready.ready = {paper};
  unready.not_ready_reason = "no such program";
  ASSERT_TRUE(agent(job2).beat(unready).has_value());
  const auto shown = view();
  EXPECT_EQ(shown.owner.epoch, epoch);
  EXPECT_EQ(shown.owner.state, core::OwnerState::held);
  EXPECT_EQ(shown.owner.holder, job1);
  EXPECT_TRUE(shown.owner.beat_age.has_value());
  EXPECT_TRUE(shown.owner.taken_at.has_value());
  ASSERT_EQ(shown.candidates.size(), 3u);
  EXPECT_EQ(shown.candidates[0].node, job1);
  EXPECT_TRUE(shown.candidates[0].ready);
  EXPECT_EQ(shown.candidates[1].node, job2);
  EXPECT_FALSE(shown.candidates[1].ready);
  EXPECT_EQ(shown.candidates[1].not_ready_reason, "no such program");
  EXPECT_FALSE(shown.candidates[2].beat_age.has_value());
  const auto snapshot = reader().snapshot();
  ASSERT_EQ(snapshot->pools.size(), 2u);
  EXPECT_EQ(snapshot->pools[0].settings.name, mail);
  ASSERT_TRUE(snapshot->supervisors.has_value());
  EXPECT_EQ(snapshot->supervisors->settings.name, supervisors);
  EXPECT_EQ(snapshot->budget.settings, small_fleet().budget);
}

TEST_P(StoreContract, TheSilenceOfAHolderIsCountedFromItsLastRenewal) {
  const Epoch epoch = hold(job1);
  pass(Millis{300});
  EXPECT_GE(*view().owner.beat_age, Millis{300});
  beat(job1, {{mail, epoch}});
  EXPECT_LT(*view().owner.beat_age, Millis{300});
}

TEST_P(StoreContract, TheSupervisorsSeeTheSameSnapshotAsReaders) {
  hold(job1);
  const auto one = supervisor(sup1).snapshot();
  ASSERT_TRUE(one.has_value()) << one.error().text;
  EXPECT_EQ(one->pools.at(0).owner.holder, job1);
}

TEST_P(StoreContract, AFlipRunsThroughTheSnapshot) {
  hold(job1);
  const FlipId id = flip(job2);
  const auto open = view().open_flip;
  ASSERT_TRUE(open.has_value());
  EXPECT_EQ(open->id, id);
  EXPECT_EQ(open->state, core::FlipState::requested);
  EXPECT_EQ(open->actor.find("alice") == std::string::npos, false) << open->actor;
}

TEST_P(StoreContract, EveryChainIsGaplessFromOneAndEndsAtItsHead) {
  const Epoch epoch = hold(job1);
  carry_out(flip(job2), epoch, core::FlipState::started);
  ASSERT_TRUE(oper().drain(job3, true, person()).has_value());
  const auto heads = reader().audit_heads();
  ASSERT_TRUE(heads.has_value());
  EXPECT_GE(heads->size(), 2u);
  for (const core::ChainHead& head : *heads) {
    const auto events = reader().audit({.chain = head.chain});
    ASSERT_TRUE(events.has_value());
    ASSERT_EQ(events->size(), static_cast<std::size_t>(head.seq)) << head.chain;
    std::int64_t seq = 0;
    for (const core::AuditEvent& event : *events) {
      EXPECT_EQ(event.seq, ++seq);
      EXPECT_EQ(event.chain, head.chain);
      EXPECT_FALSE(event.kind.empty());
      EXPECT_FALSE(event.session_user.empty());
    }
  }
}

TEST_P(StoreContract, AuditIsReadInPagesAndNewestFirst) {
  Epoch epoch = hold(job1);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(release(job1, epoch), core::ReleaseOutcome::released);
    epoch = hold(job1);
  }
  const auto all = reader().audit({.chain = "mail"}).value();
  const auto page = reader().audit({.chain = "mail", .after_seq = 2, .limit = 2}).value();
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].seq, 3);
  const auto newest = reader().audit({.chain = "mail", .limit = 1, .newest_first = true}).value();
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest[0].seq, all.back().seq);
}

TEST_P(StoreContract, AnOperatorsChangeIsRecordedWithTheNameTheyClaim) {
  ASSERT_TRUE(oper().pause(mail, Millis{1000}, person("because")).has_value());
  const auto events = reader().audit({.chain = "mail", .limit = 1, .newest_first = true}).value();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].actor, "alice");
  EXPECT_NE(events[0].reason.find("because"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::test
