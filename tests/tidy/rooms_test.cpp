#include "rooms.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace jobflip::tidy {
namespace {

constexpr auto kPage =
    "| room | duty | may include | third party |\n"
    "|---|---|---|---|\n"
    "| `base` | words | - | `boost/system/` |\n"
    "| `core` | decides | `base` | - |\n"
    "| `store` | SQL | `base`, `core` | `pqxx/`, `libpq-fe.h` |\n"
    "| `guard` | ends workers | `store/page.hpp` | - |\n";

const std::vector<std::string> kCode{".hpp", ".cpp", ".h", ".c"};

std::vector<Finding> findings_in(const std::string& path, const std::string& line) {
  return check_includes(parse_rooms(kPage), {path, line + "\n"});
}

TEST(RoomTable, IsReadFromThePage) {
  const auto rooms = parse_rooms(kPage);
  ASSERT_EQ(rooms.size(), 4u);
  EXPECT_EQ(rooms.at("store").may_include, (std::set<std::string>{"base", "core", "store"}));
  EXPECT_EQ(rooms.at("store").third_party,
            (std::vector<std::string>{"pqxx/", "libpq-fe.h", "boost/system/"}));
}

TEST(RoomTable, FindsWhatARoomMayNotInclude) {
  EXPECT_EQ(findings_in("src/core/a.cpp", "#include \"jobflip/store/b.hpp\"").size(), 1u);
  EXPECT_EQ(findings_in("include/jobflip/base/a.hpp", "#include \"jobflip/core/b.hpp\"").size(),
            1u);
  EXPECT_EQ(findings_in("src/core/a.cpp", "#include \"store/private.hpp\"").size(), 1u);
  EXPECT_EQ(findings_in("src/core/a.cpp", "#include \"private.hpp\"").size(), 1u);
  EXPECT_EQ(findings_in("src/core/a.cpp", "#  include <pqxx/pqxx>").size(), 1u);
  EXPECT_EQ(findings_in("src/core/a.cpp", "#include <libpq-fe.h>").size(), 1u);
  EXPECT_EQ(findings_in("src/guard/a.cpp", "#include \"store/other.hpp\"").size(), 1u);
  EXPECT_EQ(findings_in("src/guard/a.cpp", "#include <boost/system/result.hpp>").size(), 1u);
  EXPECT_EQ(findings_in("src/attic/a.cpp", "").size(), 1u);
}

TEST(RoomTable, LetsPassWhatARoomMayInclude) {
  EXPECT_TRUE(findings_in("src/core/a.cpp", "#include <boost/system/result.hpp>").empty());
  EXPECT_TRUE(findings_in("src/guard/a.cpp", "#include \"store/page.hpp\"").empty());
  EXPECT_TRUE(findings_in("src/core/a.cpp", "#include \"jobflip/base/b.hpp\"").empty());
  EXPECT_TRUE(findings_in("src/core/a.cpp", "#include \"core/private.hpp\"").empty());
  EXPECT_TRUE(findings_in("src/store/a.cpp", "#include <pqxx/pqxx>").empty());
  EXPECT_TRUE(findings_in("src/store/a.cpp", "#include <libpq-fe.h>").empty());
  EXPECT_TRUE(findings_in("src/store/a.cpp", "#include <sys/socket.h>").empty());
  EXPECT_TRUE(findings_in("src/core/a.cpp", "#include <vector>").empty());
}

TEST(RoomTable, HoldsInEverySourceFile) {
  const auto page = read_tree({"docs"}, {"rooms.md"});
  ASSERT_EQ(page.size(), 1u);
  const auto rooms = parse_rooms(page[0].text);
  std::vector<Finding> all;
  const auto files = read_tree({"include", "src"}, kCode);
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    std::ranges::copy(check_includes(rooms, file), std::back_inserter(all));
  }
  EXPECT_TRUE(all.empty()) << print(all);
}

const SourceFile kCrosses{"src/store/b.cpp", "#include \"jobflip/core/a.hpp\"\n"};

std::vector<Finding> homebodies(const std::vector<SourceFile>& more) {
  std::vector<SourceFile> files{{"include/jobflip/core/a.hpp", ""}};
  files.insert(files.end(), more.begin(), more.end());
  return check_crossing(files);
}

TEST(SharedHeaders, AreFoundWhereOnlyTheirOwnRoomIncludesThem) {
  EXPECT_EQ(homebodies({}).size(), 1u);
  EXPECT_EQ(homebodies({{"src/core/a.cpp", "#include \"jobflip/core/a.hpp\"\n"}}).size(), 1u);
  const SourceFile own_header{"include/jobflip/core/b.hpp", "#include \"jobflip/core/a.hpp\"\n"};
  EXPECT_EQ(homebodies({own_header}).size(), 2u) << "nobody needs either";
}

TEST(SharedHeaders, AreThoseThatAnotherRoomIncludesAndWhatTheyInclude) {
  EXPECT_TRUE(homebodies({kCrosses}).empty());
  EXPECT_TRUE(homebodies({{"src/app/main.cpp", "#include \"jobflip/core/a.hpp\"\n"}}).empty());
  EXPECT_TRUE(homebodies({{"include/jobflip/core/b.hpp", "#include \"jobflip/core/a.hpp\"\n"},
                          {"src/store/c.cpp", "#include \"jobflip/core/b.hpp\"\n"}})
                  .empty());
  EXPECT_TRUE(check_crossing({{"include/jobflip/worker/lease.hpp", ""}}).empty()) << "public";
}

TEST(SharedHeaders, AreAllInInclude) {
  const auto files = read_tree({"include", "src"}, kCode);
  ASSERT_FALSE(files.empty());
  const auto all = check_crossing(files);
  EXPECT_TRUE(all.empty()) << print(all);
}

TEST(Purity, FindsClocksThreadsAndOutput) {
  for (const auto* bad :
       {"const auto t = BootClock::now();", "#include <thread>", "#include <iostream>",
        "std::printf(text);", "#include <sys/time.h>", "std::cerr << 1;"}) {
    EXPECT_EQ(check_purity({"src/core/a.cpp", bad}).size(), 1u) << bad;
  }
}

TEST(Purity, LetsPassCommentsAndFormatting) {
  EXPECT_TRUE(check_purity({"src/core/a.cpp", "// never calls BootClock::now()"}).empty());
  EXPECT_TRUE(check_purity({"src/core/a.cpp", "std::snprintf(a, b, c);"}).empty());
}

TEST(Purity, HoldsInEveryFileOfCoreSetupViewReportAndAudit) {
  std::vector<Finding> all;
  for (const std::string room : {"core", "setup", "view", "report", "audit"}) {
    const auto files = read_tree({"include/jobflip/" + room, "src/" + room}, kCode);
    ASSERT_FALSE(files.empty()) << room;
    for (const auto& file : files) std::ranges::copy(check_purity(file), std::back_inserter(all));
  }
  EXPECT_TRUE(all.empty()) << print(all);
}

}  // namespace
}  // namespace jobflip::tidy
