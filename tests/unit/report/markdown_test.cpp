/// No text of somebody else's is markup.
#include "jobflip/report/markdown.hpp"

#include <gtest/gtest.h>

namespace jobflip::report {
namespace {

TEST(MarkdownText, LeavesPlainWordsAsTheyAre) {
  for (const char* text : {"a job completed on the new node", "flip 7: 2.4s (limit 2.0s), 50 %",
                           "Zürich, 3 °C", "30.0s", "-1m00s", "+5ms", ""})
    EXPECT_EQ(markdown_text(text), text);
}

TEST(MarkdownText, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(markdown_text("<script>alert(1)</script>"), "\\<script>alert(1)\\</script>");
  EXPECT_EQ(markdown_text("![x](http://a/b.png)"), "\\!\\[x\\](http\\://a/b.png)");
  EXPECT_EQ(markdown_text("[x](javascript:alert(1))"), "\\[x\\](javascript:alert(1))");
  EXPECT_EQ(markdown_text("*a* _b_ `c` ~~d~~ | $e$"),
            "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\| \\$e\\$");
  EXPECT_EQ(markdown_text("&lt;b&gt;"), "\\&lt;b\\&gt;");
  EXPECT_EQ(markdown_text("a\\"), "a\\\\");
}

TEST(MarkdownText, MakesNoLinkMentionOrReference) {
  EXPECT_EQ(markdown_text("https://evil.example"), "https\\://evil.example");
  EXPECT_EQ(markdown_text("see WWW.evil.example"), "see WWW\\.evil.example");
  EXPECT_EQ(markdown_text("@everyone a@b.example"), "@<!-- -->everyone a@<!-- -->b.example");
  EXPECT_EQ(markdown_text("issue #12 and # 3"), "issue #<!-- -->12 and # 3");
}

TEST(MarkdownText, BeginsNoBlock) {
  EXPECT_EQ(markdown_text("# heading"), "\\# heading");
  EXPECT_EQ(markdown_text("  - item"), "\\- item");
  EXPECT_EQ(markdown_text("+ item"), "\\+ item");
  EXPECT_EQ(markdown_text("12. item"), "12\\. item");
  EXPECT_EQ(markdown_text("3) item"), "3\\) item");
  EXPECT_EQ(markdown_text("> quote"), "\\> quote");
  EXPECT_EQ(markdown_text("==="), "\\===");
  EXPECT_EQ(markdown_text("---"), "\\---");
  EXPECT_EQ(markdown_text("    code"), "code");
}

TEST(MarkdownText, IsOneLineOfVisibleCharacters) {
  EXPECT_EQ(markdown_text("a\nb\r\n\n# c"), "a\\\\x0ab\\\\x0d\\\\x0a\\\\x0a# c");
  EXPECT_EQ(markdown_text("\x1b[2J"), "\\\\x1b\\[2J");
  EXPECT_EQ(markdown_text("a\u202eb"), "a\\\\u202eb");
  EXPECT_EQ(markdown_text("\xff"), "\\\\xff");
}

TEST(MarkdownText, IsBoundedInLength) {
  const std::string long_text(1'000'000, '<');
  EXPECT_LE(markdown_text(long_text).size(), 3'100u);
  EXPECT_TRUE(markdown_text(long_text).ends_with("..."));
  EXPECT_LE(markdown_text(std::string(1'000'000, '@')).size(), 1500u * 9 + 10);
}

}  // namespace
}  // namespace jobflip::report
