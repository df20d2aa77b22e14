#include "jobflip/config/changes.hpp"

#include <gmock/gmock.h>

namespace jobflip::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kAgent = R"(
node = "job1"
runtime_dir = "/run/a"
[store]
conninfo = "service=jobflip"
[workers.mail]
driver = "command"
command = ["/bin/mail"]
[workers.pay]
driver = "systemd"
unit = "pay.service"
)";

AgentFile agent(std::string text) {
  const auto file = parse_agent_text(text, "agent.toml", "/run/x");
  EXPECT_TRUE(file) << text;
  return file ? *file : AgentFile{};
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Changes, OfTheSameFileAreNone) {
  const auto none = changes(agent(kAgent), agent(kAgent));
  EXPECT_FALSE(none.store);
  EXPECT_THAT(none.added, IsEmpty());
  EXPECT_THAT(none.changed, IsEmpty());
  EXPECT_THAT(none.removed, IsEmpty());
  EXPECT_THAT(none.need_restart, IsEmpty());
}

TEST(Changes, OfAWorkerTableAreThatPoolsAlone) {
  const auto wanted =
      agent(with(with(kAgent, "/bin/mail", "/bin/mail2"), "[workers.pay]", "[workers.bill]"));
  const auto found = changes(agent(kAgent), wanted);
  ASSERT_EQ(found.changed.size(), 1U);
  EXPECT_EQ(found.changed[0].pool, PoolName::of("mail"));
  EXPECT_THAT(found.changed[0].command, ElementsAre("/bin/mail2"));
  ASSERT_EQ(found.added.size(), 1U);
  EXPECT_EQ(found.added[0].pool, PoolName::of("bill"));
  EXPECT_THAT(found.removed, ElementsAre(PoolName::of("pay")));
  EXPECT_FALSE(found.store);
  EXPECT_THAT(found.need_restart, IsEmpty());
}

TEST(Changes, OfWhatADaemonIsNeedARestart) {
  const auto wanted = agent(with(with(with(kAgent, "job1", "job2"), "/run/a", "/run/b"),
                                 "service=jobflip", "service=other"));
  const auto found = changes(agent(kAgent), wanted);
  EXPECT_THAT(found.need_restart, ElementsAre("node", "runtime_dir"));
  EXPECT_TRUE(found.store);
}

TEST(Changes, OfASupervisorsDatabasesAreNamed) {
  SupervisorFile in_force{
      NodeName::of("sup1"), "/run/a", "service=jobflip", {{"app", "a"}, {"bill", "b"}, {"x", "x"}}};
  auto wanted = in_force;
  wanted.databases = {{"app", "a2"}, {"new", "n"}, {"x", "x"}};
  EXPECT_THAT(changes(in_force, wanted).databases, ElementsAre("app", "bill", "new"));
  EXPECT_FALSE(changes(in_force, wanted).store);
  EXPECT_THAT(changes(in_force, wanted).need_restart, IsEmpty());
  wanted.supervisor = NodeName::of("sup2");
  wanted.runtime_dir = "/run/b";
  wanted.conninfo = "service=other";
  wanted.anchor_file = "/var/lib/anchors";
  wanted.anchor_url = "https://log/";
  EXPECT_TRUE(changes(in_force, wanted).store);
  EXPECT_THAT(changes(in_force, wanted).need_restart,
              ElementsAre("anchor_file", "anchor_url", "supervisor", "runtime_dir"));
}

}  // namespace
}  // namespace jobflip::config
