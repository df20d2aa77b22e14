#include "jobflip/setup/unit_text.hpp"

#include <gtest/gtest.h>

namespace jobflip::setup {
namespace {

UnitSource unit_of(const std::string& text) {
  UnitSource unit;
  unit.unit = "email-worker.service";
  unit.found = true;
  unit.file = "/etc/systemd/system/email-worker.service";
  unit.assignments = parse_unit_text(text, unit.file);
  return unit;
}

TEST(UnitText, HasSectionsCommentsAndContinuedLines) {
  const auto unit = unit_of(
      "# a comment\n[Unit]\n; another\nAfter = a.service\n\n[Service]\r\nExecStart=/bin/x a \\\n"
      "# in between\n  b \\\n  c\nnonsense\nUser=app  \n");
  ASSERT_EQ(unit.assignments.size(), 3U);
  EXPECT_EQ(value_of(unit, "Unit", "After"), "a.service");
  EXPECT_EQ(value_of(unit, "Service", "ExecStart"), "/bin/x a  b  c");
  EXPECT_EQ(value_of(unit, "Service", "User"), "app");
  EXPECT_EQ(value_of(unit, "Unit", "User"), "") << "another section";
}

TEST(UnitText, AnEmptyAssignmentForgetsWhatWasBefore) {
  const auto unit = unit_of("[Service]\nExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\n");
  EXPECT_EQ(values_of(unit, "Service", "ExecStart"), std::vector<std::string>{"/bin/b"});
  EXPECT_TRUE(
      values_of(unit_of("[Service]\nExecStart=/bin/a\nExecStart=\n"), "Service", "ExecStart")
          .empty());
}

TEST(UnitText, KnowsAYesAsSystemdDoes) {
  for (const auto* yes : {"1", "yes", "Yes", "TRUE", "on", "y", "t"})
    EXPECT_TRUE(is_yes(yes)) << yes;
  for (const auto* no : {"", "0", "no", "false", "off", "2", "strict"})
    EXPECT_FALSE(is_yes(no)) << no;
}

struct Line {
  std::string text;
  std::string prefixes;
  std::string program;
  std::string rest;
  bool one_command;
};

TEST(UnitText, CutsACommandLineAndLeavesItsTextAsItIs) {
  const std::vector<Line> table{
      {"/bin/x", "", "/bin/x", "", true},
      {"-:+/bin/x a", "-:+", "/bin/x", "a", true},
      {"!!/bin/x  'a b' \"c d\" $X %i \\;", "!!", "/bin/x", "'a b' \"c d\" $X %i \\;", true},
      {"\"/opt/a b/x\" c", "", "\"/opt/a b/x\"", "c", true},
      {"/opt/a\\ b/x c", "", "/opt/a\\ b/x", "c", true},
      {"/bin/x a ; /bin/y", "", "/bin/x", "a ; /bin/y", false},
      {"/bin/x ;", "", "/bin/x", ";", false},
      {"/bin/x \";\" a;b ';' ;c", "", "/bin/x", "\";\" a;b ';' ;c", true},
      {"/bin/x 'a ; b'", "", "/bin/x", "'a ; b'", true},
      {"/bin/x \"a \\\" ; b\"", "", "/bin/x", "\"a \\\" ; b\"", true},
      {"", "", "", "", true},
      {"@", "@", "", "", true},
  };
  for (const auto& row : table) {
    const auto line = cut_exec_line(row.text);
    EXPECT_EQ(line.prefixes, row.prefixes) << row.text;
    EXPECT_EQ(line.program, row.program) << row.text;
    EXPECT_EQ(line.rest, row.rest) << row.text;
    EXPECT_EQ(line.one_command, row.one_command) << row.text;
  }
  EXPECT_EQ(bare_program(cut_exec_line("\"/opt/a b/x\" c")), "/opt/a b/x");
}

TEST(UnitText, ReadsATimeSpanAsSystemdDoes) {
  using Micros = std::optional<std::uint64_t>;
  const std::vector<std::pair<const char*, Micros>> table{
      {"3500ms", 3'500'000},
      {"3", 3'000'000},
      {"3s", 3'000'000},
      {" 1min 30s ", 90'000'000},
      {"1min30s", 90'000'000},
      {"1.5h", 5'400'000'000},
      {"2 days", 172'800'000'000},
      {"250us", 250},
      {"0", 0},
      {"infinity", UINT64_MAX},
      {"99999999999999999999d", UINT64_MAX},
      {"", Micros{}},
      {"s", Micros{}},
      {"-1s", Micros{}},
      {"3 fortnights", Micros{}},
      {"nan", Micros{}},
      {"3s x", Micros{}},
  };
  for (const auto& [text, micros] : table) EXPECT_EQ(time_span_us(text), micros) << text;
}

}  // namespace
}  // namespace jobflip::setup
