// The guard's capturer: whatever becomes of it, the guard and its workers are as they would be
// without it.
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>

#include "jobflip/host/process.hpp"
#include "unit/blackbox/black_box_fixture.hpp"

namespace jobflip::guard {

using namespace host;  // its fixtures
using namespace blackbox;
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;

class GuardCapturer : public BlackBoxFixture {};

INSTANTIATE_TEST_SUITE_P(, GuardCapturer, ::testing::Bool(), name_of_cgroup_use);

TEST_P(GuardCapturer, AStopIsNotDelayedByACapture) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  const auto capturer = capturer_of_guard();
  ASSERT_GT(capturer, 0);
  // nobody reads the answer, and then it is held: it would never end by itself
  const auto fifo = capture::make_capture_fifo(path("mail.capture"));
  ASSERT_TRUE(fifo);
  const std::vector<char> full(1 << 20, 'x');
  ASSERT_GT(::write(fifo->fd(), full.data(), full.size()), 0);
  order_capture();
  ASSERT_TRUE(eventually([&] { return has_open(capturer, path("mail.capture")); }));
  ASSERT_EQ(::kill(capturer, SIGSTOP), 0);
  const auto begun = BootClock::now();
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_LT(BootClock::now() - begun, 4s);
  EXPECT_TRUE(std::filesystem::exists(path("bye"))) << "it ended in order";
  EXPECT_EQ(page()->leftovers.load(), 0) << "the capturer is none of the worker's";
  EXPECT_TRUE(is_gone(capturer)) << "empty is not said before";
}

TEST_P(GuardCapturer, ALookerThatHangsDelaysNeitherTheGuardNorTheAgent) {
  const auto host = running("trap '' TERM; echo $$ > $DIR/pid; while :; do sleep 0.02; done",
                            BootClock::now() + 60s);
  const auto worker = pid_in(path("pid"));
  look_by("guard");
  const auto capturer = capturer_of_guard();
  ASSERT_EQ(::kill(capturer, SIGSTOP), 0);
  for (int i = 0; i < 100'000; ++i) order_capture();  // more than any pipe holds
  const auto document = look(settings());
  EXPECT_EQ(document.at("source"), "agent");
  EXPECT_EQ(process(document, worker).at("pid"), worker);
  host->stop(Millis{200});
  wait_for(*host, WorkerPhase::empty);
  EXPECT_TRUE(is_gone(worker));
  EXPECT_TRUE(eventually([&] { return is_gone(capturer); }));
}

TEST_P(GuardCapturer, ALookerThatIsKilledEndsNoWorker) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  ASSERT_EQ(::kill(capturer_of_guard(), SIGKILL), 0);
  ASSERT_TRUE(eventually([&] { return capturer_of_guard() < 0; })) << "reaped";
  EXPECT_EQ(look(settings()).at("source"), "agent");
  EXPECT_EQ(host->status().phase, WorkerPhase::running);
  host->stop(5s);
  wait_for(*host, WorkerPhase::empty);
  EXPECT_EQ(page()->leftovers.load(), 0);
}

TEST_P(GuardCapturer, AKilledGuardTakesItsLookerAlong) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  const auto capturer = capturer_of_guard();
  ASSERT_EQ(::kill(capturer, SIGSTOP), 0);  // so that it can't see the end of its orders
  ASSERT_EQ(::kill(guard(), SIGKILL), 0);
  EXPECT_TRUE(eventually([&] { return is_gone(capturer); }));
  wait_for(*host, WorkerPhase::empty);
}

TEST_P(GuardCapturer, AnOrderOfBeforeTheStartIsForgotten) {
  const auto host = this->host(kPolite);
  ASSERT_TRUE(host->prepare(timings()));
  order_capture();
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  pid_in(path("pid"));
  look_by("guard");
}

TEST_P(GuardCapturer, AFalseNameInPlaceOfTheFifoIsNotWrittenThrough) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  look_by("guard");
  std::ofstream{path("precious")} << "precious";
  std::filesystem::create_symlink(path("precious"), path("mail.capture"));
  order_capture();
  look_by("guard");  // a new FIFO, and an answer: so the order before it was answered, too
  EXPECT_EQ(read_text(path("precious")), "precious");
}

constexpr uid_t kNobody = 65'534;

class RootGuard : public BlackBoxFixture {
 protected:
  /// What an agent of that user has laid out, with a live `go` in it.
  void lay_out_as_nobody() const {
    const auto mapped = MappedPage::open(path("mail.lease"), true);
    ASSERT_TRUE(mapped);
    lay_out(**mapped, *read_boot_mark());
    (*mapped)->epoch.store(7);
    (*mapped)->deadline.store((BootClock::now() + 60s).time_since_epoch().count());
    (*mapped)->go.store(1);
    ASSERT_EQ(::mkfifo(path("mail.events").c_str(), 0600), 0);
    ASSERT_EQ(::mkfifo(path("mail.orders").c_str(), 0600), 0);
    std::ofstream{path("mail.guard")} << "";
    for (const char* file : {"", "mail.lease", "mail.events", "mail.orders", "mail.guard"})
      ASSERT_EQ(::chown(path(file).c_str(), kNobody, kNobody), 0);
  }

  /// In a process of that user.
  json look_as_nobody() const {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
    const Descriptor answer{pipe[0]};
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setresgid(kNobody, kNobody, kNobody) != 0 ||
          ::setresuid(kNobody, kNobody, kNobody) != 0)
        ::_exit(1);
      const auto text = look(settings()).dump();
      ::_exit(::write(pipe[1], text.data(), text.size()) > 0 ? 0 : 1);
    }
    ::close(pipe[1]);
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::read(answer.fd(), piece.data(), piece.size())) > 0;)
      text.append(piece.data(), static_cast<std::size_t>(got));
    ::waitpid(child, nullptr, 0);
    return json::parse(text, nullptr, false);
  }
};
INSTANTIATE_TEST_SUITE_P(, RootGuard, ::testing::Values(true), name_of_cgroup_use);

TEST_P(RootGuard, ShowsAnUnprivilegedAgentWhatItMayNotSeeItself) {
  if (::geteuid() != 0) GTEST_SKIP() << "ENVIRONMENT: wants root";
  lay_out_as_nobody();
  SpawnSettings spawn;
  spawn.argv = {guard_program(), "--page", path("mail.lease"), "--pool", "mail", "--node",
                "job1",          "--",     "/bin/sleep",       "99"};
  spawn.output = path("output");
  const auto started = host::Process::spawn(spawn);
  ASSERT_TRUE(started);
  ASSERT_TRUE(eventually([&] {
    return page()->phase.load() == static_cast<std::uint64_t>(GuardPhase::running);
  })) << read_text(path("output"));
  const auto worker = static_cast<pid_t>(page()->worker_pid.load());
  json document;
  ASSERT_TRUE(eventually([&] { return (document = look_as_nobody())["source"] == "guard"; }))
      << document.dump(1);
  EXPECT_TRUE(process(document, worker).contains("files")) << document.dump(1);
  EXPECT_FALSE(process(document, worker).at("stack").empty());

  ASSERT_EQ(::kill(guard(), SIGSTOP), 0);
  document = look_as_nobody();
  EXPECT_EQ(document.at("source"), "agent");
  EXPECT_EQ(process(document, worker).at("state"), "S");
  EXPECT_FALSE(process(document, worker).contains("files"));
  EXPECT_NE(document.at("missing").dump().find("Permission denied"), std::string::npos);
  EXPECT_EQ(::kill(guard(), SIGCONT), 0);
}

}  // namespace
}  // namespace jobflip::guard
