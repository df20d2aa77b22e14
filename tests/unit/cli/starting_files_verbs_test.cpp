/// `config agent` and `config supervisor`: what they write is what the daemons read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "jobflip/config/files.hpp"
#include "support/temp_folder.hpp"
#include "unit/cli/fake_world.hpp"
#include "unit/cli/mail_pool.hpp"

namespace jobflip::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

class StartingFileVerbs : public ::testing::Test {
 protected:
  StartingFileVerbs() {
    std::ofstream{file_} << kMailPool << "[[pool]]\nname = \"bills\"\n"
                         << "candidates = [\"job1\", \"job2\"]\n[[pool.queue]]\nname = \"bills\"\n"
                         << "database = \"books\"\nquery = \"select 1\"\n"
                         << "[[node]]\nname = \"spare\"\n[[node]]\nname = \"job9\"\n"
                         << "login = \"node nine\"\n[[supervisor]]\nname = \"sup1\"\n"
                         << "[[pool]]\nname = \"ninth\"\ncandidates = [\"job9\", \"job1\"]\n"
                         << "[[pool.queue]]\nname = \"n\"\ndatabase = \"app\"\n"
                         << "query = \"select 1\"\n";
    world_.environment["JOBFLIP_STORE"] =
        "host=db1 dbname=jobs user=ada sslmode=verify-full passfile=/home/ada/.pgpass";
  }
  Ran agent(const std::string& node, const Words& more = {}) {
    Words words{"config", "agent", file_, "--node", node};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }
  Ran supervisor(const Words& more = {}) {
    Words words{"config", "supervisor", file_, "--name", "sup1"};
    words.insert(words.end(), more.begin(), more.end());
    return world_.run(words);
  }

  test::TempFolder temp_;
  std::string file_{temp_.path() + "/mail.toml"};
  std::string written_{temp_.path() + "/out.toml"};
  FakeWorld world_;
  const Words units_{"--unit",          "mail=m.service", "--unit",
                     "bills=b.service", "--unit",         "ninth=n.service"};
};

TEST_F(StartingFileVerbs, AnAgentsFileHasEachPoolOfTheNode) {
  const auto ran = agent("job1", units_);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto read = config::parse_agent_text(ran.out, "x", "/run/x");
  ASSERT_TRUE(read) << ran.out;
  EXPECT_EQ(read->node, NodeName::of("job1"));
  EXPECT_EQ(read->conninfo,
            "host=db1 dbname=jobs user=job1 passfile=/etc/jobflip/agent.pgpass "
            "sslmode=verify-full");
  ASSERT_EQ(read->workers.size(), 3u);
  EXPECT_EQ(read->workers[0].pool, PoolName::of("bills"));
  EXPECT_EQ(read->workers[0].unit, "b.service");
  const auto ninth = agent("job9", {"--unit", "ninth=n.service"});
  EXPECT_THAT(ninth.out, HasSubstr("user='node nine'")) << "its login, not its name";
}

TEST_F(StartingFileVerbs, UnitsThatAreMissingAreListedOrAskedFor) {
  auto ran = agent("job1", {"--unit", "mail=m.service"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("no unit was named for: bills, ninth"));
  world_.terminal = true;
  world_.typed = "b.service\nn.service\n";
  ran = agent("job1", {"--unit", "mail=m.service"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("The unit of the workers of bills: "));
  EXPECT_THAT(ran.out, HasSubstr("unit = \"n.service\""));
}

TEST_F(StartingFileVerbs, WrongNamesAreSaidWithWhatIsThere) {
  auto ran = agent("jbo1", units_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("the file has no node \"jbo1\""),
                             HasSubstr("did you mean \"job1\"? nodes are: job1, job2, spare")));
  EXPECT_THAT(agent("spare").err, HasSubstr("no pool has \"spare\" among its candidates"));
  EXPECT_THAT(agent("job9", {"--unit", "mail=m.service"}).err,
              HasSubstr("\"mail\" is not a pool of the node"));
  EXPECT_THAT(agent("job9", {"--unit", "ninth"}).err, HasSubstr("is not POOL=UNIT"));
  EXPECT_THAT(agent("job9", {"--unit", "ninth=a.service", "--unit", "ninth=b.service"}).err,
              HasSubstr("--unit names \"ninth\" twice"));
  EXPECT_THAT(agent("job9", {"--unit", "ninth=no-unit"}).err,
              HasSubstr("is not the name of a service unit"));
  EXPECT_EQ(world_.run({"config", "agent", file_}).code, 2);
  EXPECT_EQ(world_.run({"config", "agent", "--node", "job1"}).code, 2);
  EXPECT_THAT(world_.run({"config", "supervisor", file_, "--name", "sup2"}).err,
              HasSubstr("did you mean \"sup1\"?"));
}

TEST_F(StartingFileVerbs, TheStoreMustBeNamedWithoutAPassword) {
  const Words ninth{"--unit", "ninth=n.service"};
  auto with = [&](const std::string& conninfo) {
    auto words = ninth;
    words.insert(words.end(), {"--conninfo", conninfo});
    return agent("job9", words);
  };
  EXPECT_THAT(with("host=db1 sslcert=/x.crt sslkey=/x.key").out,
              AllOf(HasSubstr("sslcert=/x.crt"), Not(HasSubstr("passfile="))));
  EXPECT_THAT(with("host=db1 user=bob").err, HasSubstr("has user=bob"));
  const auto refused = with("host=db1 password=hunter2");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.out + refused.err, Not(HasSubstr("hunter2")));
  world_.environment["JOBFLIP_STORE"] = "host=db1 user=ada sslcert=/home/ada.crt sslkey=/home/ada";
  EXPECT_THAT(agent("job9", ninth).out, AllOf(HasSubstr("passfile="), Not(HasSubstr("/home"))))
      << "what a person logs in with";
  world_.environment.erase("JOBFLIP_STORE");
  EXPECT_THAT(agent("job9", ninth).err, HasSubstr("no address of the store was named"));
}

