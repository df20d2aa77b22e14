// The lease protocol: beat, take, release, the freeze, epochs.

#include <algorithm>

#include "contract/store_suite.hpp"

namespace jobflip::test {
namespace {

using core::OwnerState;
using core::ReleaseOutcome;
using core::TakeOutcome;

TEST_P(StoreContract, ABeatReportsExactlyThePoolsThatTheNodeIsACandidateOf) {
  const auto reply = beat(job1);
  ASSERT_EQ(reply.pools.size(), 2u);
  EXPECT_EQ(reply.pools[0].pool, mail);
  EXPECT_EQ(reply.pools[1].pool, paper);
  EXPECT_FALSE(reply.incarnation.text.empty());
  EXPECT_TRUE(beat(stranger).pools.empty());
  const auto leader = beat(sup1);
  ASSERT_EQ(leader.pools.size(), 1u);
  EXPECT_EQ(leader.pools[0].pool, supervisors);
}

TEST_P(StoreContract, ANodesBeatNumberRisesByOneWithEachBeat) {
  const auto first = beat(job1);
  const auto second = beat(job1);
  EXPECT_EQ(second.beat.value, first.beat.value + 1);
  EXPECT_EQ(second.incarnation, first.incarnation);
}

TEST_P(StoreContract, ABeatSendsSettingsOnlyIfTheAgentDoesNotKnowTheirVersion) {
  const auto answer = report(job1);
  ASSERT_TRUE(answer.settings.has_value());
  core::PoolSettings expected = pool_settings(mail);
  expected.version = answer.version;
  EXPECT_EQ(answer.settings->timings, expected.timings);
  EXPECT_EQ(answer.settings->candidates, expected.candidates);
  EXPECT_EQ(answer.settings->version, answer.version);

  core::BeatRequest request = beat_of(job1);
  request.known = {{mail, answer.version}, {paper, SettingsVersion{answer.version.value + 100}}};
  const auto reply = agent(job1).beat(request);
  ASSERT_TRUE(reply.has_value());
  EXPECT_FALSE(reply->pools[0].settings.has_value());
  EXPECT_TRUE(reply->pools[1].settings.has_value());
}

TEST_P(StoreContract, ALoginCanActForItsOwnNodeOnly) {
  const auto forged_beat = agent(job1).beat(beat_of(job2));
  ASSERT_TRUE(forged_beat.has_error());
  EXPECT_EQ(forged_beat.error().code, ErrorCode::store_denied);
  const auto forged_take = agent(job1).take(take_of(job2));
  ASSERT_TRUE(forged_take.has_error());
  EXPECT_EQ(forged_take.error().code, ErrorCode::store_denied);
  const Epoch epoch = hold(job2);
  const auto forged_release = agent(job1).release(release_of(job2, epoch));
  ASSERT_TRUE(forged_release.has_error());
  EXPECT_EQ(forged_release.error().code, ErrorCode::store_denied);
}

TEST_P(StoreContract, ASecondAgentOfTheNameIsRefusedWhileTheFirstBeats) {
  beat(job1);
  core::BeatRequest other = beat_of(job1);
  other.instance = fresh();
  const auto refused = agent(job1).beat(other);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, ErrorCode::refused);
  pass(timings.takeover_after + Millis{50});
  EXPECT_TRUE(agent(job1).beat(other).has_value());
  EXPECT_TRUE(agent(job1).beat(beat_of(job1)).has_error());
}

TEST_P(StoreContract, RankCountsTheLiveReadyCandidatesThatArePreferred) {
  EXPECT_EQ(report(job3).rank, 1);  // job1 sent a beat in SetUp
  beat(job2);
  beat(job1);
  EXPECT_EQ(report(job3).rank, 2);
  core::BeatRequest unready = beat_of(job2);
  unready.ready = {};
  unready.not_ready_reason = "no such program";
  ASSERT_TRUE(agent(job2).beat(unready).has_value());
  EXPECT_EQ(report(job3).rank, 1);
  ASSERT_TRUE(oper().drain(job1, true, person()).has_value());
  EXPECT_EQ(report(job3).rank, 0);
  beat(job2);
  EXPECT_EQ(report(job3).rank, 1);
  pass(2 * timings.beat_every + timings.call_deadline + Millis{50});
  EXPECT_EQ(report(job3).rank, 0) << "no node waits for a silent one";
}

TEST_P(StoreContract, ALeaseStaysUnchangedForWatchersOnceItsHolderNoLongerRenews) {
  const Epoch epoch = hold(job1);
  beat(job1, {});  // restarted: it sends beats, and renews nothing
  const auto first = report(job2);
  beat(job1, {});
  auto unready = beat_of(job1);
  unready.ready = {paper};  // a change, but not of the lease
  ASSERT_TRUE(agent(job1).beat(unready).has_value());
  beat(job1, {});
  EXPECT_EQ(report(job2).lease_beat, first.lease_beat);
  EXPECT_EQ(report(job2).epoch, epoch);
  // Its clock counts from the end of the renewals, not from its last beat.
  pass(timings.takeover_after / 2 + Millis{50});
  beat(job1, {});
  pass(timings.takeover_after / 2 + Millis{50});
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::taken);
}

