#include "jobflip/os/proc_text.hpp"

#include <gmock/gmock.h>

#include <random>

namespace jobflip::os {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kBehindTheName =
    " S 41 42 42 0 -1 4194560 131 0 0 0 7 5 0 0 20 0 3 0 100 4096 77 18446744073709551615 1 2";

std::string stat_line(const std::string& name) {
  return "42 (" + name + ")" + kBehindTheName;
}

TEST(ProcText, ANameMayHaveAnythingInIt) {
  for (const std::string name : {"mail", "a b", ") R 1 (", "a)b", "a\nb", "()", "", "\x80\xff"}) {
    const auto stat = parse_stat(stat_line(name));
    ASSERT_TRUE(stat) << name;
    EXPECT_EQ(stat->pid, 42);
    EXPECT_EQ(stat->name, name);
    EXPECT_EQ(stat->state, 'S');
    EXPECT_EQ(stat->parent, 41);
    EXPECT_EQ(stat->cpu_ticks, 12);
    EXPECT_EQ(stat->rss_pages, 77);
  }
}

TEST(ProcText, AStatLineThatBreaksOffIsNone) {
  // up to the last field that is wanted
  const auto whole = stat_line("mail");
  const auto enough = whole.find(" 77");
  for (std::size_t length = 0; length <= enough; ++length)
    EXPECT_FALSE(parse_stat(whole.substr(0, length))) << length;
  EXPECT_TRUE(parse_stat(whole.substr(0, enough + 3)));
}

TEST(ProcText, AStatLineOfStrangeFiguresIsNone) {
  for (const std::string line :
       {"x (a) S 1", "-1 (a) S 1", "0 (a) S 1", "42 )a( S 1", "42 (a) SS 1", "42 (a) S one"})
    EXPECT_FALSE(parse_stat(line + std::string{kBehindTheName}.substr(5))) << line;
  EXPECT_FALSE(parse_stat("42 (a) S -1" + std::string{kBehindTheName}.substr(5)));
  EXPECT_FALSE(parse_stat("42 (a) S 99999999999" + std::string{kBehindTheName}.substr(5)));
}

TEST(ProcText, FilesAreKnownByKindAndNotByPath) {
  EXPECT_EQ(kind_of_link("socket:[77]"), FileKind::socket);
  EXPECT_EQ(kind_of_link("pipe:[77]"), FileKind::pipe);
  EXPECT_EQ(kind_of_link("anon_inode:[eventpoll]"), FileKind::anon);
  EXPECT_EQ(kind_of_link("/memfd:x (deleted)"), FileKind::anon);
  EXPECT_EQ(kind_of_link("/dev/null"), FileKind::device);
  EXPECT_EQ(kind_of_link("/dev/shm/x"), FileKind::regular);
  EXPECT_EQ(kind_of_link("/var/mail/socket:[7]"), FileKind::regular);
  EXPECT_EQ(socket_inode("socket:[77]"), 77u);
  for (const char* link : {"socket:[]", "socket:[7", "socket:[-7]", "pipe:[77]", ""})
    EXPECT_FALSE(socket_inode(link)) << link;
}

TEST(ProcText, AConnectionHasItsEndsStateAndQueues) {
  const auto four = parse_tcp_line(
      "   0: 0100007F:09DD 0200007F:C350 01 00000010:0000002A 00:00000000 00000000  1000        0 "
      "31337 1 0000000000000000 20 4 30 10 -1");
  ASSERT_TRUE(four);
  EXPECT_EQ(four->local, "127.0.0.1:2525");
  EXPECT_EQ(four->remote, "127.0.0.2:50000");
  EXPECT_EQ(four->state, "ESTABLISHED");
  EXPECT_EQ(four->send_queue, 16u);
  EXPECT_EQ(four->receive_queue, 42u);
  EXPECT_EQ(four->inode, 31337u);
  const auto six = parse_tcp_line(
      "   1: 00000000000000000000000001000000:0019 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000     0        0 5 1");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->local, "[::1]:25");
  EXPECT_EQ(six->state, "LISTEN");
}

