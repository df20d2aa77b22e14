/// init and migrate: what they request from the owner of the database, and what they do.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

TEST(Init, CreatesTheSchemaOnceAndSaysSo) {
  FakeWorld world;
  world.script.installed = 0;
  auto ran = world.run({"init", "--yes"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("the schema is at version 2"), std::string::npos);
  EXPECT_EQ(world.script.asked, Words{"migrate"});
  world.script.installed = 2;
  ran = world.run({"init", "--yes"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("the schema is already there at version 2"), std::string::npos);
  EXPECT_NE(ran.err.find("`jobflip migrate --own-database --dry-run` prints"), std::string::npos);
  EXPECT_EQ(world.script.asked.size(), 1u);
}

TEST(Init, AsksForConfirmationFirst) {
  FakeWorld world;
  world.script.installed = 0;
  world.terminal = true;
  world.typed = "no\n";
  EXPECT_EQ(world.run({"init"}).code, 1);
  EXPECT_TRUE(world.script.asked.empty());
  world.typed = "yes\n";
  EXPECT_EQ(world.run({"init"}).code, 0);
  world.typed = "";
  EXPECT_EQ(world.run({"init", "--yes"}).code, 0);
}

TEST(Init, ChangesNobodysRightsUnlessTheDatabaseIsItsOwn) {
  FakeWorld world;
  world.script.installed = 0;
  world.script.open_rights = {"revoke connect on database jobs from public"};
  auto ran = world.run({"init", "--yes"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(world.script.asked, Words{"migrate"});
  EXPECT_NE(ran.out.find("  revoke connect on database jobs from public;\n"), std::string::npos);
  EXPECT_EQ(json::parse(world.run({"init", "--yes", "--format", "json"}).out)["open_rights"].size(),
            1u);
  world.script.asked.clear();
  ran = world.run({"init", "--own-database", "--yes"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(world.script.asked, (Words{"migrate", "close_rights"}));
  EXPECT_EQ(ran.out.find("revoke"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("granted CONNECT"), std::string::npos) << ran.out;
}

TEST(Migrate, ClosesTheRightsOfAnOwnDatabaseOrSaysWhyNot) {
  FakeWorld world;
  world.script.installed = world.script.wanted;
  EXPECT_EQ(world.run({"migrate", "--own-database", "--yes"}).code, 0);
  EXPECT_EQ(world.script.asked, (Words{"migrate", "close_rights"}));
  world.script.close_answer = Error{ErrorCode::refused, "schema app is in it too", ""};
  const auto ran = world.run({"migrate", "--own-database", "--yes"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("schema app is in it too"), std::string::npos);
}

TEST(Migrate, ShowsWhatIsPendingAndChangesNothing) {
  FakeWorld world;
  auto ran = world.run({"migrate", "--dry-run"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "0002 step_2\nset  functions_views_triggers\n");
  ran = world.run({"migrate", "--dry-run", "--show-sql"});
  EXPECT_EQ(ran.out,
            "0002 step_2\ncreate table t2();\nset  functions_views_triggers\ncreate function "
            "f();\n");
  const auto parsed = json::parse(world.run({"migrate", "--dry-run", "--format", "json"}).out);
  EXPECT_EQ(parsed["pending"][0]["name"], "step_2");
  EXPECT_EQ(parsed["functions_pending"], true);
  EXPECT_TRUE(world.script.asked.empty());
}

TEST(Migrate, ShowsFunctionsThatDifferThoughTheNumberIsTheSame) {
  FakeWorld world;
  world.script.installed = world.script.wanted;
  EXPECT_EQ(world.run({"migrate", "--dry-run"}).out, "set  functions_views_triggers\n");
  EXPECT_EQ(world.run({"migrate", "--dry-run", "--format", "tsv"}).out,
            "version\tname\nset\tfunctions_views_triggers\n");
  world.script.set_state = ports::SetState::same;
  const auto ran = world.run({"migrate", "--dry-run"});
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find("nothing to do: version 2"), std::string::npos) << ran.err;
  world.script.set_state = Error{ErrorCode::store_unreachable, "gone", ""};
  EXPECT_EQ(world.run({"migrate", "--dry-run"}).code, 7);
}

TEST(Migrate, RunsOrSaysWhyNot) {
  FakeWorld world;
  EXPECT_EQ(world.run({"migrate"}).out,
            "0002 step_2\nset  functions_views_triggers\nthe schema is at version 2\n");
  world.script.installed = 3;
  auto ran = world.run({"migrate"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_NE(ran.err.find("install a newer jobflip"), std::string::npos);
  world.script.installed = 0;
  ran = world.run({"migrate"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("create it with `jobflip init`"), std::string::npos);
  world.script.installed = 1;
  world.script.migrate_answer = Error{ErrorCode::store_timeout, "no answer", ""};
  EXPECT_EQ(world.run({"migrate"}).code, 4);
  world.script.migrate_answer = Error{ErrorCode::store_failed, "syntax error", ""};
  EXPECT_EQ(world.run({"migrate"}).code, 1);
}

TEST(Migrate, AcceptsACopyAsTheStoreOnlyOnRequest) {
  FakeWorld world;
  world.script.installed = world.script.wanted;
  auto ran = world.run({"migrate", "--accept-copy", "--yes"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "this is the store from now on: pools can be taken after the freeze\n");
  EXPECT_EQ(world.script.asked, Words{"accept_copy"});
  world.script.accept_answer = false;
  EXPECT_EQ(world.run({"migrate", "--accept-copy", "--yes"}).out,
            "this was the store already: nothing was changed\n");
  EXPECT_EQ(
      json::parse(
          world.run({"migrate", "--accept-copy", "--yes", "--format", "json"}).out)["accepted"],
      false);
  world.script.accept_answer = Error{ErrorCode::store_failed, "permission denied", ""};
  EXPECT_EQ(world.run({"migrate", "--accept-copy", "--yes"}).code, 1);
  EXPECT_EQ(world.run({"migrate", "--accept-copy", "--yes", "--dry-run"}).code, 2);
}

// A pipe, a cron job, an empty stdin: nobody agreed, so nothing is done.
TEST(Schema, ChangesNothingIfNobodyCanBeAskedAndNobodyAgreed) {
  for (const auto& [words, installed] :
       {std::pair{Words{"init"}, 0}, std::pair{Words{"init", "--own-database"}, 0},
        std::pair{Words{"migrate", "--accept-copy"}, 2},
        std::pair{Words{"migrate", "--own-database"}, 2}}) {
    FakeWorld world;
    world.script.installed = installed;
    world.typed = "yes\n";
    const auto refused = world.run(words);
    EXPECT_EQ(refused.code, 2) << words.back();
    EXPECT_NE(refused.err.find("--yes was not given"), std::string::npos) << refused.err;
    EXPECT_TRUE(world.script.asked.empty()) << words.back();
    auto agreed = words;
    agreed.emplace_back("--yes");
    EXPECT_EQ(world.run(agreed).code, 0) << words.back();
    EXPECT_FALSE(world.script.asked.empty());
    // at a terminal, but what is printed is for a program: the question would be in its way
    agreed = words;
    agreed.insert(agreed.end(), {"--format", "json"});
    world.terminal = true;
    EXPECT_EQ(world.run(agreed).code, 2) << words.back();
  }
}

TEST(Init, SaysBeforeTheQuestionWhereAndWhatIsTakenAway) {
  FakeWorld world;
  world.script.installed = 0;
  world.terminal = true;
  world.typed = "no\n";
  const auto plain = world.run({"init"});
  EXPECT_NE(plain.out.find("database \"jobs\" on db1, port 5432, as postgres"), std::string::npos);
  EXPECT_EQ(plain.out.find("CONNECT"), std::string::npos) << plain.out;
  const auto own = world.run({"init", "--own-database"});
  EXPECT_EQ(own.code, 1);
  for (const auto* right : {"CONNECT", "TEMPORARY", "advisory locks", "large objects"})
    EXPECT_NE(own.out.find(right), std::string::npos) << right << own.out;
  EXPECT_TRUE(world.script.asked.empty());
}

TEST(Migrate, PrintsWhatAnOwnDatabaseWouldLoseAndTakesNothing) {
  FakeWorld world;
  world.script.installed = world.script.wanted;
  world.script.set_state = ports::SetState::same;
  world.script.open_rights = {"revoke connect on database jobs from public"};
  auto ran = world.run({"migrate", "--own-database", "--dry-run"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "revoke connect on database jobs from public;\n");
  EXPECT_EQ(json::parse(world.run({"migrate", "--own-database", "--dry-run", "--format", "json"})
                            .out)["open_rights"][0],
            world.script.open_rights[0]);
  EXPECT_EQ(world.run({"migrate", "--dry-run"}).out, "") << "only for an own database";
  EXPECT_TRUE(world.script.asked.empty());
}

TEST(Migrate, AsksForConfirmationBeforeACopyIsTheStore) {
  FakeWorld world;
  world.script.installed = world.script.wanted;
  world.terminal = true;
  world.typed = "no\n";
  const auto ran = world.run({"migrate", "--accept-copy"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("every agent\nof that one is stopped"), std::string::npos);
  EXPECT_TRUE(world.script.asked.empty());
  world.typed = "yes\n";
  EXPECT_EQ(world.run({"migrate", "--accept-copy"}).code, 0);
  world.typed = "";
  EXPECT_EQ(world.run({"migrate", "--accept-copy", "--yes"}).code, 0);
}

}  // namespace
}  // namespace jobflip::cli