TEST_P(StoreContract, ABeatThatRenewsAnOldEpochRenewsNothing) {
  const Epoch old = hold(job1);
  ASSERT_EQ(release(job1, old), ReleaseOutcome::released);
  const Epoch now = hold(job1);
  ASSERT_NE(now, old);
  beat(job1, {{mail, old}});
  const auto first = report(job2);
  beat(job1, {{mail, old}});
  EXPECT_EQ(report(job2).lease_beat, first.lease_beat);
}

TEST_P(StoreContract, AReleasedLeaseIsFreeAtOnceAndKeepsItsEpoch) {
  const Epoch epoch = hold(job1);
  EXPECT_EQ(release(job1, epoch), ReleaseOutcome::released);
  const auto after = report(job2);
  EXPECT_EQ(after.state, OwnerState::released);
  EXPECT_EQ(after.epoch, epoch);
  EXPECT_GT(hold(job2), epoch);
}

TEST_P(StoreContract, TheSameReleaseAskedAgainHasTheSameAnswerAndOneEvent) {
  const Epoch epoch = hold(job1);
  const auto request = release_of(job1, epoch);
  const auto events = events_of();
  EXPECT_EQ(agent(job1).release(request).value(), ReleaseOutcome::released);
  EXPECT_EQ(agent(job1).release(request).value(), ReleaseOutcome::released);
  EXPECT_EQ(events_of(), events + 1);
}

TEST_P(StoreContract, OnlyTheHolderOfTheEpochReleasesIt) {
  const Epoch epoch = hold(job1);
  ASSERT_EQ(beat_of(job3).instance, beat_of(job1).instance);
  beat(job3);
  EXPECT_EQ(release(job3, epoch), ReleaseOutcome::not_holder)
      << "whatever instance it claims to be";
  EXPECT_EQ(release(job2, epoch), ReleaseOutcome::not_holder);
  EXPECT_EQ(release(job1, Epoch{epoch.value - 1}), ReleaseOutcome::not_holder);
  EXPECT_EQ(report(job2).holder, job1);
  EXPECT_EQ(report(job2).state, OwnerState::held);
}

TEST_P(StoreContract, ARestartedHolderContinuesUnderItsEpochByRenewingAgain) {
  const Epoch epoch = hold(job1);
  const auto before = report(job2).lease_beat;
  beat(job1, {{mail, epoch}});
  EXPECT_GT(report(job2).lease_beat, before);
}

