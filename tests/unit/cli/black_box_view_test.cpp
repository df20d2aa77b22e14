/// `show` of a flip with black boxes: in short, in full, as JSON; and documents that must not be
/// trusted.
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using nlohmann::json;

const std::vector<std::string> kKeys{"unit", "processes", "tcp",     "memory",  "cpu",
                                     "io",   "log",       "command", "missing", "cut"};

Ran show(const core::FlipTimeline& timeline, std::vector<std::string> more = {}) {
  FakeWorld world;
  world.columns = 100;
  world.script.timelines.push_back(timeline);
  more.insert(more.begin(), {"show", "7"});
  return world.run(more);
}

Ran show_whole(const core::FlipTimeline& timeline, const std::string& format = "table") {
  return show(timeline, {"--black-box", "--format", format});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// For every format in which show prints these documents: it ends without an error, and moves no
/// cursor.
void expect_harmless(const std::vector<std::string>& documents) {
  const auto timeline = timeline_with(documents);
  for (const bool whole : {false, true}) {
    for (const std::string format : {"table", "json", "tsv"}) {
      const auto ran = whole ? show_whole(timeline, format) : show(timeline, {"--format", format});
      EXPECT_EQ(ran.code, 0) << ran.err;
      EXPECT_FALSE(has(ran.out, "\x1b")) << format;
      EXPECT_TRUE(format != "json" || json::accept(ran.out));
      if (format == "table" && whole) expect_fits(ran.out);
    }
    if (whole) continue;
    const auto out = show(timeline).out;
    expect_fits(out.substr(out.find("black box of")));
  }
}

TEST(BlackBoxView, IsInShortBelowTheTimeline) {
  const auto timeline = timeline_with({some_black_box()});
  expect_golden("show_in_short.txt", show(timeline).out);
  expect_golden("show_in_short.json", show(timeline, {"--format", "json"}).out);
}

TEST(BlackBoxView, IsWholeInEveryFormat) {
  const auto timeline = timeline_with({some_black_box()});
  expect_golden("show_black_box.txt", show_whole(timeline).out);
  expect_golden("show_black_box.json", show_whole(timeline, "json").out);
  expect_golden("show_black_box.tsv", show_whole(timeline, "tsv").out);
  expect_harmless({some_black_box()});
}

TEST(BlackBoxView, TheLinesInShortAreFew) {
  const auto out = show(timeline_with({some_black_box()})).out;
  const auto at = out.find("black box of");
  EXPECT_LE(std::count(out.begin() + static_cast<std::ptrdiff_t>(at), out.end(), '\n'), 10);
}

TEST(BlackBoxView, WithoutOneShowSaysNothingAndTheOptionSaysWhy) {
  const auto timeline = timeline_until(core::FlipState::verified);
  EXPECT_FALSE(has(show(timeline).out, "black"));
  const auto ran = show_whole(timeline);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "NOTICE: flip 7 has no black box: a host keeps one where a stalled pool is moved off "
            "it; a flip by hand or of a dead host has none\n");
  EXPECT_EQ(json::parse(show_whole(timeline, "json").out)["black_boxes"], json::array());
  EXPECT_EQ(show_whole(timeline, "tsv").out, "node\tpart\tkey\tvalue\n");
}

TEST(BlackBoxView, TheJsonHasTheDocumentOnlyWhereItIsAskedFor) {
  const auto timeline = timeline_with({some_black_box(), "{}"});
  auto boxes = json::parse(show(timeline, {"--format", "json"}).out)["black_boxes"];
  ASSERT_EQ(boxes.size(), 2u);
  EXPECT_FALSE(boxes[0].contains("document"));
  EXPECT_EQ(boxes[0]["bytes"], some_black_box().size());
  EXPECT_EQ(boxes[0]["sha256"].get<std::string>().size(), 64u);
  boxes = json::parse(show_whole(timeline, "json").out)["black_boxes"];
  EXPECT_EQ(boxes[0]["document"], json::parse(some_black_box()));
  EXPECT_EQ(boxes[1]["document"], json::object());
}

TEST(BlackBoxView, AnEmptyDocumentHasItsHeadingOnly) {
  expect_harmless({"{}"});
  EXPECT_EQ(show_whole(timeline_with({"{}"})).out,
            "black box of job1, kept at +140ms: 2 bytes, sha256 0123456789ab\n");
}

