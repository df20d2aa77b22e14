/// What the program writes as a start, it reads back.
#include "jobflip/config/starting_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jobflip/config/conninfo.hpp"
#include "jobflip/config/conninfo_settings.hpp"

namespace jobflip::config {
namespace {

using ::testing::HasSubstr;

WorkerSettings unit_of(const std::string& pool, const std::string& unit) {
  WorkerSettings worker{};
  worker.pool = PoolName::of(pool);
  worker.driver = WorkerDriver::systemd;
  worker.unit = unit;
  return worker;
}

TEST(StartingFiles, AnAgentsFileIsReadAsItWasWritten) {
  const AgentFile written{
      NodeName::of("job1"),
      "/run/x",
      R"(host=db1 dbname='a "b" \\c' user=job1 passfile=/etc/jobflip/agent.pgpass)",
      {unit_of("bills.late", R"(bills@a\x2db.service)"), unit_of("mail", "mail-worker.service")}};
  const auto text = agent_file_text(written);
  const auto read = parse_agent_text(text, "agent.toml", "/run/x");
  ASSERT_TRUE(read) << to_text(read.error().errors.front()) << '\n' << text;
  EXPECT_EQ(read->node, written.node);
  EXPECT_EQ(read->conninfo, written.conninfo);
  EXPECT_EQ(read->workers, written.workers);
  EXPECT_THAT(text, HasSubstr("[workers.\"bills.late\"]")) << "a dot would open a table";
}

TEST(StartingFiles, ASupervisorsFileIsReadAsItWasWritten) {
  const SupervisorFile written{NodeName::of("sup1"),
                               "/run/x",
                               "host=db1 user=sup1 application_name='tab\there, \x7f, Zürich'",
                               {{"app.old", "host=db2 dbname='x y'"}, {"app", "dbname=app"}}};
  const auto text = supervisor_file_text(written);
  const auto read = parse_supervisor_text(text, "supervisor.toml", "/run/x");
  ASSERT_TRUE(read) << to_text(read.error().errors.front()) << '\n' << text;
  EXPECT_EQ(read->supervisor, written.supervisor);
  EXPECT_EQ(read->conninfo, written.conninfo);
  EXPECT_EQ(read->databases, written.databases);
}

TEST(ConninfoSettings, AreReadFromWordsAndFromUris) {
  const auto words = conninfo_settings("host=db1 dbname='a b' user=''", "--store");
  ASSERT_TRUE(words);
  EXPECT_EQ(*words, (ConninfoSettings{{"host", "db1"}, {"dbname", "a b"}}));
  const auto uri = conninfo_settings("postgresql://ada@db1:6000,db2/jobs?sslmode=require", "--x");
  ASSERT_TRUE(uri);
  EXPECT_EQ(*uri, (ConninfoSettings{{"host", "db1,db2"},
                                    {"port", "6000,"},
                                    {"dbname", "jobs"},
                                    {"user", "ada"},
                                    {"sslmode", "require"}}));
}

TEST(ConninfoSettings, AreWrittenSoThatLibpqReadsTheSame) {
  const ConninfoSettings settings{{"user", "it's"},
                                  {"host", "db1,db2"},
                                  {"dbname", "a \\b"},
                                  {"passfile", "/etc/x"},
                                  {"application_name", "new\nline"}};
  const auto text = conninfo_of(settings);
  EXPECT_EQ(text,
            "host=db1,db2 dbname='a \\\\b' user='it\\'s' application_name='new\nline' "
            "passfile=/etc/x");
  const auto again = conninfo_settings(text, "--store");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, settings);
}

TEST(ConninfoSettings, APasswordIsRefusedAndNeverQuoted) {
  const auto refused = conninfo_settings("host=db1 password=hunter2", "--conninfo");
  ASSERT_TRUE(refused.has_error());
  EXPECT_THAT(refused.error().text, HasSubstr("--conninfo can't be used: it holds a password"));
  EXPECT_EQ((refused.error().text + refused.error().hint).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace jobflip::config
