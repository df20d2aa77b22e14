#include "host/orphans.hpp"

#include "host_fixture.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::host {
namespace {

class Orphans : public HostFixture {
 protected:
  Result<Process> shell_process(const std::string& script) const {
    SpawnSettings spawn;
    spawn.argv = {"/bin/sh", "-c", script};
    spawn.environment = {{"DIR", dir_}};
    return Process::spawn(spawn);
  }
};

TEST_F(Orphans, AreEndedWithTheirOwnChildrenAndNoChildThatThisProcessStarted) {
  ASSERT_TRUE(adopt_orphans());
  auto own = shell_process("echo $$ > $DIR/own; exec sleep 1000");
  ASSERT_TRUE(own);
  auto let_go = shell_process("echo $$ > $DIR/let-go; exec sleep 1000");
  ASSERT_TRUE(let_go);
  const auto kept = pid_in(path("let-go"));
  let_go->let_go();
  auto parent = shell_process(
      "setsid sh -c 'setsid sleep 1000 & echo $! > $DIR/deep; wait' & echo $! > $DIR/orphan; "
      "until [ -s $DIR/deep ]; do sleep 0.01; done");
  ASSERT_TRUE(parent);
  ASSERT_TRUE(parent->wait(kLimit));
  const auto orphan = pid_in(path("orphan"));
  const auto deep = pid_in(path("deep"));
  ASSERT_FALSE(is_gone(orphan));
  ASSERT_FALSE(is_gone(deep));

  EXPECT_GT(end_orphans(), 0);
  EXPECT_TRUE(eventually([] { return end_orphans() == 0; }));

  EXPECT_EQ(::kill(orphan, 0), -1) << "reaped, too";
  EXPECT_EQ(::kill(deep, 0), -1);
  EXPECT_FALSE(own->ended());
  EXPECT_FALSE(is_gone(kept));
  ASSERT_EQ(::kill(kept, SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return end_orphans() == 0 && ::kill(kept, 0) != 0; }))
      << "who was let go is reaped once it has ended";
}

TEST_F(Orphans, ThatEndedByThemselvesAreReapedAndTheOthersLeftAlone) {
  ASSERT_TRUE(adopt_orphans());
  auto parent = shell_process("sleep 1000 & echo $! > $DIR/long; sleep 0 & echo $! > $DIR/short");
  ASSERT_TRUE(parent);
  ASSERT_TRUE(parent->wait(kLimit));
  const auto longer = pid_in(path("long"));
  const auto shorter = pid_in(path("short"));
  EXPECT_TRUE(eventually([&] {
    reap_orphans();
    return ::kill(shorter, 0) != 0;
  }));
  EXPECT_FALSE(is_gone(longer));
  EXPECT_TRUE(eventually([] { return end_orphans() == 0; }));
}

}  // namespace
}  // namespace jobflip::host
