/// audit export in its formats and in parts, and what audit verify says of them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using nlohmann::json;

class AuditExport : public testing::Test {
 protected:
  void SetUp() override { fill_audit(world_.script, 20); }

  std::string path(const std::string& name) const { return folder_ / name; }
  static std::string text_of(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  Ran verify(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"audit", "verify", "--file", path(name)};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }

  FakeWorld world_;
  const test::TempFolder temp_;
  const std::filesystem::path folder_ = temp_.path();
};

TEST_F(AuditExport, VerifiesInEachFormat) {
  for (const std::string format : {"json", "jsonl", "csv"}) {
    const auto wrote =
        world_.run({"audit", "export", "--format", format, "--output", path(format)});
    EXPECT_EQ(wrote.code, 0) << wrote.err;
    EXPECT_EQ(world_.run({"audit", "export", "--format", format}).out, text_of(path(format)));
    const auto ran = verify(format);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("intact: 21 events in 2 chains"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.err.find("does not say where a chain ends") == ran.err.npos, format == "json");
  }
  auto text = text_of(path("jsonl"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 21);
  text.replace(text.find("the holder was silent"), 3, "The");
  std::ofstream{path("jsonl")} << text;
  const auto ran = verify("jsonl");
  EXPECT_EQ(ran.code, 8);
  EXPECT_NE(ran.err.find("chain jobflip, event 1: edited"), std::string::npos) << ran.err;
}

TEST_F(AuditExport, OfAPartSaysSoAndVerifiesFromItsFirstEventOn) {
  const std::string since = "2026-11-23T03:00:05Z";
  const std::string until = "2026-11-23T03:00:11Z";
  for (const std::string format : {"json", "jsonl", "csv"}) {
    const auto wrote = world_.run({"audit", "export", "--format", format, "--pool", "mail",
                                   "--since", since, "--until", until, "--output", path(format)});
    EXPECT_EQ(wrote.code, 0) << wrote.err;
    EXPECT_NE(wrote.err.find("a part of the log"), std::string::npos);
    const auto ran = verify(format);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("intact from event 5 on"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("intact: 6 events in 1 chain\n"), std::string::npos) << ran.out;
  }
  const auto document = json::parse(text_of(path("json")));
  EXPECT_EQ(document["part"]["chain"], "mail");
  EXPECT_EQ(document["part"]["since"], "2026-11-23T03:00:05.000000Z");
  EXPECT_EQ(document["begins"][0]["seq"], 4);
  EXPECT_EQ(document["heads"][0]["seq"], 10);
  auto cut = document;
  cut["events"].erase(cut["events"].size() - 1);
  std::ofstream{path("cut")} << cut.dump();
  EXPECT_NE(verify("cut").err.find("event 10: truncated"), std::string::npos);
  cut = document;
  cut["events"].erase(std::size_t{0});
  std::ofstream{path("cut")} << cut.dump();
  EXPECT_NE(verify("cut").err.find("event 5: deleted"), std::string::npos);
}

TEST_F(AuditExport, OfOneChainIsVerifiedFromItsOriginOn) {
  EXPECT_EQ(world_.run({"audit", "export", "--pool", "mail", "--output", path("a")}).code, 0);
  EXPECT_NE(verify("a").out.find("intact: 20 events in 1 chain\n"), std::string::npos);
  world_.script.audit.erase(world_.script.audit.begin(), world_.script.audit.begin() + 3);
  EXPECT_EQ(world_.run({"audit", "export", "--pool", "mail", "--output", path("b")}).code, 0);
  EXPECT_NE(verify("b").err.find("event 1: deleted"), std::string::npos)
      << "a part must not hide what the store lacks";
  const auto since =
      world_.run({"audit", "export", "--since", "2026-11-23", "--output", path("c")});
  EXPECT_EQ(since.code, 0) << since.err;
  EXPECT_NE(verify("c").err.find("event 1: deleted"), std::string::npos);
}

TEST_F(AuditExport, OfNothingOrOfNoChainSaysSo) {
  const auto none =
      world_.run({"audit", "export", "--since", "2026-11-23T03:59:00Z", "--output", path("none")});
  EXPECT_EQ(none.code, 0);
  EXPECT_NE(none.err.find("no event is in that part"), std::string::npos);
  EXPECT_EQ(verify("none").code, 0);
  const auto unknown = world_.run({"audit", "export", "--pool", "nosuch"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("there is no chain \"nosuch\""), std::string::npos);
  EXPECT_EQ(unknown.out, "");
  EXPECT_EQ(world_.run({"audit", "export", "--pool", "a b"}).code, 2);
  EXPECT_EQ(world_.run({"audit", "export", "--since", "soon"}).code, 2);
}

TEST_F(AuditExport, AsCsvIsNotForATerminal) {
  world_.columns = 80;
  const auto ran = world_.run({"audit", "export", "--format", "csv"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("name a file with --output"), std::string::npos);
  EXPECT_EQ(world_.run({"audit", "export", "--format", "csv", "--output", path("x")}).code, 0);
  EXPECT_EQ(world_.run({"audit", "export", "--format", "jsonl"}).code, 0);
}

TEST_F(AuditExport, ThatFailsHalfwayLeavesTheOldFileAndNoOther) {
  std::ofstream{path("a")} << "old";
  world_.script.audit_error_after = 2;  // pages
  fill_audit(world_.script, 3000);
  const auto ran = world_.run({"audit", "export", "--format", "jsonl", "--output", path("a")});
  EXPECT_NE(ran.code, 0);
  EXPECT_EQ(text_of(path("a")), "old");
  EXPECT_FALSE(std::filesystem::exists(path("a") + ".partial"));
}

TEST_F(AuditExport, IsComparedWithAnchorsThatAreInThePart) {
  ASSERT_EQ(world_
                .run({"audit", "export", "--pool", "mail", "--since", "2026-11-23T03:00:05Z",
                      "--output", path("part")})
                .code,
            0);
  const auto hash_of = [&](std::size_t seq) {
    const auto all = json::parse(world_.run({"audit", "export"}).out)["events"];
    for (const auto& event : all)
      if (event["chain"] == "mail" && event["seq"] == seq) return event["hash"].get<std::string>();
    return std::string{};
  };
  const auto with = [&](const std::string& lines) {
    std::ofstream{path("heads")} << lines;
    return verify("part", {"--anchors", path("heads")});
  };
  auto ran = with("2026-11-23T03:10:00.000000Z mail 7 " + hash_of(7) + "\nmail 2 " + hash_of(2));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.err.find("1 anchor compared"), std::string::npos) << ran.err;
  ran = with("mail 2 " + hash_of(2) + "\n");
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.err.find("WARNING: no anchor is of an event in this log"), std::string::npos);
  ran = with("mail 7 " + hash_of(8) + "\n");
  EXPECT_EQ(ran.code, 8);
  EXPECT_NE(ran.err.find("event 7: rewritten"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace jobflip::cli
