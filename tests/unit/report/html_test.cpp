/// The page as HTML: its policy, its escapes, its structure.
#include "jobflip/report/html.hpp"

#include <gmock/gmock.h>
#include <openssl/evp.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "jobflip/report/assemble.hpp"
#include "unit/report/sample_facts.hpp"

namespace jobflip::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// As a browser computes it: 'sha256-<base64>'.
std::string policy_hash(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::array<unsigned char, 45> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return "'sha256-" + std::string{reinterpret_cast<const char*>(base64.data())} + "'";
}

/// What stands between the tags of each such element.
std::vector<std::string> contents_of(const std::string& html, const std::string& open,
                                     const std::string& close) {
  std::vector<std::string> out;
  for (auto at = html.find(open); at != std::string::npos; at = html.find(open, at + 1)) {
    const auto begin = at + open.size();
    out.push_back(html.substr(begin, html.find(close, begin) - begin));
  }
  return out;
}

std::string sample_page() {
  return html_of(assemble(full_facts()));
}

TEST(HtmlPage, NamesTheHashesOfWhatItContains) {
  const auto html = sample_page();
  const auto scripts = contents_of(html, "<script>", "</script>");
  ASSERT_EQ(scripts.size(), 2u);
  EXPECT_GT(scripts[0].size(), 100'000u) << "Chart.js";
  EXPECT_LT(scripts[0].size(), 300'000u);
  for (const auto& script : scripts) EXPECT_THAT(html, HasSubstr(policy_hash(script)));
  const auto styles = contents_of(html, "<style>", "</style>");
  ASSERT_EQ(styles.size(), 1u);
  EXPECT_THAT(html, HasSubstr("style-src " + policy_hash(styles[0]) + ";"));
}

TEST(HtmlPage, AllowsNothingElse) {
  const auto html = sample_page();
  const std::regex policy{
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "script-src 'sha256-[^']+' 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; "
      "form-action 'none'\">"};
  EXPECT_TRUE(std::regex_search(html.substr(0, 1000), policy)) << html.substr(0, 1000);
  EXPECT_EQ(contents_of(html, "Content-Security-Policy", "\"").size(), 1u);
}

TEST(HtmlPage, LoadsNothingFromElsewhere) {
  auto html = html_of(assemble(full_facts()), {{"", ""}, {"", ""}, {"", ""}});
  for (const char* part : {" src=", "<link", "<img", "<iframe", "url(", "@import",
                           "http:", "https:", " style=", " onclick"})
    EXPECT_THAT(html, Not(HasSubstr(part)));
}

TEST(HtmlPage, HasChartsWithATextAlternativeAndTablesWithHeaders) {
  const auto html = sample_page();
  for (const char* id : {"waiting-0", "oldest-0", "done-0"})
    EXPECT_THAT(html,
                HasSubstr("<canvas id=\"" + std::string{id} + "\" role=\"img\" aria-label=\""));
  EXPECT_THAT(html, HasSubstr("<figcaption>Queue email: 42 readings from 02:58:00.000 UTC"));
  EXPECT_EQ(contents_of(html, "<table>", "</table>").size(),
            contents_of(html, "<caption>", "</caption>").size());
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">UTC</th>"));
  EXPECT_THAT(html, HasSubstr("<html lang=\"en\">"));
}

TEST(HtmlPage, GivesTheScriptItsData) {
  const auto data =
      contents_of(sample_page(), "<script type=\"application/json\" id=\"charts\">", "</script>");
  ASSERT_EQ(data.size(), 1u);
  const auto json = nlohmann::json::parse(data[0]);
  EXPECT_EQ(json["length_ms"], 420'000);
  ASSERT_EQ(json["marks"].size(), 5u) << "C, D, E and F lie on each other: one mark";
  EXPECT_EQ(json["marks"][1]["first"], "B");
  EXPECT_EQ(json["marks"][1]["last"], "B");
  EXPECT_EQ(json["marks"][2]["first"], "C");
  EXPECT_EQ(json["marks"][2]["last"], "F");
  EXPECT_EQ(json["marks"][2]["at_ms"], 210'000);
  ASSERT_EQ(json["charts"].size(), 1u) << "push was well";
  EXPECT_EQ(json["charts"][0]["waiting"].size(), 42u);
  EXPECT_EQ(json["charts"][0]["at_ms"][1], 10'000);
}

TEST(HtmlText, EscapesMarkupAndHiddenCharacters) {
  EXPECT_EQ(html_text("<a href=\"x\" id='y'>&amp;"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(html_text("a\nb\x1b[2J\u202e\xff"), "a\\x0ab\\x1b[2J\\u202e\\xff");
  EXPECT_LE(html_text(std::string(1'000'000, '"')).size(), 1500u * 6 + 3);
}

TEST(HtmlAssets, CanStandInAPage) {
  for (const auto* asset : {&own_assets().library, &own_assets().script, &own_assets().style}) {
    EXPECT_THAT(std::string{asset->text}, Not(HasSubstr("</s")));
    EXPECT_THAT(std::string{asset->text}, Not(HasSubstr("<!--")));
    EXPECT_THAT(std::string{asset->text}, Not(HasSubstr("sourceMappingURL")));
  }
  EXPECT_THAT(std::string{own_assets().library.text}, HasSubstr("Chart.js v3"));
}

}  // namespace
}  // namespace jobflip::report
