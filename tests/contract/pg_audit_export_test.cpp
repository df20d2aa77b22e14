// Exports of a real store: every format verifies, and docs/audit.md's lines of Python agree.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "contract/pg_fixture.hpp"
#include "jobflip/audit/export_reader.hpp"
#include "support/build_paths.hpp"
#include "support/temp_folder.hpp"

namespace jobflip::test {
namespace {

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  if (begin == text.npos) return "";
  const auto end = text.find(to, begin + from.size());
  return text.substr(begin + from.size(), end - begin - from.size());
}

class PgAuditExport : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "first fleet"}, false).has_value());
    for (const std::string reason : {"plain", "quotes \" ' \\ and\nlines\ttabs", "Größe ½ €",
                                     "\U0001F600", "=1+1", "'quoted", "\x1b[31m \u202e"})
      ASSERT_TRUE(store_.oper().pause(mail, Millis{60'000}, {"", reason}).has_value());
  }

  std::string exported(audit::ExportFormat format) {
    std::ostringstream out;
    const auto heads = store_.reader().audit_heads().value();
    audit::ExportWriter writer{out, format, heads};
    for (const auto& head : heads)
      writer.add(store_.reader().audit({head.chain, 0, 1000, false}).value());
    writer.finish();
    return out.str();
  }

  PgStore store_;
};

TEST_F(PgAuditExport, VerifiesInEachFormat) {
  using enum audit::ExportFormat;
  for (const auto format : {json, jsonl, csv}) {
    std::istringstream in{exported(format)};
    audit::ExportReader reader{in, "export"};
    audit::LogCheck check;
    core::AuditEvent event;
    int events = 0;
    for (;; ++events) {
      const auto more = reader.next(event);
      ASSERT_TRUE(more) << more.error().text;
      if (!*more) break;
      check.add(event);
    }
    EXPECT_GE(events, 8);
    for (const auto& one : check.finish(reader.ends()))
      EXPECT_FALSE(one.flaw) << audit::name_of(format) << " " << one.head.chain << one.flaw->why;
  }
}

/// What the page's lines print for that export.
std::string run_python(const std::string& lines, const std::string& text) {
  const TempFolder folder;
  const auto path = [&](const std::string& name) { return folder.path() + "/" + name; };
  std::ofstream{path("check.py")} << lines;
  std::ofstream{path("audit.jsonl"), std::ios::binary} << text;
  std::FILE* out =
      ::popen(("python3 " + path("check.py") + " <" + path("audit.jsonl") + " 2>&1").c_str(), "r");
  if (out == nullptr) return "no shell";
  std::string printed;
  std::array<char, 4096> block{};
  while (const auto got = std::fread(block.data(), 1, block.size(), out))
    printed.append(block.data(), got);
  const int status = ::pclose(out);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? printed : "failed: " + printed;
}

TEST_F(PgAuditExport, TheLinesOfPythonInTheDocsComputeTheSameHashes) {
  std::ifstream page{source_path("docs/audit.md")};
  const std::string text{std::istreambuf_iterator<char>{page}, {}};
  const auto lines = between(text, "```python\n", "```");
  ASSERT_NE(lines.find("import hashlib, json, sys\n"), std::string::npos);
  EXPECT_LE(std::ranges::count(lines, '\n'), 7) << "six, and the import";
  auto whole = exported(audit::ExportFormat::jsonl);
  const auto printed = run_python(lines, whole);
  EXPECT_EQ(std::ranges::count(printed, '\n'), std::ranges::count(whole, '\n')) << printed;
  EXPECT_NE(printed.find("mail 2 True\n"), std::string::npos) << printed;
  EXPECT_EQ(printed.find("False"), std::string::npos) << printed;
  const auto at = whole.find("\"reason\":\"plain\"");
  ASSERT_NE(at, std::string::npos);
  whole.replace(at, 16, "\"reason\":\"Plain\"");
  const auto edited = run_python(lines, whole);
  EXPECT_EQ(edited.find("False"), edited.rfind("False")) << edited;
  EXPECT_NE(edited.find("False\n"), std::string::npos) << edited;
}

}  // namespace
}  // namespace jobflip::test
