#include <gtest/gtest.h>

#include "jobflip/config/files.hpp"

namespace jobflip::config {
namespace {

Parsed<core::Fleet> parse(const std::string& services) {
  return parse_fleet_text(
      "[[node]]\nname = \"job1\"\n[[node]]\nname = \"job2\"\n[[pool]]\nname = \"mail\"\n"
      "candidates = [\"job1\", \"job2\"]\n" +
          services,
      "mail.toml");
}

/// The first fault as "LINE FIELD: text | hint"; "" if there is none.
std::string fault_of(const std::string& services) {
  const auto parsed = parse(services);
  if (parsed) return "";
  const auto first = parsed.error().errors.front();
  return to_text(first) + " | " + first.hint;
}

TEST(FleetServices, ReadsEveryKindOfCheckWithItsCalendar) {
  const auto parsed = parse(R"(
[[service]]
name = "web"
url = "https://app.example.com/health"
body_contains = "ok"
expect_status = "200"
slow_after = "800ms"
target_percent = 99.5
[[service.maintenance]]
from = "2026-06-14T22:00:00+02:00"
until = "2026-06-15T00:00:00+02:00"
reason = "new disks"
[[service.maintenance]]
weekly = "sun 02:00"
length = "2h"
time_zone = "Europe/Berlin"
[[service]]
name = "ldap"
check = "tcp"
host = "ldap.example.com"
port = 636
[[service]]
name = "lag"
check = "exec"
command = "check-lag"
every = "1m"
)");
  ASSERT_TRUE(parsed) << to_text(parsed.error().errors.front());
  ASSERT_EQ(parsed->services.size(), 3u);
  const auto& web = parsed->services[0];
  EXPECT_EQ(web.slow_after, Millis{800});
  EXPECT_EQ(web.target_percent, 99.5);
  ASSERT_EQ(web.maintenance.size(), 2u);
  EXPECT_EQ(rfc3339(*web.maintenance[0].from), "2026-06-14T20:00:00.000000Z");
  EXPECT_EQ(rfc3339(*web.maintenance[0].until), "2026-06-14T22:00:00.000000Z");
  EXPECT_EQ(web.maintenance[1].weekly, "sun 02:00");
  EXPECT_EQ(web.maintenance[1].length, Millis{7'200'000});
  EXPECT_EQ(parsed->services[1].check, core::CheckKind::tcp);
  EXPECT_EQ(parsed->services[1].port, 636);
  EXPECT_EQ(parsed->services[2].command, "check-lag");
  EXPECT_EQ(parsed->services[2].every, Millis{60'000});
}

struct FaultCase {
  std::string services;
  std::string part;  // of the fault
};

TEST(FleetServices, NamesWhatIsWrongAndTheFix) {
  const std::string web = "[[service]]\nname = \"web\"\nurl = \"https://a.example.com\"\n";
  const std::string window = web + "[[service.maintenance]]\n";
  const std::vector<FaultCase> cases = {
      {"[[service]]\nurl = \"https://a.example.com\"\n", "service[1].name: is missing"},
      {"[[service]]\nname = \"web\"\n", "service.web.url: is missing"},
      {web + "port = 80\n", "service.web.port: is not used by a check by http | leave it out"},
      {web + "every = \"1s\"\n", "service.web.every"},
      {web + "evry = \"1m\"\n", "service.web.evry"},
      {web + "expect_status = \"okay\"\n", "service.web.expect_status: \"okay\" is not a status"},
      {web + web, "service.web: is there twice: line 8 has it, too"},
      {window + "from = \"2h\"\nuntil = \"2026-06-15T00:00:00Z\"\n",
       "service.web.maintenance.from: \"2h\" is not a time"},
      {window + "from = \"2026-06-15T00:00:00Z\"\n",
       "give it from and until, or weekly and length"},
      {window + "length = \"2h\"\n", "service.web.maintenance.weekly: is missing"},
      {window + "weekly = \"someday 02:00\"\nlength = \"2h\"\n", "such as \"sun 02:00\""},
      {window + "from = 2026-06-15T00:00:00Z\n", "service.web.maintenance.from"},
  };
  for (const FaultCase& c : cases)
    EXPECT_NE(fault_of(c.services).find(c.part), std::string::npos)
        << c.services << fault_of(c.services);
}

TEST(FleetServices, AreAHundredAtMost) {
  std::string all;
  for (int i = 0; i < 101; ++i)
    all += "[[service]]\nname = \"s" + std::to_string(i) + "\"\nurl = \"https://a.example.com\"\n";
  EXPECT_NE(fault_of(all).find("service"), std::string::npos);
}

TEST(SupervisorCommands, AreNamedAndWhole) {
  const std::string start = "supervisor = \"sup1\"\n[store]\nconninfo = \"service=jobflip\"\n";
  const auto read = [&](const std::string& more) {
    return parse_supervisor_text(start + more, "supervisor.toml", "/run/jobflip");
  };
  const auto good = read("[commands.check-lag]\ncommand = [\"/usr/bin/check-lag\", \"30\"]\n");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->commands.at("check-lag"), (std::vector<std::string>{"/usr/bin/check-lag", "30"}));
  for (const std::string bad :
       {"[commands.\"A b\"]\ncommand = [\"/usr/bin/true\"]\n",
        "[commands]\nx = \"/usr/bin/true\"\n", "[commands.x]\ncommand = [\"true\"]\n",
        "[commands.x]\ncommand = \"/usr/bin/true\"\n", "[commands.x]\n",
        "[commands.x]\ncommand = [\"/usr/bin/true\"]\nuser = \"root\"\n"})
    EXPECT_FALSE(read(bad)) << bad;
}

}  // namespace
}  // namespace jobflip::config
