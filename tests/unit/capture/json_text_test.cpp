#include "jobflip/capture/json_text.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace jobflip::capture {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

json big_document() {
  json document{{"version", 1}};
  for (int i = 0; i < 200; ++i)
    document["log"].push_back(std::string(500, 'l') + std::to_string(i));
  for (int i = 0; i < 200; ++i) {
    json process{{"pid", i}};
    process["stack"] = json(std::vector<std::string>(32, std::string(100, 's')));
    process["threads"] = json(std::vector<json>(64, json{{"tid", 1}, {"state", "S"}}));
    document["processes"].push_back(std::move(process));
    document["tcp"].push_back({{"pid", i}, {"local", std::string(40, 't')}});
  }
  document["command"] = {{"argv0", "/x"}, {"output", std::string(32'000, 'o')}};
  return document;
}

TEST(JsonText, WhatFitsIsNotCut) {
  EXPECT_EQ(fitted(json{{"version", 1}}, 100), R"({"version":1})");
}

TEST(JsonText, TheLogGoesFirstAndItsEndIsKept) {
  const auto whole = big_document().dump().size();
  const auto cut = json::parse(fitted(big_document(), whole - 10));
  EXPECT_EQ(cut["log"].size(), 100u);
  EXPECT_TRUE(cut["log"].back().get<std::string>().ends_with("199"));
  EXPECT_EQ(cut["cut"], json({"log"}));
  EXPECT_TRUE(cut["processes"][0].contains("stack"));
}

TEST(JsonText, IsNeverLongerThanItMayBe) {
  std::size_t named = 0;
  for (std::size_t most = 800'000; most > 100; most = most * 3 / 4) {
    const auto text = fitted(big_document(), most);
    EXPECT_LE(text.size(), most);
    const auto cut = json::parse(text);
    named = std::max(named, cut.value("cut", json::array()).size());
  }
  EXPECT_EQ(named, 6u) << "each part had its turn";
}

TEST(JsonText, IsMadeOfValidCharactersWithoutNul) {
  EXPECT_EQ(clean(std::string("a\0b", 3)), "a?b");
  EXPECT_EQ(clean("gr\xC3\xBC\xC3\x9F", 3), "gr") << "no half character";
  EXPECT_EQ(clean("gr\xC3\xBC\xC3\x9F", 4), "gr\xC3\xBC");
  EXPECT_EQ(clean("gr\xC3\xBC\xC3\x9F", 9), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(fitted(json{{"a", "\x80"}}, 100), "{\"a\":\"\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace jobflip::capture
