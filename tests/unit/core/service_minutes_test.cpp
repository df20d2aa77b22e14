#include "jobflip/core/service_minutes.hpp"

#include <gtest/gtest.h>

namespace jobflip::core {
namespace {

using std::chrono::minutes;

/// A minute of an invented day.
WallTime at(int minute) {
  return WallTime{std::chrono::hours{500'000} + minutes{minute}};
}

ServiceSpell spell(ServiceState state, int from, int to) {
  return {"web", state, at(from), at(to), false, ""};
}

Maintenance window(int from, int to, std::string service = "web") {
  return {std::move(service), at(from), at(to), "jane", "upgrade"};
}

constexpr auto kUp = ServiceState::up;
constexpr auto kSlow = ServiceState::slow;
constexpr auto kDown = ServiceState::down;

struct MinutesCase {
  std::string name;
  std::vector<ServiceSpell> spells;
  std::vector<Maintenance> maintenance;
  int up, slow, down, in_maintenance, unwatched;
};

const std::vector<MinutesCase> kHours = {
    {"nothing known", {}, {}, 0, 0, 0, 0, 60},
    {"up all the time", {spell(kUp, -30, 90)}, {}, 60, 0, 0, 0, 0},
    {"one after the other",
     {spell(kUp, 0, 20), spell(kSlow, 20, 30), spell(kDown, 30, 60)},
     {},
     20,
     10,
     30,
     0,
     0},
    {"any order", {spell(kDown, 30, 60), spell(kUp, 0, 30)}, {}, 30, 0, 30, 0, 0},
    {"a gap is unwatched", {spell(kUp, 0, 20), spell(kUp, 50, 60)}, {}, 30, 0, 0, 0, 30},
    {"maintenance hides the outage",
     {spell(kUp, 0, 20), spell(kDown, 20, 40), spell(kUp, 40, 60)},
     {window(15, 45)},
     30,
     0,
     0,
     30,
     0},
    {"part of an outage is planned", {spell(kDown, 0, 60)}, {window(0, 45)}, 0, 0, 15, 45, 0},
    {"unwatched maintenance is maintenance", {}, {window(10, 20)}, 0, 0, 0, 10, 50},
    {"windows overlap and touch",
     {spell(kUp, 0, 60)},
     {window(20, 40), window(10, 30), window(40, 45), window(12, 14)},
     25,
     0,
     0,
     35,
     0},
    {"windows reach over the span",
     {spell(kUp, 0, 60)},
     {window(-10, 10), window(55, 90)},
     45,
     0,
     0,
     15,
     0},
    {"an empty and a reversed window",
     {spell(kUp, 0, 60)},
     {window(20, 20), window(40, 30)},
     60,
     0,
     0,
     0,
     0},
    {"overlapping spells: the first counts",
     {spell(kUp, 0, 40), spell(kDown, 30, 60)},
     {},
     40,
     0,
     20,
     0,
     0},
    {"a spell within another", {spell(kUp, 0, 60), spell(kDown, 10, 20)}, {}, 60, 0, 0, 0, 0},
    {"outside of the span", {spell(kDown, -20, 0), spell(kDown, 60, 80)}, {}, 0, 0, 0, 0, 60},
    {"a reversed spell", {spell(kDown, 40, 20)}, {}, 0, 0, 0, 0, 60},
};

TEST(ServiceMinutes, EachMomentOfAnHourCountsOnce) {
  for (const MinutesCase& c : kHours) {
    const auto got = service_minutes(c.spells, c.maintenance, at(0), at(60));
    EXPECT_EQ(got.up, minutes{c.up}) << c.name;
    EXPECT_EQ(got.slow, minutes{c.slow}) << c.name;
    EXPECT_EQ(got.down, minutes{c.down}) << c.name;
    EXPECT_EQ(got.maintenance, minutes{c.in_maintenance}) << c.name;
    EXPECT_EQ(got.unwatched, minutes{c.unwatched}) << c.name;
  }
}

TEST(ServiceMinutes, AnEmptySpanHasNoTime) {
  EXPECT_EQ(service_minutes({spell(kUp, 0, 60)}, {}, at(30), at(30)), ServiceMinutes{});
  EXPECT_EQ(service_minutes({spell(kUp, 0, 60)}, {}, at(30), at(20)), ServiceMinutes{});
}

TEST(ServiceMinutes, FractionsOfAMillisecondAddUp) {
  std::vector<ServiceSpell> spells;
  for (int i = 0; i < 1000; ++i)
    spells.push_back(
        {"web", kUp, at(0) + Micros{i * 1500}, at(0) + Micros{i * 1500 + 1500}, false, ""});
  const auto got = service_minutes(spells, {}, at(0), at(0) + Micros{1'500'000});
  EXPECT_EQ(got.up, Millis{1500});
  EXPECT_EQ(got.unwatched, Millis{0});
}

TEST(ServiceMinutes, SlowIsUptimeAndOnlyWatchedTimeCounts) {
  const auto got = service_minutes({spell(kUp, 0, 20), spell(kSlow, 20, 30), spell(kDown, 30, 40)},
                                   {window(50, 60)}, at(0), at(60));
  ASSERT_TRUE(got.uptime());
  EXPECT_DOUBLE_EQ(*got.uptime(), 0.75);
  EXPECT_FALSE(service_minutes({}, {}, at(0), at(60)).uptime());
  EXPECT_FALSE(service_minutes({spell(kDown, 0, 60)}, {window(0, 60)}, at(0), at(60)).uptime());
}

TEST(ServiceMinutes, AWindowOfAllServicesCountsForEach) {
  const std::vector<Maintenance> all = {window(0, 10), window(10, 20, ""), window(20, 30, "mail")};
  EXPECT_EQ(maintenance_of(all, "web").size(), 2u);
  EXPECT_EQ(maintenance_of(all, "mail").size(), 2u);
  EXPECT_EQ(maintenance_of(all, "other").size(), 1u);
  auto other = spell(kUp, 0, 10);
  other.service = "mail";
  EXPECT_EQ(spells_of({spell(kUp, 0, 10), other}, "mail"), std::vector<ServiceSpell>{other});
}

TEST(ServiceState, NamesReadBack) {
  for (const auto state : {kUp, kSlow, kDown})
    EXPECT_EQ(parse_service_state(name_of(state)), state);
  EXPECT_FALSE(parse_service_state("UP"));
  EXPECT_FALSE(parse_service_state(""));
}

}  // namespace
}  // namespace jobflip::core
