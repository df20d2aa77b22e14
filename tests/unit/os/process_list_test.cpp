#include "jobflip/os/process_list.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <set>

namespace jobflip::os {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kScript = "echo; kill -STOP $$";

/// A child that has executed its program with this environment, and waits.
class Child {
 public:
  explicit Child(const char* variable) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error{"no pipe"};
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], 1);
      std::array<char*, 4> argv{const_cast<char*>("/bin/sh"), const_cast<char*>("-c"),
                                const_cast<char*>(kScript), nullptr};
      std::array<char*, 3> environment{const_cast<char*>(variable), const_cast<char*>("EMPTY="),
                                       nullptr};
      ::execve(argv[0], argv.data(), environment.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    char byte{};
    ready_ = ::read(ends[0], &byte, 1) == 1;
    ::close(ends[0]);
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t pid() const { return pid_; }
  bool ready() const { return ready_; }

 private:
  pid_t pid_{-1};
  bool ready_{false};
};

std::set<pid_t> all_processes() {
  std::set<pid_t> all;
  EXPECT_TRUE(for_each_process([&](pid_t pid) { return all.insert(pid).second; }));
  return all;
}

TEST(ProcessList, HasEveryProcessOnceAndNoneThatHasGone) {
  Child child{"MARK=list"};
  ASSERT_TRUE(child.ready());
  const auto pid = child.pid();
  EXPECT_THAT(all_processes(), Contains(pid));
  EXPECT_THAT(all_processes(), Contains(::getpid())) << "this one, too";
  child.end();
  EXPECT_THAT(all_processes(), ::testing::Not(Contains(pid)));
}

TEST(ProcessList, EndsWhenTheVisitorHasSeenEnough) {
  int seen = 0;
  EXPECT_TRUE(for_each_process([&](pid_t) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

class NumbersTest : public ::testing::Test {
 protected:
  NumbersTest() {
    std::string name = "/tmp/jobflip-numbers-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for the test"};
    folder_ = name;
  }
  ~NumbersTest() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(NumbersTest, OnlyWholeNumbersAreMeant) {
  for (const char* name : {"1", "0", "4194304", "self", "12a", "a12", "-3", "+4", "99999999999999"})
    std::filesystem::create_directory(folder_ + "/" + name);
  std::vector<pid_t> seen;
  ASSERT_TRUE(for_each_number(folder_, [&](pid_t one) {
    seen.push_back(one);
    return true;
  }));
  EXPECT_THAT(seen, UnorderedElementsAre(1, 0, 4194304));
}

TEST_F(NumbersTest, AFolderThatCannotBeReadIsAnErrorAndNotAnEmptyList) {
  const auto looked = for_each_number(folder_ + "/gone", [](pid_t) { return true; });
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().text, "No such file or directory");
}

TEST(ProcessWords, AreThoseOfTheProcess) {
  Child child{"MARK=a b=c"};
  ASSERT_TRUE(child.ready());
  const auto environment = process_words(child.pid(), "environ");
  EXPECT_THAT(environment, ElementsAre("MARK=a b=c", "EMPTY="));
  EXPECT_EQ(variable_in(environment, "MARK"), "a b=c");
  EXPECT_EQ(variable_in(environment, "EMPTY"), "");
  EXPECT_EQ(variable_in(environment, "MAR"), "") << "the whole name";
  EXPECT_THAT(process_words(child.pid(), "cmdline"), ElementsAre("/bin/sh", "-c", kScript));
  const auto pid = child.pid();
  child.end();
  EXPECT_THAT(process_words(pid, "environ"), IsEmpty());
}

}  // namespace
}  // namespace jobflip::os
