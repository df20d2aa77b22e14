/// The pages of post-mortems and reports in a real browser: Chromium's headless shell. Skipped
/// without it.
///
/// A frame around the page looks at it once it is loaded: the page itself has nothing for tests.
/// The browser's console has every script error, and everything that the page's policy refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "jobflip/report/assemble.hpp"
#include "jobflip/report/html.hpp"
#include "jobflip/report/month_page.hpp"
#include "support/loopback_server.hpp"
#include "support/temp_folder.hpp"
#include "unit/report/sample_facts.hpp"
#include "unit/report/sample_month.hpp"

namespace jobflip::report {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string browser() {
  for (const char* path : {"/usr/bin/chromium-headless-shell", "/usr/bin/chromium"})
    if (std::filesystem::exists(path)) return path;
  return "";
}

/// Counts what is drawn, and what the page would load.
constexpr std::string_view kFrame = R"(<!DOCTYPE html><meta charset="utf-8"><title>-</title>
<iframe id="page" src="page.html" width="1000" height="3000"></iframe>
<script>
window.onload = function () {
  const frame = document.getElementById('page').contentWindow, page = frame.document;
  function painted(canvas) {
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    let count = 0;
    for (let i = 0; i < pixels.length; i += 4)
      if (pixels[i + 3] > 0) {
        count += 1;
        colours.add(pixels[i] + ',' + pixels[i + 1] + ',' + pixels[i + 2]);
      }
    return { pixels: count, colours: colours.size };
  }
  document.title = JSON.stringify({
    title: page.title, charts: page.documentElement.dataset.charts || null,
    faults: page.documentElement.dataset.faults || null, scripts: page.scripts.length,
    images: page.images.length, frames: frame.length,
    canvases: Array.from(page.querySelectorAll('canvas')).map(painted),
    resources: frame.performance.getEntriesByType('resource').length,
    links: Array.from(page.querySelectorAll('a[href]')).filter(function (one) {
      return one.getAttribute('href')[0] !== '#'; }).length,
    handlers: Array.from(page.querySelectorAll('*')).filter(function (one) {
      return Array.from(one.attributes).some(function (a) { return a.name.startsWith('on'); });
    }).length
  });
};
</script>
)";

struct Seen {
  json page;
  std::string console;  // the lines of its console
};

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> block{};
  while (const auto read = std::fread(block.data(), 1, block.size(), pipe))
    out.append(block.data(), read);
  ::pclose(pipe);
  return out;
}

std::string command_line(const test::TempFolder& folder, const std::string& what) {
  return "timeout 120 " + browser() +
         " --headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run"
         " --allow-file-access-from-files --enable-logging=stderr --user-data-dir=" +
         folder.path() + "/profile " + what;
}

std::string console_lines(const std::string& log) {
  std::string out;
  std::istringstream lines{log};
  for (std::string line; std::getline(lines, line);)
    if (line.find("CONSOLE") != std::string::npos) out += line + "\n";
  return out;
}