TEST(ProcText, AHeadingOrABrokenLineIsNotAConnection) {
  const std::string whole =
      "   0: 0100007F:09DD 0200007F:C350 01 00000010:0000002A 00:00000000 00000000  1000 0 31337";
  for (std::size_t length = 0; length + 5 < whole.size(); ++length)
    EXPECT_FALSE(parse_tcp_line(whole.substr(0, length))) << length;
  EXPECT_FALSE(
      parse_tcp_line("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when"));
}

TEST(ProcText, AStackLosesItsAddressesAndItsEnd) {
  EXPECT_THAT(parse_stack("[<0>] do_poll+0x1/0x2\n[<ffffffff81000000>] x\ny\n", 3),
              ElementsAre("do_poll+0x1/0x2", "x", "y"));
  EXPECT_THAT(parse_stack("[<0>] a\n[<0>] b\n", 1), ElementsAre("a"));
  EXPECT_THAT(parse_stack("", 9), IsEmpty());
}

TEST(ProcText, AWaitChannelOfZeroIsNone) {
  EXPECT_EQ(parse_wait_channel("0"), "");
  EXPECT_EQ(parse_wait_channel(""), "");
  EXPECT_EQ(parse_wait_channel("do_sys_poll"), "do_sys_poll");
}

TEST(ProcText, PressureIsThatOfTheLastTenSeconds) {
  const auto both = parse_pressure(
      "some avg10=1.50 avg60=2.00 avg300=3.00 total=4\nfull avg10=0.25 avg60=0 avg300=0 total=1\n");
  EXPECT_EQ(both.some_avg10, 1.5);
  EXPECT_EQ(both.full_avg10, 0.25);
  for (const char* text : {"", "some", "some avg10=", "some avg10=x", "some avg10=nan",
                           "some avg10=1e99", "some avg10=-1", "none avg10=1"})
    EXPECT_FALSE(parse_pressure(text).some_avg10) << text;
}

TEST(ProcText, ANumberIsFoundBehindItsWord) {
  EXPECT_EQ(number_after("user_usec 1\nusage_usec 77\n", "usage_usec"), 77u);
  EXPECT_FALSE(number_after("usage_usec\n", "usage_usec"));
  EXPECT_FALSE(number_after("usage_usecs 1\n", "usage_usec"));
}

TEST(ProcText, GarbageIsReadWithoutHarm) {
  const unsigned seed = 20'261;
  std::mt19937 random{seed};
  const std::string seeds[] = {
      stat_line("mail"),
      "   0: 0100007F:09DD 0200007F:C350 01 00000010:0000002A 00:00000000 00000000  1000 0 31337",
      "some avg10=1.50 avg60=2.00 avg300=3.00 total=4\nfull avg10=0.25",
      "[<0>] do_poll+0x1/0x2\n[<0>] x\n", "socket:[77]"};
  for (int round = 0; round < 50'000; ++round) {
    auto text = seeds[random() % std::size(seeds)];
    for (auto changes = random() % 6; changes > 0 && !text.empty(); --changes) {
      const auto at = random() % text.size();
      const auto what = random() % 3;
      if (what == 0) text.erase(at, random() % 4);
      if (what == 1) text.insert(at, 1, static_cast<char>(random()));
      if (what == 2) text[at] = static_cast<char>(random());
    }
    const auto stat = parse_stat(text);
    EXPECT_TRUE(!stat || stat->pid > 0) << "seed=" << seed;
    const auto tcp = parse_tcp_line(text);
    EXPECT_TRUE(!tcp || !tcp->local.empty()) << "seed=" << seed;
    EXPECT_LE(parse_stack(text, 2).size(), 2u) << "seed=" << seed;
    parse_pressure(text);
    parse_wait_channel(text);
    socket_inode(text);
    number_after(text, "some");
  }
}

}  // namespace
}  // namespace jobflip::os
