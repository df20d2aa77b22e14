#include "limits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace jobflip::tidy {
namespace {

using Rule = std::function<std::vector<Finding>(const SourceFile&)>;

const std::vector<std::string> kCode{".hpp", ".cpp", ".h", ".c"};

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "x;\n";
  return text;
}

std::vector<Finding> everywhere(const Rule& rule, const std::vector<std::string>& folders,
                                const std::vector<std::string>& endings) {
  std::vector<Finding> all;
  for (const auto& file : read_tree(folders, endings)) {
    std::ranges::copy(rule(file), std::back_inserter(all));
  }
  return all;
}

TEST(Limits, FindALongFileByItsKind) {
  EXPECT_TRUE(check_file_length({"src/core/a.cpp", lines(299)}).empty());
  EXPECT_EQ(check_file_length({"src/core/a.cpp", lines(300)}).size(), 1u);
  EXPECT_TRUE(check_file_length({"src/core/a.hpp", lines(149)}).empty());
  EXPECT_EQ(check_file_length({"src/core/a.hpp", lines(150)}).size(), 1u);
}

TEST(Limits, FindALongLineAndCountCodePoints) {
  const std::string wide(100, 'x');
  EXPECT_TRUE(check_line_length({"a.cpp", "a\n" + wide + "\n"}).empty());
  const auto found = check_line_length({"a.cpp", "a\n" + wide + "x\n"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 2);
  EXPECT_TRUE(check_line_length({"a.cpp", wide.substr(1) + "\xc3\xa9"}).empty());
  EXPECT_EQ(check_line_length({"a.sql", "-- " + wide + "\nselect 1;\n"}).size(), 1u);
}

TEST(Limits, FindALongFunctionAndWhereItBegins) {
  const auto function = [](int body) {
    return "namespace a {\nclass B {\n int f(int x) const {\n" + lines(body) + "}\n};\n}\n";
  };
  EXPECT_TRUE(check_function_length({"a.cpp", function(58)}).empty());
  const auto found = check_function_length({"a.cpp", function(59)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 3);
}

TEST(Limits, DoNotTakeATableOrBracesInTextForAFunction) {
  EXPECT_TRUE(check_function_length({"a.cpp", "constexpr T t[] = {\n" + lines(80) + "};"}).empty());
  EXPECT_TRUE(check_function_length({"a.cpp", "struct T {\n" + lines(80) + "};"}).empty());
  EXPECT_TRUE(
      check_function_length({"a.cpp", "int f() {\n// {\n g(\"{\"); }\n" + lines(80)}).empty());
}

TEST(Limits, HoldForEveryFile) {
  const auto all = everywhere(check_file_length, {"include", "src", "tests", "examples"}, kCode);
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(Limits, HoldForEveryLine) {
  auto endings = kCode;
  endings.emplace_back(".sql");
  auto all = everywhere(check_line_length, {"include", "src", "tests", "examples"}, endings);
  // the schema of a release is printed by a program
  std::erase_if(all, [](const Finding& f) { return f.path.starts_with("tests/fixtures/schema_"); });
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(Limits, HoldForEveryFunction) {
  const auto all =
      everywhere(check_function_length, {"include", "src", "tests", "examples"}, kCode);
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(Openings, FindAHeaderThatDoesNotSayItsIdea) {
  EXPECT_TRUE(check_opening({"a.hpp", "#pragma once\n/// The idea.\n"}).empty());
  EXPECT_EQ(check_opening({"a.hpp", "#pragma once\n#include <vector>\n"}).size(), 1u);
  EXPECT_EQ(check_opening({"a.hpp", "/// The idea.\n#pragma once\n"}).size(), 1u);
  EXPECT_EQ(check_opening({"a.hpp", ""}).size(), 1u);
}

TEST(Openings, HoldForEveryPublicHeader) {
  const auto all = everywhere(check_opening, {"include"}, {".hpp"});
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(AwaitedTemporaries, AreFoundInEveryFormThatMiscompiles) {
  for (const auto* bad : {"co_await probe({.unit = u});", "co_await probe(Probe{u, 5ms});",
                          "co_await f(std::make_shared<P>(P{1}));", "co_await run([u] { g(u); });",
                          "co_await run([u]() -> T { g(u); });", "co_await f({\"a\", \"b\"});",
                          "co_await f(a,\n  B{c});"}) {
    EXPECT_EQ(check_awaited_temporaries({"a.cpp", bad}).size(), 1u) << bad;
  }
}

TEST(AwaitedTemporaries, MayBeNamedOrCaptureNothing) {
  for (const auto* good : {"co_await probe(named);", "co_await std::move(w);",
                           "co_await run([] { g(); });", "// co_await probe({1});"}) {
    EXPECT_TRUE(check_awaited_temporaries({"a.cpp", good}).empty()) << good;
  }
}

TEST(AwaitedTemporaries, AreNowhereInTheSources) {
  const auto all = everywhere(check_awaited_temporaries, {"include", "src", "tests"}, kCode);
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(TestNames, AreFoundIfTheyAreNotASentence) {
  const std::string test =
      "TE"
      "ST";
  EXPECT_EQ(check_test_names({"a.cpp", test + "(Lease, Works) {}"}).size(), 1u);
  EXPECT_EQ(check_test_names({"a.cpp", test + "_P(Lease, Works2) {}"}).size(), 1u);
  EXPECT_TRUE(check_test_names({"a.cpp", test + "_F(Lease, EndsWhenTold) {}"}).empty());
}

TEST(TestNames, AreSentencesInEveryTest) {
  const auto all = everywhere(check_test_names, {"tests"}, {".cpp", ".hpp"});
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(BannedWords, AreFoundInEveryLine) {
  const std::string unfinished =
                        "TO"
                        "DO",
                    wait =
                        "sleep"
                        "_for",
                    place =
                        "/wo"
                        "rk/shared";
  EXPECT_EQ(check_banned_words({"src/a.cpp", "// " + unfinished + ": later"}).size(), 1u);
  EXPECT_EQ(check_banned_words({"docs/a.md", "see " + place}).size(), 1u);
  EXPECT_EQ(check_banned_words({"tests/e2e/a_test.cpp", wait + "(1s);"}).size(), 1u);
  EXPECT_TRUE(check_banned_words({"tests/support/until.cpp", wait + "(1ms);"}).empty());
  EXPECT_TRUE(check_banned_words({"src/a.cpp", "autodoc, mastodon"}).empty());
}

TEST(BannedWords, AreNowhereInTheProject) {
  const auto all =
      everywhere(check_banned_words,
                 {"include", "src", "tests", "examples", "docs", "scripts", "cmake", ".ci"},
                 {".hpp", ".cpp", ".h", ".c", ".sql", ".md", ".sh", ".cmake", ".txt", ".toml",
                  "/setup", "/demo", "/test", "/bench", "/run"});
  EXPECT_TRUE(all.empty()) << print(all);
}

}  // namespace
}  // namespace jobflip::tidy
