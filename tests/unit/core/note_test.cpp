#include "jobflip/core/note.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "unit/core/agent_harness.hpp"
#include "unit/core/supervisor_harness.hpp"

namespace jobflip::core {
namespace {

TEST(Note, EveryKindHasItsOwnNameAndMessageId) {
  std::set<std::string_view> names, ids;
  for (const NoteRow& row : kNoteTable) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(ids.insert(row.message_id).second) << row.name;
    EXPECT_EQ(row.message_id.size(), 32U) << row.name;
    EXPECT_EQ(row.message_id.find_first_not_of("0123456789abcdef"), std::string_view::npos);
  }
}

TEST(Note, ALineHasItsFieldsInAFixedOrderAndNothingFromOutsideUnescaped) {
  Note note{.kind = NoteKind::held,
            .pool = kMail,
            .flip = FlipId{17},
            .epoch = Epoch{42},
            .verdict = "STALLED",
            .sentence = "a \"b\" \x1b[2J\nheld.forged pool=x"};
  EXPECT_EQ(line_of(note, 3),
            "held pool=mail flip=17 epoch=42 verdict=STALLED "
            "reason=\"a \\x22b\\x22 \\x1b[2J\\x0aheld.forged pool=x\" repeats=3");
}

std::vector<NoteKind> kinds_told(AgentHarness& agent, const AgentEvent& event) {
  const AgentStep step = agent_step(agent.state, event, agent.now);
  std::vector<NoteKind> kinds;
  for (const Note& note : step.notes) kinds.push_back(note.kind);
  return kinds;
}

TEST(Note, TheHoldersNotesOfADrainCarryTheFlipAndItsEpoch) {
  AgentHarness agent;
  agent.become_holder();
  agent.flip(FlipState::requested, kSelf, kOther);
  agent.notes.clear();
  agent.beat();
  agent.workers(WorkerPhase::empty);
  ASSERT_GE(agent.notes.size(), 3U);
  EXPECT_EQ(agent.notes[0].kind, NoteKind::drain_begun);
  EXPECT_EQ(agent.notes[1].kind, NoteKind::workers_told);
  EXPECT_EQ(agent.notes[2].kind, NoteKind::workers_gone);
  for (const Note& note : agent.notes) {
    EXPECT_EQ(note.flip, FlipId{17});
    EXPECT_EQ(note.epoch, Epoch{100});
    EXPECT_EQ(note.pool, kMail);
  }
}

TEST(Note, TheEndOfALeaseWithoutAnAnswerIsToldAsAFence) {
  AgentHarness agent;
  agent.become_holder();
  agent.now = agent.lease().deadline;
  const auto kinds = kinds_told(agent, Tick{});
  EXPECT_TRUE(std::ranges::count(kinds, NoteKind::fenced)) << "of " << kinds.size();
}

TEST(Note, TheHeadsOfChainsAreToldWhenTheyMovedAndOnceAMinuteAtMost) {
  SupervisedWorld world;
  world.heads = {{"mail", 5, std::string(32, '\x0f')}};
  world.elect();
  world.run(std::chrono::seconds{5});
  const auto anchors = [&world] {
    return std::ranges::count(world.notes, NoteKind::anchor, &Note::kind);
  };
  ASSERT_EQ(anchors(), 1);
  const auto anchor = std::ranges::find(world.notes, NoteKind::anchor, &Note::kind);
  EXPECT_EQ(anchor->chain, "mail");
  EXPECT_EQ(anchor->seq, 5);
  EXPECT_EQ(anchor->hash.substr(0, 4), "0f0f");
  EXPECT_EQ(anchor->sentence, "mail 5 " + anchor->hash);

  world.heads[0].seq = 6;
  world.pool().owner.epoch = Epoch{43};
  world.run(std::chrono::seconds{5});
  EXPECT_EQ(anchors(), 1) << "not twice within a minute";
  world.run(std::chrono::seconds{60});
  EXPECT_EQ(anchors(), 2);
  EXPECT_EQ(world.heads_read, 2) << "and nothing is read where nothing moved";
}

}  // namespace
}  // namespace jobflip::core