std::string text_of(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

Seen open_page(const std::string& html) {
  const test::TempFolder folder;
  std::ofstream{folder.path() + "/page.html"} << html;
  std::ofstream{folder.path() + "/frame.html"} << kFrame;
  const auto log = folder.path() + "/log";
  const auto dom = output_of(
      command_line(folder, "--dump-dom file://" + folder.path() + "/frame.html 2>" + log));
  const auto begin = dom.find("<title>") + 7;
  const auto title = dom.substr(begin, dom.find("</title>") - begin);
  EXPECT_TRUE(json::accept(title)) << dom.substr(0, 2000);
  return {json::parse(title, nullptr, false), console_lines(text_of(log))};
}

class Browser : public ::testing::Test {
 protected:
  void SetUp() override {
    if (browser().empty()) GTEST_SKIP() << "chromium-headless-shell is not installed";
  }
};

void expect_drawn(const std::string& html, std::size_t charts) {
  const auto seen = open_page(html);
  EXPECT_EQ(seen.console, "");
  EXPECT_EQ(seen.page["charts"], std::to_string(charts));
  EXPECT_EQ(seen.page["faults"], "0");
  EXPECT_EQ(seen.page["resources"], 0);
  EXPECT_EQ(seen.page["links"], 0);
  ASSERT_EQ(seen.page["canvases"].size(), charts);
  for (const auto& canvas : seen.page["canvases"]) {
    EXPECT_GT(canvas["pixels"].get<int>(), 5000);
    EXPECT_GT(canvas["colours"].get<int>(), 10);
  }
}

TEST_F(Browser, DrawsTheChartsWithoutAnErrorOrARequest) {
  expect_drawn(html_of(assemble(full_facts())), 3);
}

std::string text_that_runs_and_loads(const std::string& url) {
  return "</script></title></style>\"'><script>document.title='run'</script><img src=" + url +
         " onerror=\"document.title='run'\"><a href=" + url + ">x</a><iframe src=" + url +
         "></iframe><!--";
}

/// What the other tests would see if something were wrong.
TEST_F(Browser, ShowsWhatAPageWithoutProtectionDoes) {
  std::atomic<int> peers{0};
  test::LoopbackServer server{[&](int) { ++peers; }};
  const auto url = "http://127.0.0.1:" + std::to_string(server.port()) + "/x";
  auto seen = open_page("<title>-</title><img src='" + url +
                        "'><canvas></canvas><script>document.title='run'</script>");
  EXPECT_EQ(seen.page["title"], "run");
  EXPECT_EQ(seen.page["images"], 1);
  EXPECT_GE(seen.page["resources"].get<int>(), 1);
  EXPECT_GE(peers, 1);
  EXPECT_EQ(seen.page["canvases"][0]["pixels"], 0);
  seen = open_page("<script>no_such_function()</script>");
  EXPECT_THAT(seen.console, HasSubstr("no_such_function is not defined"));
}

TEST_F(Browser, RunsAndLoadsNothingOfATextFromOutside) {
  std::atomic<int> peers{0};
  test::LoopbackServer server{[&](int) { ++peers; }};
  const auto url = "http://127.0.0.1:" + std::to_string(server.port()) + "/x";
  const auto text = text_that_runs_and_loads(url);
  const auto harmless = open_page(html_of(assemble(hostile_facts("text"))));
  const auto seen = open_page(html_of(assemble(hostile_facts(text))));
  EXPECT_EQ(seen.console, "");
  EXPECT_EQ(seen.page, harmless.page) << "nothing but the texts differs";
  EXPECT_THAT(seen.page["title"].get<std::string>(), testing::StartsWith("Post-mortem"));
  EXPECT_EQ(seen.page["images"], 0);
  EXPECT_EQ(seen.page["frames"], 0);
  EXPECT_EQ(seen.page["handlers"], 0);
  EXPECT_EQ(peers, 0);
}

/// Even if an escape were missing somewhere.
TEST_F(Browser, RefusesMarkupThatSlippedIn) {
  std::atomic<int> peers{0};
  test::LoopbackServer server{[&](int) { ++peers; }};
  const auto url = "http://127.0.0.1:" + std::to_string(server.port()) + "/x";
  auto html = html_of(assemble(full_facts()));
  const auto at = html.find("</main>");
  html.insert(at, "<script>document.title='run'</script><img src='" + url +
                      "' onerror=\"document.title='run'\"><iframe src='" + url + "'></iframe>");
  const auto seen = open_page(html);
  EXPECT_THAT(seen.page["title"].get<std::string>(), testing::StartsWith("Post-mortem"));
  EXPECT_THAT(seen.console, HasSubstr("Content Security Policy"));
  EXPECT_EQ(seen.page["charts"], "3") << "the rest still works";
  EXPECT_EQ(peers, 0);
}

TEST_F(Browser, PrintsThePage) {
  const test::TempFolder folder;
  const auto page = folder.path() + "/page.html";
  std::ofstream{page} << html_of(assemble(full_facts()));
  const auto pdf = folder.path() + "/page.pdf";
  const auto log = output_of(command_line(
      folder, "--no-pdf-header-footer --print-to-pdf=" + pdf + " file://" + page + " 2>&1"));
  EXPECT_EQ(console_lines(log), "");
  const auto bytes = text_of(pdf);
  EXPECT_THAT(bytes, testing::StartsWith("%PDF-"));
  EXPECT_GT(bytes.size(), 30'000u) << "its charts are pictures in it";
}

TEST_F(Browser, DrawsTheChartsOfAMonth) {
  expect_drawn(html_of(month_page(full_month())), 2);
}

TEST_F(Browser, RunsAndLoadsNothingOfATextInAMonth) {
  std::atomic<int> peers{0};
  test::LoopbackServer server{[&](int) { ++peers; }};
  const auto url = "http://127.0.0.1:" + std::to_string(server.port()) + "/x";
  const auto text = text_that_runs_and_loads(url);
  const auto seen = open_page(html_of(month_page(hostile_month(text))));
  EXPECT_EQ(seen.console, "");
  EXPECT_EQ(seen.page["title"], "Report: June 2026");
  EXPECT_EQ(seen.page["charts"], "2");
  EXPECT_EQ(seen.page["images"], 0);
  EXPECT_EQ(seen.page["frames"], 0);
  EXPECT_EQ(seen.page["links"], 0);
  EXPECT_EQ(seen.page["handlers"], 0);
  EXPECT_EQ(peers, 0);
}

TEST_F(Browser, OpensALargePage) {
  const auto seen = open_page(html_of(assemble(large_facts(100))));
  EXPECT_EQ(seen.console, "");
  EXPECT_EQ(seen.page["charts"], std::to_string(3 * kMostCharts));
}

}  // namespace
}  // namespace jobflip::report
