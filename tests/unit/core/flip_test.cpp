#include "jobflip/core/flip.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace jobflip::core {
namespace {

constexpr auto kStates = {FlipState::requested, FlipState::draining,    FlipState::released,
                          FlipState::expired,   FlipState::taken,       FlipState::started,
                          FlipState::verified,  FlipState::ineffective, FlipState::unverified,
                          FlipState::failed,    FlipState::aborted};
constexpr auto kEvents = {
    FlipEvent::drain_begun, FlipEvent::released,      FlipEvent::lease_expired,
    FlipEvent::taken,       FlipEvent::started,       FlipEvent::completed,
    FlipEvent::not_cured,   FlipEvent::nobody_looked, FlipEvent::start_failed,
    FlipEvent::overdue,     FlipEvent::abort,         FlipEvent::superseded};

TEST(Flip, HasNamesThatAreReadBack) {
  std::set<std::string_view> names;
  for (const FlipState state : kStates) {
    EXPECT_TRUE(names.insert(name_of(state)).second);
    EXPECT_EQ(parse_flip_state(name_of(state)), state);
  }
  names.clear();
  for (const FlipEvent event : kEvents) {
    EXPECT_TRUE(names.insert(name_of(event)).second);
    EXPECT_EQ(parse_flip_event(name_of(event)), event);
  }
  EXPECT_FALSE(parse_flip_state("Verified"));
  EXPECT_FALSE(parse_flip_event(""));
}

TEST(Flip, FindsEveryRowOfTheTableAndNoOther) {
  std::size_t found = 0;
  for (const FlipState state : kStates) {
    for (const FlipEvent event : kEvents) {
      const FlipTransition* row = find_transition(state, event);
      if (!row) continue;
      ++found;
      EXPECT_EQ(row->from, state);
      EXPECT_EQ(row->event, event);
      EXPECT_FALSE(row->sentence.empty());
    }
  }
  EXPECT_EQ(found, kFlipTable.size());
}

TEST(Flip, GoesNowhereOnceItHasEnded) {
  for (const FlipState state : kStates)
    for (const FlipEvent event : kEvents)
      if (has_ended(state)) {
        EXPECT_EQ(find_transition(state, event), nullptr) << name_of(state);
      }
}

TEST(Flip, CanEndFromEveryStateThatIsNotAnEnd) {
  for (const FlipState start : kStates) {
    std::set<FlipState> seen{start};
    for (bool grew = true; grew;) {
      grew = false;
      for (const auto& row : kFlipTable)
        if (seen.contains(row.from)) grew = seen.insert(row.to).second || grew;
    }
    bool ends = false;
    for (const FlipState state : seen) ends = ends || has_ended(state);
    EXPECT_TRUE(ends) << name_of(start);
  }
}

}  // namespace
}  // namespace jobflip::core
