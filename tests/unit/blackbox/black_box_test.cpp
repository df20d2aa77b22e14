// Real workers under a real guard, looked at from outside.
#include "jobflip/blackbox/black_box.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "unit/blackbox/black_box_fixture.hpp"

namespace jobflip::blackbox {

using namespace host;  // its fixtures
namespace {

using core::WorkerPhase;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

class BlackBoxTest : public BlackBoxFixture {};

INSTANTIATE_TEST_SUITE_P(, BlackBoxTest, ::testing::Bool(), name_of_cgroup_use);

TEST_P(BlackBoxTest, AStoppedWorkerAndItsChildrenAreSeenByTheGuard) {
  const auto host = running(
      "(setsid sh -c 'echo $$ > $DIR/escaped; exec sleep 98' &) ; sleep 99 & echo $! > $DIR/child; "
      "echo hello; echo $$ > $DIR/pid; wait",
      BootClock::now() + 60s);
  const auto worker = pid_in(path("pid"));
  const auto escaped = pid_in(path("escaped"));
  const auto child = pid_in(path("child"));
  ASSERT_EQ(::kill(worker, SIGSTOP), 0);
  ASSERT_TRUE(eventually([&] {
    return read_text("/proc/" + std::to_string(worker) + "/stat").find(") T ") != std::string::npos;
  }));
  const auto document = look_by("guard");
  EXPECT_EQ(process(document, worker).at("state"), "T");
  EXPECT_EQ(process(document, worker).at("name"), "sh");
  EXPECT_EQ(process(document, child).at("ppid"), worker);
  EXPECT_EQ(process(document, escaped).at("name"), "sleep");
  EXPECT_EQ(document.at("processes").size(), 3u)
      << "neither guard nor capturer: " << document.dump(1);
  EXPECT_GE(process(document, worker).at("files").at("device"), 1);
  EXPECT_EQ(document.at("log"), json({"hello"}));
  EXPECT_EQ(document.dump().find("$DIR/pid"), std::string::npos) << "no argument";
  EXPECT_EQ(document.dump().find(dir_ + "/output"), std::string::npos) << "no path";
}

TEST_P(BlackBoxTest, AConnectionThatNobodyReadsIsShownWithItsQueue) {
  const Descriptor listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof here;
  auto* raw = reinterpret_cast<sockaddr*>(&here);
  ASSERT_EQ(::bind(listener.fd(), raw, length), 0);
  ASSERT_EQ(::listen(listener.fd(), 1), 0);
  ASSERT_EQ(::getsockname(listener.fd(), raw, &length), 0);
  const auto port = std::to_string(::ntohs(here.sin_port));
  auto settings_of = shell("exec 5<>/dev/tcp/127.0.0.1/" + port + "; echo $$ > $DIR/pid; sleep 99");
  settings_of.argv[0] = "/bin/bash";
  settings_of.use_cgroup = GetParam();
  const auto host = make_command_host(settings_of);
  ASSERT_TRUE(host->prepare(timings()));
  ASSERT_TRUE(host->start(Epoch{42}, BootClock::now() + 60s));
  const Descriptor peer{::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
  ASSERT_EQ(::write(peer.fd(), "unread", 6), 6);
  pid_in(path("pid"));
  json tcp;
  ASSERT_TRUE(eventually([&] {
    tcp = look_by("guard").at("tcp");
    return !tcp.empty() && tcp[0].at("receive_queue") == 6;
  })) << tcp.dump(1);
  EXPECT_EQ(tcp[0].at("remote"), "127.0.0.1:" + port);
  EXPECT_EQ(tcp[0].at("state"), "ESTABLISHED");
  EXPECT_EQ(tcp[0].at("send_queue"), 0);
}

TEST_P(BlackBoxTest, IfTheGuardIsFrozenTheAgentCapturesInTime) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  const auto worker = pid_in(path("pid"));
  look_by("guard");
  ASSERT_EQ(::kill(guard(), SIGSTOP), 0);
  const auto begun = BootClock::now();
  const auto document = look(settings());
  EXPECT_LT(BootClock::now() - begun, core::kBlackBoxTimeLimit);
  EXPECT_EQ(document.at("source"), "agent");
  EXPECT_EQ(process(document, worker).at("name"), "sh");
  EXPECT_NE(document.at("missing").dump().find("it did not answer"), std::string::npos);
  EXPECT_EQ(::kill(guard(), SIGCONT), 0);
}

TEST_P(BlackBoxTest, AGuardThatIsGoneIsNotWaitedFor) {
  const auto host = running(kPolite, BootClock::now() + 60s);
  pid_in(path("pid"));
  ASSERT_EQ(::kill(guard(), SIGKILL), 0);
  ASSERT_TRUE(eventually([&] { return !*guard::is_guard_alive(path("mail.guard")); }))
      << "nobody but the guard may hold its lock";
  const auto document = look(settings());
  EXPECT_EQ(document.at("source"), "agent");
  EXPECT_NE(document.at("missing").dump().find("it is gone"), std::string::npos);
  wait_for(*host, WorkerPhase::empty);
}

TEST_P(BlackBoxTest, APoolHasOneCaptureAtATimeAndEachIsGivenOnce) {
  const auto box = make_black_box({settings()});
  box->begin(black_box());
  box->begin(black_box());
  EXPECT_EQ(await(*box).size(), 1u);
  EXPECT_TRUE(box->finished().empty());
  pollfd news{box->event_descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&news, 1, 0), 0);
  box->begin(black_box());
  EXPECT_EQ(await(*box).size(), 1u);
}

TEST_P(BlackBoxTest, APoolThatIsNotSetUpHereHasADocumentThatSaysSo) {
  const auto box = make_black_box({settings()});
  box->begin(black_box("other"));
  const auto all = await(*box);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].of, black_box("other"));
  EXPECT_NE(all[0].document.find("no workers of this pool"), std::string::npos);
}

TEST_P(BlackBoxTest, EndsPromptlyWhateverGoesOn) {
  auto slow = settings();
  slow.command = {"/bin/sleep", "60"};
  auto box = make_black_box({slow});
  box->begin(black_box());
  const auto begun = BootClock::now();
  box.reset();
  EXPECT_LT(BootClock::now() - begun, 500ms);
}

TEST_P(BlackBoxTest, ACommandThatHangsCostsItsPartAlone) {
  auto slow = settings();
  slow.command = {"/bin/sh", "-c", "echo begun; exec sleep 60"};
  const auto host = running(kPolite, BootClock::now() + 60s);
  const auto worker = pid_in(path("pid"));
  const auto begun = BootClock::now();
  const auto document = look(slow);
  EXPECT_LT(BootClock::now() - begun, core::kBlackBoxTimeLimit);
  EXPECT_EQ(document.at("command").at("output"), "begun\n");
  EXPECT_EQ(process(document, worker).at("pid"), worker);
}

}  // namespace
}  // namespace jobflip::blackbox
