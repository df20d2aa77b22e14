// The guard's looker: whatever becomes of it, the guard and its workers are as they would be
// without it.
#include "black_box_fixture.hpp"

namespace jobflip::host {
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;

class GuardLooker : public BlackBoxFixture {};

INSTANTIATE_TEST_SUITE_P(, GuardLooker, ::testing::Bool(), name_of_cgroup_use);

TEST_P(GuardLooker, AStopInTheMiddleOfALookIsNotDelayedByIt) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  const auto looker = looker_of_guard();
  ASSERT_GT(looker, 0);
  // nobody reads the answer, and then it is held: it would never end by itself
  const auto fifo = make_evidence_fifo(path("mail.evidence"));
  ASSERT_TRUE(fifo);
  const std::vector<char> full(1 << 20, 'x');
  ASSERT_GT(::write(fifo->fd(), full.data(), full.size()), 0);
  order_look();
  ASSERT_TRUE(eventually([&] { return has_open(looker, path("mail.evidence")); }));
  ASSERT_EQ(::kill(looker, SIGSTOP), 0);
  const auto begun = BootClock::now();
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_LT(BootClock::now() - begun, 4s);
  EXPECT_TRUE(std::filesystem::exists(path("bye"))) << "it ended in order";
  EXPECT_EQ(page()->leftovers.load(), 0) << "the looker is none of the worker's";
  EXPECT_TRUE(is_gone(looker)) << "empty is not said before";
}

TEST_P(GuardLooker, ALookerThatHangsHoldsUpNeitherTheGuardNorTheAgent) {
  const auto host = running("trap '' TERM; echo $$ > $DIR/pid; while :; do sleep 0.02; done",
                            BootClock::now() + 60s);
  const auto worker = pid_in(path("pid"));
  look_by("guard");
  const auto looker = looker_of_guard();
  ASSERT_EQ(::kill(looker, SIGSTOP), 0);
  for (int i = 0; i < 100'000; ++i) order_look();  // more than any pipe holds
  const auto document = look(settings());
  EXPECT_EQ(document.at("source"), "agent");
  EXPECT_EQ(process(document, worker).at("pid"), worker);
  host->stop(Millis{200});
  wait_for(*host, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(worker));
  EXPECT_TRUE(eventually([&] { return is_gone(looker); }));
}

TEST_P(GuardLooker, ALookerThatIsKilledIsNoWorkersEnd) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  ASSERT_EQ(::kill(looker_of_guard(), SIGKILL), 0);
  ASSERT_TRUE(eventually([&] { return looker_of_guard() < 0; })) << "reaped";
  EXPECT_EQ(look(settings()).at("source"), "agent");
  EXPECT_EQ(host->status().phase, WorkerPhase::running);
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_EQ(page()->leftovers.load(), 0);
}

TEST_P(GuardLooker, AKilledGuardTakesItsLookerAlong) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  const auto looker = looker_of_guard();
  ASSERT_EQ(::kill(looker, SIGSTOP), 0);  // so that it can't see the end of its orders
  ASSERT_EQ(::kill(guard(), SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return is_gone(looker); }));
  wait_for(*host, WorkerPhase::empty);
}

TEST_P(GuardLooker, AnOrderOfBeforeTheStartIsForgotten) {
  const auto host = this->host(kPolite);
  ASSERT_TRUE(host->prepare(timings()));
  order_look();
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  pid_in(path("pid"));
  look_by("guard");
}

TEST_P(GuardLooker, AFalseNameInPlaceOfTheFifoIsNotWrittenThrough) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  std::ofstream{path("precious")} << "precious";
  std::filesystem::create_symlink(path("precious"), path("mail.evidence"));
  order_look();
  look_by("guard");  // made anew, and answered: so the order before it was, too
  EXPECT_EQ(read_text(path("precious")), "precious");
}

}  // namespace
}  // namespace jobflip::host
