#include <gtest/gtest.h>

#include "jobflip/config/files.hpp"

namespace jobflip::config {
namespace {

Parsed<SupervisorFile> read(const std::string& line) {
  return parse_supervisor_text(
      "supervisor = \"sup1\"\n" + line + "\n[store]\nconninfo = \"service=jobflip\"\n", "s.toml",
      "/run");
}

void expect_refused(const std::string& key, const std::string& value) {
  const auto got = read(key + " = \"" + value + "\"");
  ASSERT_TRUE(got.has_error()) << value;
  ASSERT_EQ(got.error().errors.size(), 1u) << value;
  EXPECT_EQ(got.error().errors[0].field, key);
  EXPECT_EQ(got.error().errors[0].line, 2);
}

TEST(AnchorKeys, AreAFileAndAUrl) {
  const auto none = read("");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->anchor_file + none->anchor_url, "");
  const auto got =
      read("anchor_file = \"/var/lib/anchors\"\nanchor_url = \"https://log/hook?a=1\"");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->anchor_file, "/var/lib/anchors");
  EXPECT_EQ(got->anchor_url, "https://log/hook?a=1");
}

TEST(AnchorKeys, RefuseWhatIsNotAFileOrAUrlOfTheWeb) {
  for (const std::string path : {"anchors", "./anchors", "/var/lib/"})
    expect_refused("anchor_file", path);
  for (const std::string url :
       {"ftp://a/", "file:///etc/passwd", "log.example.com", "https://", "https:///x",
        "http://a b/", "https://\\u00e4/", "https://me:secret@host/", "http://me@host"})
    expect_refused("anchor_url", url);
  for (const std::string url : {"http://a", "https://a:8443/b?c=d@e", "http://[::1]:80/"})
    EXPECT_TRUE(read("anchor_url = \"" + url + "\"")) << url;
}

}  // namespace
}  // namespace jobflip::config
