// The system bus accepts connections and never answers, like a bus that hangs.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <thread>

#include "host/unit_bus.hpp"
#include "host_fixture.hpp"
#include "jobflip/base/descriptor.hpp"

namespace jobflip::host {
namespace {

using ::testing::HasSubstr;

class SilentBus : public HostFixture {
 protected:
  SilentBus() {
    const std::string at = path("bus");
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    at.copy(where.sun_path, sizeof where.sun_path - 1);
    EXPECT_EQ(::bind(listener_.fd(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    EXPECT_EQ(::listen(listener_.fd(), 8), 0);
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + at).c_str(), 1);
  }
  ~SilentBus() override { ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS"); }

  /// The agent's loop waits for each call: a beat is every 2 s.
  void expect_no_answer_in_time() {
    const auto units = make_system_units();
    const Instant asked = BootClock::now();
    const auto tried = units->start("mail.service");
    EXPECT_LT(BootClock::now() - asked, Millis{1900});
    ASSERT_FALSE(tried);
    EXPECT_THAT(tried.error().text, HasSubstr("the system bus does not answer"));
  }

  Descriptor listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

TEST_F(SilentBus, ThatDoesNotGreetDelaysNobody) {
  expect_no_answer_in_time();
}

TEST_F(SilentBus, IsNotAskedByEachPoolInTurn) {
  expect_no_answer_in_time();
  const auto units = make_system_units();
  const Instant asked = BootClock::now();
  for (int pool = 0; pool < 8; ++pool) {
    const auto facts = units->read("still.service");
    ASSERT_FALSE(facts);
    EXPECT_THAT(facts.error().text, HasSubstr("the system bus does not answer"));
  }
  EXPECT_LT(BootClock::now() - asked, Millis{500});
  EXPECT_FALSE(units->start("still.service")) << "which is tried, under a lease";
  EXPECT_GE(BootClock::now() - asked, Millis{900});
}

TEST_F(SilentBus, ThatGreetsAndThenIsSilentDelaysNobody) {
  std::jthread greeter{[this] {
    const Descriptor client{::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
    const std::string words = "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n";
    EXPECT_EQ(::send(client.fd(), words.data(), words.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(words.size()));
    char piece[4096];
    while (::recv(client.fd(), piece, sizeof piece, 0) > 0) continue;
  }};
  expect_no_answer_in_time();
}

}  // namespace
}  // namespace jobflip::host
