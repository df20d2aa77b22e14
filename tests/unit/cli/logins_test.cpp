/// `logins`: the plan, the files with passwords, and what happens to them when the store fails.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"
#include "unit/cli/mail_pool.hpp"

namespace jobflip::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

class Logins : public ::testing::Test {
 protected:
  Logins() {
    std::ofstream{file_}
        << kMailPool << "[[pool.queue]]\nname = \"mails\"\ndatabase = \"app\"\n"
        << "preset = \"river\"\nschema = \"jobs\"\n[[pool.queue]]\nname = \"more\"\n"
        << "database = \"app\"\npreset = \"river\"\nschema = \"jobs\"\n[[supervisor]]\n"
        << "name = \"sup1\"\n";
    world_.environment["JOBFLIP_STORE"] = "host=db1 dbname=jobs user=postgres";
  }
  Ran logins(const Words& more = {}) {
    Words words{"logins", file_,     "--operator", "ada",   "--worker",
                "mailer", "--probe", "probe",      "--out", folder_};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }
  std::string text_of(const std::string& path) const {
    std::ostringstream out;
    out << std::ifstream{folder_ + "/" + path}.rdbuf();
    return out.str();
  }
  Words files() const {
    Words out;
    if (!fs::exists(folder_)) return out;
    for (const auto& one : fs::recursive_directory_iterator{folder_})
      if (!one.is_directory()) out.push_back(fs::relative(one.path(), folder_).string());
    return out;
  }
  setup::LoginFacts agent(const std::string& login) const {
    setup::LoginFacts facts{.login = login};
    facts.can_login = facts.may_connect = true;
    facts.groups = {"jobflip_agent"};
    return facts;
  }

  test::TempFolder temp_;
  std::string file_{temp_.path() + "/mail.toml"};
  std::string folder_{temp_.path() + "/logins"};
  FakeWorld world_;
};

TEST_F(Logins, ShowsThePlanAndChangesNothing) {
  auto ran = logins();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("login   for              role                state    file\n"));
  EXPECT_THAT(ran.out, HasSubstr("job1    node job1        jobflip_agent       missing  " +
                                 folder_ + "/job1/agent.pgpass\n"));
  EXPECT_THAT(ran.err, HasSubstr("nothing was changed: the same with --yes creates 6 logins\n"));
  EXPECT_THAT(world_.script.asked, Not(::testing::Contains("carry_out")));
  EXPECT_FALSE(fs::exists(folder_));
  EXPECT_THAT(ran.out, Not(HasSubstr("The passwords are in these files")));
  EXPECT_THAT(logins({"--format", "tsv"}).out, HasSubstr("sup1\tsupervisor sup1\t"));
  const auto parsed = json::parse(logins({"--format", "json"}).out);
  EXPECT_EQ(parsed["done"], false);
  EXPECT_EQ(parsed["logins"].size(), 6u);
  EXPECT_EQ(parsed["logins"][0]["state"], "missing");
  EXPECT_EQ(parsed["logins"][0]["files"], json{folder_ + "/job1/agent.pgpass"});
}