TEST_P(StoreContract, LostHistoryIsANewIncarnationThatFreezesEveryTakeForAWhile) {
  const Epoch epoch = hold(job1, paper);
  const auto before = beat(job2).incarnation;
  auto watched = take_of(job2);
  lose_history();
  const auto reply = beat(job2);
  EXPECT_NE(reply.incarnation, before);
  EXPECT_TRUE(report(job2).frozen);
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::frozen);         // free
  EXPECT_EQ(take(take_of(job2, paper)).outcome, TakeOutcome::frozen);  // held
  ASSERT_TRUE(view().frozen_for.has_value());
  EXPECT_LE(*view().frozen_for, timings.freeze);
  EXPECT_EQ(report(job2, paper).epoch, epoch);
  beat(job1, {{paper, epoch}});  // a holder's beats are not stopped
  pass(timings.freeze + Millis{50});
  EXPECT_FALSE(report(job2).frozen);
  EXPECT_FALSE(view().frozen_for.has_value());
  EXPECT_EQ(take(watched).outcome, TakeOutcome::moved);  // of the previous incarnation
  EXPECT_EQ(take(take_of(job2)).outcome, TakeOutcome::taken);
}

TEST_P(StoreContract, TheFirstCallAfterLostHistoryIsFrozenWhicheverItIs) {
  const auto request = take_of(job1);
  lose_history();
  EXPECT_EQ(take(request).outcome, TakeOutcome::frozen);
}

TEST_P(StoreContract, AnEpochIsAboveWhateverAnyAgentHasSeen) {
  const Epoch lost{2'000'000'000'000'000};  // more than microseconds since 1970
  core::BeatRequest seen = beat_of(job2);
  seen.seen = {{mail, lost}};
  ASSERT_TRUE(agent(job2).beat(seen).has_value());
  pass(timings.freeze + Millis{50});
  const Epoch first = hold(job1);
  EXPECT_GT(first, lost);
  ASSERT_EQ(release(job1, first), ReleaseOutcome::released);
  // Too late: the lost history is already known.
  seen.seen = {{mail, Epoch{first.value + 10'000'000}}};
  ASSERT_TRUE(agent(job2).beat(seen).has_value());
  EXPECT_FALSE(report(job1).frozen);
  EXPECT_GT(take(take_of(job1)).epoch.value, first.value + 10'000'000);
}

TEST_P(StoreContract, EpochsRiseThoughTakesAreLostAndNobodySawThem) {
  Epoch highest = hold(job1);
  ASSERT_EQ(release(job1, highest), ReleaseOutcome::released);
  for (int i = 0; i < 4; ++i) {
    keep_rows();
    for (int lost = 0; lost < 3; ++lost) {
      highest = hold(job1);
      ASSERT_EQ(release(job1, highest), ReleaseOutcome::released);
    }
    lose_commits_since();
    beat(job2);
    pass(timings.freeze + Millis{50});
    core::TakeRequest wanted = take_of(job2);
    wanted.in_touch = timings.takeover_after;  // with a server that was started after the release
    const auto next = take(wanted);
    ASSERT_EQ(next.outcome, TakeOutcome::taken) << next.sentence;
    EXPECT_GT(next.epoch, highest);
    highest = next.epoch;
    ASSERT_EQ(release(job2, highest), ReleaseOutcome::released);
  }
}

TEST_P(StoreContract, EpochsOfAPoolRiseWithEveryTake) {
  Epoch last{0};
  for (int i = 0; i < 6; ++i) {
    const NodeName& node = i % 2 == 0 ? job1 : job2;
    const Epoch epoch = hold(node);
    EXPECT_GT(epoch, last);
    last = epoch;
    ASSERT_EQ(release(node, epoch), ReleaseOutcome::released);
  }
}

TEST_P(StoreContract, BeatsAndRefusedStepsOfTheLeaseLeaveTheOtherPoolsChainAlone) {
  const auto before = events_of("paper");
  hold(job1);
  beat(job1);
  take(take_of(job2));
  EXPECT_EQ(events_of("paper"), before);
}

TEST_P(StoreContract, ABeatWritesNoEvent) {
  const Epoch epoch = hold(job1);
  const auto before = events_of();
  for (int i = 0; i < 5; ++i) beat(job1, {{mail, epoch}});
  EXPECT_EQ(events_of(), before);
}

}  // namespace
}  // namespace jobflip::test