TEST_F(StartingFileVerbs, ASupervisorsFileHasEachDatabaseOfTheQueues) {
  auto ran = supervisor({"--database", "books=host=db2 dbname=books user=r", "--probe", "probe"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto read = config::parse_supervisor_text(ran.out, "x", "/run/x");
  ASSERT_TRUE(read) << ran.out;
  EXPECT_EQ(read->conninfo,
            "host=db1 dbname=jobs user=sup1 passfile=/etc/jobflip/supervisor.pgpass "
            "sslmode=verify-full");
  EXPECT_EQ(read->databases.at("books"), "host=db2 dbname=books user=r");
  EXPECT_EQ(read->databases.at("app"),
            "host=db1 dbname=jobs user=probe passfile=/etc/jobflip/supervisor.pgpass "
            "sslmode=verify-full");
}

TEST_F(StartingFileVerbs, DatabasesThatNobodyKnowsAreListed) {
  auto ran = supervisor({"--database", "books=dbname=books"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("it is not known where these databases are: app"));
  EXPECT_THAT(supervisor().err, HasSubstr("databases are: app, books"));
  EXPECT_THAT(supervisor({"--database", "ap=dbname=app"}).err,
              HasSubstr("no queue of the file is in a database \"ap\""));
  ran = supervisor({"--probe", "p", "--database", "books=password=hunter2"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out + ran.err, Not(HasSubstr("hunter2")));
}

TEST_F(StartingFileVerbs, AFileIsWrittenOnceAndNeverOverwritten) {
  auto words = units_;
  words.insert(words.end(), {"--output", written_});
  auto ran = agent("job1", words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, written_ + "\n");
  EXPECT_EQ(fs::status(written_).permissions(),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  EXPECT_TRUE(config::parse_agent_file(written_, "/run/x"));
  ran = agent("job1", words);
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("is there already: it was not overwritten"));
  fs::remove(written_);
  fs::create_symlink(temp_.path() + "/other", written_);
  EXPECT_EQ(agent("job1", words).code, 3);
  EXPECT_FALSE(fs::exists(temp_.path() + "/other"));
}

TEST_F(StartingFileVerbs, AllOfThemAreWrittenIntoTheFoldersOfTheirHostsOrNone) {
  const auto folder = temp_.path() + "/logins";
  Words words{"config", "agent", file_, "--out", folder};
  words.insert(words.end(), units_.begin(), units_.end());
  auto ran = world_.run(words);
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const std::string node : {"job1", "job2", "job9"}) {
    const auto read = config::parse_agent_file(folder + "/" + node + "/agent.toml", "/run/x");
    ASSERT_TRUE(read) << node;
    EXPECT_EQ(read->node, NodeName::of(node));
    EXPECT_EQ(read->workers.size(), node == "job1" ? 3u : node == "job2" ? 2u : 1u);
  }
  EXPECT_FALSE(fs::exists(folder + "/spare")) << "it has no pool";
  ran = world_.run({"config", "supervisor", file_, "--out", folder, "--probe", "probe"});
  EXPECT_EQ(ran.out, folder + "/sup1/supervisor.toml\n") << ran.err;
  fs::remove(folder + "/job1/agent.toml");
  EXPECT_EQ(world_.run(words).code, 3) << "job2's is there";
  EXPECT_FALSE(fs::exists(folder + "/job1/agent.toml"));
  words.insert(words.end(), {"--output", written_});
  EXPECT_EQ(world_.run(words).code, 2);
}

TEST_F(StartingFileVerbs, ProgramsGetTheTextAsJson) {
  auto words = units_;
  words.insert(words.end(), {"--format", "json"});
  const auto one = nlohmann::json::parse(agent("job1", words).out)["files"][0];
  EXPECT_EQ(one["for"], "job1");
  EXPECT_EQ(one["written"], nullptr);
  EXPECT_THAT(one["text"].get<std::string>(), HasSubstr("node = \"job1\""));
}

}  // namespace
}  // namespace jobflip::cli