TEST_F(Logins, WritesEachPasswordWhereOnlyItsOwnerReadsItBeforeTheCommit) {
  Words at_commit;
  world_.script.on_commit = [&] { at_commit = files(); };
  const auto ran = logins({"--yes"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(at_commit,
              UnorderedElementsAre("job1/agent.pgpass", "job2/agent.pgpass",
                                   "sup1/supervisor.pgpass", "ada/pgpass", "mailer/pgpass"));
  EXPECT_EQ(files().size(), 5u);
  std::map<std::string, std::string> passwords;
  for (const auto& step : world_.script.login_steps) passwords[step.login] = step.password;
  EXPECT_EQ(text_of("job1/agent.pgpass"), "db1:5432:*:job1:" + passwords["job1"] + "\n");
  EXPECT_EQ(
      text_of("sup1/supervisor.pgpass"),
      "db1:5432:*:sup1:" + passwords["sup1"] + "\ndb1:5432:*:probe:" + passwords["probe"] + "\n");
  std::set<std::string> different;
  for (const auto& [login, password] : passwords) {
    EXPECT_EQ(password.size(), 32u) << login;
    EXPECT_EQ((ran.out + ran.err).find(password), std::string::npos) << login << " is printed";
    different.insert(password);
  }
  EXPECT_EQ(different.size(), 6u);
  for (const auto& one : fs::recursive_directory_iterator{folder_})
    EXPECT_EQ(one.status().permissions(), one.is_directory()
                                              ? fs::perms::owner_all
                                              : fs::perms::owner_read | fs::perms::owner_write)
        << one.path();
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
}

TEST_F(Logins, SaysWhatIsLeftToAPerson) {
  const auto ran = logins({"--yes"});
  EXPECT_THAT(ran.out, AllOf(HasSubstr("job1: /etc/jobflip/agent.pgpass, owner jobflip"),
                             HasSubstr("  host jobs +jobflip_agent,"),
                             HasSubstr("  grant usage on schema \"jobs\" to \"probe\";\n"),
                             HasSubstr("  grant select on \"jobs\".\"jobs\" to \"probe\";\n"),
                             HasSubstr("run the query of mail/email")));
  EXPECT_THAT(ran.err, HasSubstr("6 created, 0 changed, 0 as they were"));
  const auto parsed = json::parse(logins({"--format", "json"}).out);
  EXPECT_EQ(parsed["grants"][0]["database"], "app");
  EXPECT_EQ(parsed["grants"][0]["queries"], json{"mail/email"});
  EXPECT_EQ(parsed["grants"][0]["statements"].size(), 2u) << "each once";
  EXPECT_EQ(parsed["grants"][0]["if_the_table_exists"],
            json{"grant select on \"jobs\".\"pauses\" to \"probe\""});
}

TEST_F(Logins, AreNotCreatedIfTheCommitFailsAndTheFilesAreRemoved) {
  world_.script.commit = Error{ErrorCode::store_failed, "logins: no space", ""};
  EXPECT_EQ(logins({"--yes"}).code, 1);
  EXPECT_FALSE(fs::exists(folder_));
  fs::create_directory(folder_, fs::path{temp_.path()});
  fs::permissions(folder_, fs::perms::owner_all);
  std::ofstream{folder_ + "/mine"} << "x";
  EXPECT_EQ(logins({"--yes"}).code, 1);
  EXPECT_EQ(files(), Words{"mine"}) << "only what this run wrote";
}

TEST_F(Logins, KeepTheirFilesIfNobodyKnowsWhetherTheyExist) {
  world_.script.commit = ports::CommitOutcome::unknown;
  const auto ran = logins({"--yes"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.err, HasSubstr("it is not known whether the logins exist"));
  EXPECT_EQ(files().size(), 5u);
}

TEST_F(Logins, OverwriteNoFileAndFollowNoLink) {
  fs::create_directories(folder_ + "/job2");
  fs::permissions(folder_, fs::perms::owner_all);
  fs::permissions(folder_ + "/job2", fs::perms::owner_all);
  std::ofstream{folder_ + "/job2/agent.pgpass"} << "old";
  auto ran = logins({"--yes"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr(folder_ + "/job2/agent.pgpass is there already"));
  EXPECT_EQ(files(), Words{"job2/agent.pgpass"});
  EXPECT_EQ(text_of("job2/agent.pgpass"), "old");
  EXPECT_THAT(world_.script.asked, Not(::testing::Contains("carry_out")));

  fs::remove(folder_ + "/job2/agent.pgpass");
  fs::create_symlink(temp_.path() + "/stolen", folder_ + "/job2/agent.pgpass");
  EXPECT_EQ(logins({"--yes"}).code, 3);
  EXPECT_FALSE(fs::exists(temp_.path() + "/stolen"));

  fs::remove_all(folder_);
  fs::create_directory(temp_.path() + "/elsewhere");
  fs::create_directory_symlink(temp_.path() + "/elsewhere", folder_);
  ran = logins({"--yes"});
  EXPECT_EQ(ran.code, 3) << ran.err;
  folder_ += "/";
  EXPECT_EQ(logins({"--yes"}).code, 3) << "behind a slash";
  EXPECT_TRUE(fs::is_empty(temp_.path() + "/elsewhere"));
}

TEST_F(Logins, WantAFolderThatNobodyElseWritesInto) {
  fs::create_directory(folder_);
  fs::permissions(folder_, fs::perms::all);
  const auto ran = logins({"--yes"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("others may write into it"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Logins, ThatAreWrongAreNamedBeforeAnythingIsChanged) {
  auto job1 = agent("job1");
  job1.superuser = true;
  world_.script.logins->logins = {job1};
  for (const auto& words : {Words{}, Words{"--yes"}}) {
    const auto ran = logins(words);
    EXPECT_EQ(ran.code, 3);
    EXPECT_THAT(ran.err, HasSubstr("the login \"job1\" can't be used: it is a superuser"));
    EXPECT_THAT(ran.err, HasSubstr("nothing was changed"));
  }
  EXPECT_FALSE(fs::exists(folder_));
  EXPECT_THAT(world_.script.asked, Not(::testing::Contains("carry_out")));
}

TEST_F(Logins, AreCheckedAgainBeforeTheCommit) {
  auto job1 = agent("job1");
  job1.groups.emplace("jobflip_operator");  // granted between the look and the change
  world_.script.logins_after = {job1};
  const auto ran = logins({"--yes"});
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_FALSE(fs::exists(folder_));
  auto sup1 = agent("sup1");
  sup1.groups.clear();
  world_.script.logins_after = {agent("job1"), agent("job2"), sup1};
  EXPECT_EQ(world_.run({"logins", file_, "--out", folder_, "--yes"}).code, 3) << "it has no role";
}

TEST_F(Logins, ThatAreAllThereAreLeftAlone) {
  Words words{"logins", file_, "--out", folder_, "--yes"};
  auto sup1 = agent("sup1");
  sup1.groups = {"jobflip_supervisor"};
  world_.script.logins->logins = {agent("job1"), agent("job2"), sup1};
  const auto ran = world_.run(words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("every login is there"));
  EXPECT_THAT(world_.script.asked, Not(::testing::Contains("carry_out")));
  EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(Logins, ByCertificateHaveNoPasswordAndNoFile) {
  const auto ran = logins({"--yes", "--auth", "certificate"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (const auto& step : world_.script.login_steps) EXPECT_EQ(step.password, "") << step.login;
  EXPECT_FALSE(fs::exists(folder_));
  EXPECT_THAT(ran.out, HasSubstr("  hostssl jobs "));
}

TEST_F(Logins, NeedANameOfTheStoreThatOtherMachinesKnow) {
  for (const auto* store : {"host=/var/run/postgresql dbname=jobs", "host=localhost dbname=jobs",
                            "host=127.0.0.1 dbname=jobs", "hostaddr=::1 dbname=jobs"}) {
    world_.environment["JOBFLIP_STORE"] = store;
    auto ran = logins({"--yes"});
    EXPECT_EQ(ran.code, 2) << store;
    EXPECT_THAT(ran.err, HasSubstr("--host is missing"));
    EXPECT_FALSE(fs::exists(folder_));
    ran = logins();
    EXPECT_EQ(ran.code, 0) << "the plan is shown all the same";
    EXPECT_THAT(ran.err, HasSubstr("--host is missing"));
  }
  EXPECT_EQ(logins({"--yes", "--host", "/tmp"}).code, 2);
  EXPECT_EQ(logins({"--yes", "--host", "db1\ndb2:5432:*:ada:known"}).code, 2);
  EXPECT_EQ(logins({"--yes", "--host", "db1,db2"}).code, 0);
  EXPECT_THAT(text_of("ada/pgpass"), AllOf(HasSubstr("db1:5432:*:ada:"), HasSubstr("db2:5432:")));
}

TEST_F(Logins, EachHostOfTheStoreHasItsLine) {
  world_.environment["JOBFLIP_STORE"] = "host=db1,db2 port=6000,6001 dbname=jobs";
  EXPECT_EQ(logins({"--yes"}).code, 0);
  EXPECT_THAT(text_of("ada/pgpass"), AllOf(HasSubstr("db1:6000:*:ada:"), HasSubstr("db2:6001:")));
  fs::remove_all(folder_);
  world_.environment["JOBFLIP_STORE"] = "hostaddr=10.0.0.5,10.0.0.6 port=6000 dbname=jobs";
  EXPECT_EQ(logins({"--yes"}).code, 0);
  EXPECT_THAT(text_of("ada/pgpass"),
              AllOf(HasSubstr("10.0.0.5:6000:*:ada:"), HasSubstr("10.0.0.6:6000:")));
}

TEST_F(Logins, AllFaultsInNamesAreSaidAtOnce) {
  const auto ran =
      world_.run({"logins", file_, "--operator", "../x", "--worker", "job1", "--probe", "pg_read"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("\"../x\""), HasSubstr("\"job1\" is wanted for"),
                             HasSubstr("\"pg_read\" begins")));
  EXPECT_THAT(world_.script.asked, IsEmpty());
  Words many{"logins", file_};
  for (int i = 0; i < 60; ++i) many.insert(many.end(), {"--operator", "../x" + std::to_string(i)});
  const auto first = world_.run(many).err;
  EXPECT_THAT(first, AllOf(HasSubstr("../x49"), Not(HasSubstr("../x50")),
                           HasSubstr("the first 50 of 60 are shown")));
  EXPECT_EQ(world_.run({"logins"}).code, 2);
  std::ofstream{file_, std::ios::app} << "[[node]]\nnam = 1\n";
  EXPECT_THAT(logins().err, HasSubstr("fault"));
}

TEST_F(Logins, ANewSupervisorsFileLacksTheLineOfAnOldProbe) {
  setup::LoginFacts probe{.login = "probe"};
  probe.can_login = probe.may_connect = true;
  probe.connection_limit = 10;
  probe.settings = {"search_path"};
  world_.script.logins->logins = {probe};
  const auto ran = logins({"--yes"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("sup1/supervisor.pgpass has no line for \"probe\""));
  EXPECT_THAT(text_of("sup1/supervisor.pgpass"), Not(HasSubstr("probe")));
}

}  // namespace
}  // namespace jobflip::cli
