// `adopt`: what it shows, what it writes, what it refuses.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "jobflip/setup/adoption.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Adopt : public ::testing::Test {
 protected:
  Adopt() {
    std::ofstream{file_} << "node = \"job1\"\n[store]\nconninfo = \"host=db\"\n"
                            "[workers.mail]\ndriver = \"systemd\"\nunit = \"w.service\"\n"
                            "[workers.bills]\ndriver = \"command\"\ncommand = [\"/bin/w\"]\n";
    world.host.units["w.service"] = "[Service]\nUser=app\nExecStart=/bin/w \"a b\"\n";
  }
  ~Adopt() override { std::remove(file_.c_str()); }

  Ran run(std::vector<std::string> words) {
    words.insert(words.begin(), "adopt");
    words.insert(words.end(), {"--config", file_});
    return world.run(words);
  }

  FakeWorld world;
  std::string file_ = "/tmp/jobflip-adopt-" + std::to_string(::getpid()) + ".toml";
  const std::string drop_in = setup::drop_in_path("w.service");
};

TEST_F(Adopt, ShowsWhatItWouldWriteAndWritesNothing) {
  const auto ran = run({"w.service", "--pool", "mail"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(drop_in + ": would be written"));
  EXPECT_THAT(ran.out,
              HasSubstr("ExecStart=!/usr/libexec/jobflip/jobflip-guard --page "
                        "/run/jobflip-agent/mail.lease --pool mail --node job1 --user app -- "
                        "/bin/w \"a b\"\n"));
  EXPECT_THAT(ran.out, HasSubstr(std::string{setup::kPolkitPath} + ": would be written"));
  EXPECT_THAT(ran.err, HasSubstr("nothing was written: --yes, as root, writes it"));
  EXPECT_THAT(world.host.calls, IsEmpty());
}

TEST_F(Adopt, WritesReloadsAndChecksWithYesAndASecondRunChangesNothing) {
  const auto ran = run({"w.service", "--pool", "mail", "--yes"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto look = "check w.service /run/jobflip-agent/mail.lease jobflip";
  EXPECT_THAT(
      world.host.calls,
      ElementsAre("write " + drop_in, std::string{"write "} + setup::kPolkitPath, "reload", look));
  EXPECT_THAT(ran.err, HasSubstr("shows as failed until the agent starts it"));
  world.host.calls.clear();
  EXPECT_EQ(run({"w.service", "--pool", "mail", "--yes"}).code, 0);
  EXPECT_THAT(world.host.calls, ElementsAre("reload", look)) << "the files are so already";
}

TEST_F(Adopt, FollowsAUnitThatHasChanged) {
  run({"w.service", "--pool", "mail", "--yes"});
  world.host.units["w.service"] = "[Service]\nExecStart=/bin/new\n";
  run({"w.service", "--pool", "mail", "--yes"});
  EXPECT_THAT(world.host.files[drop_in], HasSubstr("--node job1 -- /bin/new\n"));
}

TEST_F(Adopt, TakesItsDropInAwayAndNoOther) {
  EXPECT_EQ(run({"--undo", "w.service", "--yes"}).code, 2) << "it was not adopted";
  run({"w.service", "--pool", "mail", "--yes"});
  world.host.calls.clear();
  const auto shown = run({"--undo", "w.service"});
  EXPECT_THAT(shown.out, HasSubstr("would be removed"));
  EXPECT_THAT(world.host.calls, IsEmpty());
  EXPECT_EQ(run({"--undo", "w.service", "--yes"}).code, 0);
  EXPECT_THAT(world.host.calls, ElementsAre("remove " + drop_in, "reload"));
  world.host.files[drop_in] = "[Service]\n";
  const auto strange = run({"--undo", "w.service", "--yes"});
  EXPECT_EQ(strange.code, 3);
  EXPECT_THAT(strange.err, HasSubstr("was not written by `jobflip adopt`"));
}

TEST_F(Adopt, RefusesWhatTheAgentsFileDoesNotHave) {
  const auto pool = run({"w.service", "--pool", "orders"});
  EXPECT_EQ(pool.code, 3);
  EXPECT_THAT(pool.err, HasSubstr("has no workers of pool \"orders\""));
  EXPECT_THAT(pool.err, HasSubstr("[workers.orders]"));
  const auto unit = run({"x.service", "--pool", "mail"});
  EXPECT_EQ(unit.code, 3);
  EXPECT_THAT(unit.err, HasSubstr("are w.service, not x.service"));
  const auto command = run({"w.service", "--pool", "bills"});
  EXPECT_EQ(command.code, 3);
  EXPECT_THAT(command.err, HasSubstr("as a command"));
  world.host.units.clear();
  EXPECT_THAT(run({"w.service", "--pool", "mail"}).err, HasSubstr("no such unit"));
}

TEST_F(Adopt, SaysWhatIsLeftToDoWithoutABus) {
  world.host.reload_error =
      Error{ErrorCode::host_failed, "cannot reach the system bus", "type: systemctl daemon-reload"};
  const auto ran = run({"w.service", "--pool", "mail", "--yes"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, HasSubstr("written, and not in force yet"));
  EXPECT_THAT(ran.err, HasSubstr("systemctl daemon-reload"));
}

TEST_F(Adopt, SaysWhenSystemdReadTheUnitDifferently) {
  world.host.check_error = Error{ErrorCode::refused, "KillMode is \"process\"", "fix it"};
  const auto ran = run({"w.service", "--pool", "mail", "--yes"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, HasSubstr("an agent would not take the unit"));
}

TEST_F(Adopt, PrintsTheRuleAlone) {
  const auto ran = run({"--polkit"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("var units = [\"w.service\"];"));
  EXPECT_THAT(ran.out, Not(HasSubstr("ExecStart")));
  EXPECT_EQ(run({"--polkit", "--yes"}).code, 0);
  EXPECT_THAT(world.host.calls, ElementsAre(std::string{"write "} + setup::kPolkitPath));
}

TEST_F(Adopt, TakesAWatchdogWithinReason) {
  EXPECT_THAT(run({"w.service", "--pool", "mail", "--watchdog", "800ms"}).out,
              HasSubstr("WatchdogSec=800ms\n"));
  for (const auto* bad : {"5", "1ms", "2h"})
    EXPECT_EQ(run({"w.service", "--pool", "mail", "--watchdog", bad}).code, 2) << bad;
}

TEST_F(Adopt, PrintsJsonAndTsvToo) {
  const auto json = run({"w.service", "--pool", "mail", "--format", "json"});
  EXPECT_THAT(json.out, HasSubstr("\"schema\": 1"));
  EXPECT_THAT(json.out, HasSubstr("\"written\": false"));
  EXPECT_THAT(run({"w.service", "--pool", "mail", "--format", "tsv"}).out,
              HasSubstr(drop_in + "\tyes\tno"));
}

TEST_F(Adopt, WantsAUnitAndAPool) {
  EXPECT_EQ(run({}).code, 2);
  EXPECT_EQ(run({"w.service"}).code, 2);
}

}  // namespace
}  // namespace jobflip::cli
