#include "jobflip/audit/anchors.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace jobflip::audit {
namespace {

const std::string kHex(64, 'a');

Result<std::vector<core::ChainHead>> read(const std::string& text) {
  std::istringstream in{text};
  return read_anchors(in, "kept.txt");
}

TEST(Anchors, AreLinesOfChainNumberAndHash) {
  const auto anchors = read("# kept by hand\n\nmail 2 " + kHex + "\n  jobflip\t17  " + kHex +
                            "\n2026-11-23T03:12:09.123456Z mail 3 " + kHex);
  ASSERT_TRUE(anchors);
  EXPECT_EQ(*anchors, (std::vector<core::ChainHead>{{"mail", 2, std::string(32, '\xaa')},
                                                    {"jobflip", 17, std::string(32, '\xaa')},
                                                    {"mail", 3, std::string(32, '\xaa')}}));
}

TEST(Anchors, NameTheLineThatIsNone) {
  ASSERT_TRUE(read("mail 2 " + kHex));
  for (const auto& line :
       {"mail 2 " + kHex + " more", "mail 2 " + kHex.substr(2), "mail 2 " + kHex + "aa",
        "mail 2 " + kHex.substr(1) + "A", "mail 0 " + kHex, "yesterday mail 2 " + kHex,
        std::string{"2026-11-23T03:12:09.123456Z mail 2"}, "mail -1 " + kHex, "mail 2x " + kHex,
        "mail 99999999999999999999 " + kHex, std::string{"mail 2"}, std::string{"-- No entries --"},
        std::string(5000, 'x')}) {
    const auto anchors = read("# first\n" + line + "\n");
    ASSERT_TRUE(anchors.has_error()) << line;
    EXPECT_EQ(anchors.error().code, ErrorCode::usage);
    EXPECT_TRUE(anchors.error().text.starts_with("kept.txt, line 2: \"")) << anchors.error().text;
  }
}

TEST(Anchors, NothingToCompareWithIsAnError) {
  for (const auto* text : {"", "\n\n", "# nothing\n"}) {
    const auto anchors = read(text);
    ASSERT_TRUE(anchors.has_error());
    EXPECT_EQ(anchors.error().text, "kept.txt has no anchor in it");
  }
}

}  // namespace
}  // namespace jobflip::audit