TEST(BlackBoxView, ADocumentThatIsNotJsonIsShownAsText) {
  const std::vector<std::string> documents{
      "",     "{broken \x1b[2J", "[1, 2]",
      "null", "\xff\xfe",        std::string(200'000, '[') + std::string(200'000, ']')};
  expect_harmless(documents);
  const auto timeline = timeline_with({documents[1]});
  EXPECT_TRUE(has(show(timeline).out, "  its document is not readable: {broken \\x1b[2J\n"));
  EXPECT_TRUE(has(show_whole(timeline).out, "  its document is not readable: {broken \\x1b[2J\n"));
  EXPECT_EQ(json::parse(show_whole(timeline, "json").out)["black_boxes"][0]["document"],
            "{broken \x1b[2J");
  EXPECT_TRUE(has(show_whole(timeline, "tsv").out, "job1\trecord\tunreadable\t{broken \\x1b[2J\n"));
}

TEST(BlackBoxView, WrongTypesEverywhereAreShownAsTheyAre) {
  const std::vector<std::string> values{"null",
                                        "true",
                                        "-1",
                                        "1e308",
                                        "18446744073709551615",
                                        "\"\\u001b[2J\\u202e\"",
                                        "[]",
                                        "{}",
                                        R"([null, 7, "x\ty", [[]], {"a": []}])",
                                        R"({"a": {"b": [1]}, "pressure": [5], "\u001b": 1})"};
  std::vector<std::string> documents;
  for (const auto& value : values) {
    json document{{"version", json::parse(value)}, {"taken_at", json::parse(value)}};
    document["source"] = json::parse(value);
    for (const auto& key : kKeys) document[key] = json::parse(value);
    documents.push_back(document.dump());
    // And one level deeper.
    for (const auto& key : kKeys) document[key] = json::array({json::parse(value)});
    documents.push_back(document.dump());
    auto good = json::parse(some_black_box());
    for (auto& [key, part] : good.items())
      if (part.is_structured())
        for (auto& one : part) {
          if (!one.is_object()) one = json::parse(value);
          for (auto& field : one)
            if (one.is_object()) field = json::parse(value);
        }
    documents.push_back(good.dump());
  }
  expect_harmless(documents);
  const auto out = show_whole(timeline_with({R"({"tcp": "none\u001b", "unit": [1]})"})).out;
  EXPECT_TRUE(has(out, "\ntcp\n  none\\x1b\n")) << out;
  EXPECT_TRUE(has(out, "\nunit\n  [1]\n")) << out;
}

TEST(BlackBoxView, SumsOfHugeNumbersStayAtTheMost) {
  const auto out = show(timeline_with({R"({"tcp": [
      {"state": "X", "send_queue": 18446744073709551615}, {"state": "X", "send_queue": 9},
      {"send_queue": -4, "receive_queue": 1.5}]})"}))
                       .out;
  EXPECT_TRUE(has(out, "2 X, 1 ?; 18446744073709551615 bytes not sent, 0 not read")) << out;
}

TEST(BlackBoxView, WhatANewerHostAddsIsShown) {
  const auto out = show_whole(timeline_with({R"({"gpu": {"name": "x\u001b"}})"})).out;
  EXPECT_TRUE(has(out, "\nother\n  gpu             {\"name\":\"x\\u001b\"}\n")) << out;
}

TEST(BlackBoxView, TenThousandOfEverythingAreBounded) {
  auto document = json::parse(some_black_box());
  const std::string hostile = "\x1b[2J\xe2\x80\xae" + std::string(40, 'x');
  document["processes"][0]["stack"] = std::vector<std::string>(10'000, hostile);
  const auto process = document["processes"][1];
  const auto connection = document["tcp"][0];
  for (const char* key : {"processes", "tcp", "log", "missing", "cut"})
    document[key] = json::array();
  for (int i = 0; i < 10'000; ++i) {
    document["processes"].push_back(process);
    document["processes"].back()["wchan"] = hostile + std::to_string(i);
    document["tcp"].push_back(connection);
    document["log"].push_back(hostile);
    document["missing"].push_back({{"part", hostile + std::to_string(i)}, {"why", hostile}});
    document["cut"].push_back(hostile);
    document["unit"][hostile + std::to_string(i)] = hostile;
    document[hostile + std::to_string(i)] = i;
  }
  document["command"]["output"] = std::string(100'000, '\n');
  expect_harmless({document.dump()});
  const auto out = show_whole(timeline_with({document.dump()})).out;
  EXPECT_TRUE(has(out, "  and 8000 more\n"));
  EXPECT_LT(std::count(out.begin(), out.end(), '\n'), 40'000);
  EXPECT_TRUE(has(show_whole(timeline_with({document.dump()}), "tsv").out, "\tvalues_left_out\t"));
}

TEST(BlackBoxView, ADocumentOfKeysOnlyIsReadInTimeThatGrowsWithItsLength) {
  std::string document = "{";
  for (int i = 0; i < 200'000; ++i) document += "\"k" + std::to_string(i) + "\":1,";
  document += "\"last\":1}";
  const auto begun = std::chrono::steady_clock::now();
  expect_harmless({document});
  // If each key is searched from the beginning, this takes minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{60});
}

}  // namespace
}  // namespace jobflip::cli
