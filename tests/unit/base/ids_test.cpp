#include "jobflip/base/ids.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <type_traits>
#include <unordered_set>

namespace jobflip {
namespace {

static_assert(!std::is_convertible_v<std::int64_t, Epoch>);
static_assert(!std::is_convertible_v<PoolName, NodeName>);
static_assert(!std::is_constructible_v<PoolName, std::string>);

TEST(Name, IsAnythingThatNeedsNoQuoting) {
  for (const char* good : {"a", "0", "job1", "mail", "a.b", "a_b-c", "jobflip.supervisor", "9-9"}) {
    EXPECT_EQ(why_not_a_name(good), "") << good;
    const auto name = PoolName::parse(good, "pool name");
    ASSERT_TRUE(name.has_value()) << good;
    EXPECT_EQ(name->str(), good);
    EXPECT_FALSE(name->empty());
  }
  EXPECT_EQ(why_not_a_name(std::string(63, 'a')), "");
}

TEST(Name, IsRefusedWithTheReason) {
  struct {
    std::string text;
    const char* why;
  } const kTable[] = {
      {"", "it is empty"},
      {std::string(64, 'a'), "it is longer than 63 characters"},
      {"-a", "it does not begin with a lower-case letter or a digit"},
      {".a", "it does not begin with a lower-case letter or a digit"},
      {"_a", "it does not begin with a lower-case letter or a digit"},
      {"Mail", "it does not begin with a lower-case letter or a digit"},
      {" a", "it does not begin with a lower-case letter or a digit"},
      {"a b", "it has a character other than a-z, 0-9, '.', '_' and '-'"},
      {"a'b", "it has a character other than a-z, 0-9, '.', '_' and '-'"},
      {"a\"b", "it has a character other than a-z, 0-9, '.', '_' and '-'"},
      {"a/b", "it has a character other than a-z, 0-9, '.', '_' and '-'"},
      {"mAil", "it has a character other than a-z, 0-9, '.', '_' and '-'"},
      {"a\n", "it has a character other than a-z, 0-9, '.', '_' and '-'"},
      {std::string("a\0b", 3), "it has a character other than a-z, 0-9, '.', '_' and '-'"},
      {"m\xc3\xa4il", "it has a character other than a-z, 0-9, '.', '_' and '-'"},
  };
  for (const auto& [text, why] : kTable) {
    EXPECT_EQ(why_not_a_name(text), why) << text;
    EXPECT_FALSE(NodeName::parse(text, "node name").has_value()) << text;
  }
}

TEST(Name, IsShownHarmlessInTheErrorThatRefusesIt) {
  const auto name = NodeName::parse("a\x1b[2J", "node name");
  ASSERT_TRUE(name.has_error());
  EXPECT_EQ(name.error().code, ErrorCode::usage);
  EXPECT_EQ(
      name.error().text,
      "node name \"a\\x1b[2J\" can't be used: it has a character other than a-z, 0-9, '.', '_' "
      "and '-'");
  EXPECT_FALSE(name.error().hint.empty());
}

TEST(Name, OfAMegabyteMakesAShortError) {
  const auto name = QueueName::parse(std::string(1 << 20, 'x'), "queue name");
  ASSERT_TRUE(name.has_error());
  EXPECT_LT(name.error().text.size(), 200u);
}

TEST(Name, OfAnInvalidTextIsOurOwnMistake) {
  EXPECT_DEATH(PoolName::of("not a name"), "internal check failed");
}

TEST(Name, IsOrderedAndHashedByItsText) {
  EXPECT_LT(NodeName::of("job1"), NodeName::of("job2"));
  EXPECT_EQ(NodeName::of("job1"), NodeName::of("job1"));
  const std::unordered_set<NodeName> names{NodeName::of("a"), NodeName::of("b"), NodeName::of("a")};
  EXPECT_EQ(names.size(), 2u);
  EXPECT_TRUE(NodeName{}.empty());
}

TEST(Epochs, AreOrderedByTheirNumber) {
  EXPECT_LT(Epoch{41}, Epoch{42});
  EXPECT_EQ(Epoch{}, Epoch{0});
}

TEST(RandomUuid, IsOfVersionFourAndNeverTheSame) {
  const std::regex form{"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"};
  std::set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto uuid = random_uuid();
    EXPECT_TRUE(std::regex_match(uuid.text, form)) << uuid.text;
    EXPECT_TRUE(seen.insert(uuid).second) << uuid.text;
  }
}

}  // namespace
}  // namespace jobflip
