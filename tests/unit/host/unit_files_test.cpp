// Units are found as systemd finds them, and their files are read in the same order.
#include "jobflip/host/unit_files.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host_fixture.hpp"
#include "jobflip/setup/adoption.hpp"

namespace jobflip::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class UnitFilesOnDisk : public HostFixture {
 protected:
  void put(const std::string& name, const std::string& text) const {
    const std::filesystem::path file{dir_ + name};
    const mode_t before = ::umask(0022);  // the test decides which of them others may write
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file} << text;
    ::umask(before);
  }
  setup::UnitSource read(const std::string& unit) {
    auto source = files->read(unit);
    EXPECT_TRUE(source);
    return source ? *source : setup::UnitSource{};
  }

  std::unique_ptr<ports::UnitFiles> files = open_unit_files(dir_);
};

TEST_F(UnitFilesOnDisk, TheAdministratorsFileWinsOverThePackages) {
  put("/usr/lib/systemd/system/w.service", "[Service]\nUser=package\n");
  EXPECT_EQ(setup::value_of(read("w.service"), "Service", "User"), "package");
  put("/etc/systemd/system/w.service", "[Service]\nUser=admin\n");
  EXPECT_EQ(setup::value_of(read("w.service"), "Service", "User"), "admin");
  EXPECT_EQ(read("w.service").file, "/etc/systemd/system/w.service");
}

TEST_F(UnitFilesOnDisk, DropInsAreReadByNameAndOursIsLeftOut) {
  put("/usr/lib/systemd/system/a-w.service", "[Service]\nExecStart=/bin/w\n");
  put("/usr/lib/systemd/system/a-w.service.d/20-x.conf", "[Service]\nSupplementaryGroups=lower\n");
  put("/etc/systemd/system/a-w.service.d/20-x.conf", "[Service]\nSupplementaryGroups=x\n");
  put("/run/systemd/system/a-.service.d/10-y.conf", "[Service]\nSupplementaryGroups=y\n");
  put("/etc/systemd/system/service.d/30-z.conf", "[Service]\nSupplementaryGroups=z\n");
  put("/etc/systemd/system/a-w.service.d/notes.txt", "[Service]\nSupplementaryGroups=no\n");
  put(setup::drop_in_path("a-w.service"), "[Service]\nExecStart=\nExecStart=/guard -- /bin/w\n");
  const auto unit = read("a-w.service");
  EXPECT_THAT(setup::values_of(unit, "Service", "SupplementaryGroups"), ElementsAre("y", "x", "z"));
  EXPECT_THAT(setup::values_of(unit, "Service", "ExecStart"), ElementsAre("/bin/w"));
}

TEST_F(UnitFilesOnDisk, AnInstanceIsReadFromItsTemplate) {
  put("/etc/systemd/system/w@.service", "[Service]\nExecStart=/bin/w %i\n");
  put("/etc/systemd/system/w@.service.d/a.conf", "[Service]\nUser=app\n");
  EXPECT_EQ(setup::value_of(read("w@1.service"), "Service", "ExecStart"), "/bin/w %i");
  EXPECT_EQ(setup::value_of(read("w@1.service"), "Service", "User"), "app");
}

TEST_F(UnitFilesOnDisk, AMaskedUnitAndAMissingOneAreToldApart) {
  EXPECT_FALSE(read("w.service").found);
  std::filesystem::create_directories(dir_ + "/etc/systemd/system");
  std::filesystem::create_symlink("/dev/null", dir_ + "/etc/systemd/system/w.service");
  EXPECT_TRUE(read("w.service").found);
  EXPECT_TRUE(read("w.service").masked);
  EXPECT_FALSE(files->read("../w.service"));
}

TEST_F(UnitFilesOnDisk, AProgramWithoutItsFolderIsFoundWhereSystemdLooks) {
  put("/etc/systemd/system/w.service", "[Service]\nExecStart=-mailer a\n");
  EXPECT_EQ(read("w.service").program, "");
  put("/usr/bin/mailer", "");
  std::filesystem::permissions(dir_ + "/usr/bin/mailer", std::filesystem::perms::owner_all);
  EXPECT_EQ(read("w.service").program, "/usr/bin/mailer");
}

TEST_F(UnitFilesOnDisk, NamesWhatOthersThanRootMayWrite) {
  using std::filesystem::perms;
  const auto allow = [&](const std::string& name, perms more) {
    std::filesystem::permissions(dir_ + name, more, std::filesystem::perm_options::add);
  };
  const auto forbid = [&](const std::string& name, perms less) {
    std::filesystem::permissions(dir_ + name, less, std::filesystem::perm_options::remove);
  };
  const std::string unit = "/etc/systemd/system/w.service";
  const std::string drop_in = unit + ".d/a.conf";
  put(unit, "[Service]\nExecStart=/bin/w\nEnvironmentFile=-/srv/app/w.env\n");
  put(drop_in, "[Service]\nNice=1\n");
  put("/srv/app/w.env", "A=b\n");
  EXPECT_THAT(read("w.service").writable, ElementsAre());
  for (const auto& name : {unit, drop_in, std::string{"/srv/app/w.env"}}) {
    allow(name, perms::others_write);
    EXPECT_THAT(read("w.service").writable, ElementsAre(name + ": anybody may write it"));
    forbid(name, perms::others_write);
  }
  allow("/srv/app", perms::others_write);
  EXPECT_THAT(read("w.service").writable,
              ElementsAre(HasSubstr("/srv/app/w.env: anybody may write in ")))
      << "another file can be put in its place";
  forbid("/srv/app", perms::others_write);
  std::filesystem::remove(dir_ + "/srv/app/w.env");
  EXPECT_THAT(read("w.service").writable, ElementsAre());
}

TEST_F(UnitFilesOnDisk, AnEnvironmentFileMayBeTheWorkersOwnUsersAndNobodyElses) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const std::string unit = "/etc/systemd/system/w.service";
  put(unit, "[Service]\nUser=nobody\nExecStart=/bin/w\nEnvironmentFile=/srv/w.env\n");
  put("/srv/w.env", "A=b\n");
  ASSERT_EQ(::chown((dir_ + "/srv/w.env").c_str(), 65534, 65534), 0);
  EXPECT_THAT(read("w.service").writable, ElementsAre());
  ASSERT_EQ(::chown((dir_ + "/srv/w.env").c_str(), 1, 1), 0);
  EXPECT_THAT(read("w.service").writable, ElementsAre("/srv/w.env: user 1 may write it"));
  ASSERT_EQ(::chown((dir_ + "/srv/w.env").c_str(), 0, 0), 0);
  ASSERT_EQ(::chown((dir_ + unit).c_str(), 65534, 65534), 0);
  EXPECT_THAT(read("w.service").writable, ElementsAre(unit + ": user 65534 may write it"));
}

TEST_F(UnitFilesOnDisk, WritesWholeFilesForEverybodyToReadAndRemovesThemWithTheirFolder) {
  const auto path = setup::drop_in_path("w.service");
  EXPECT_EQ(*files->text_of(path), "");
  ASSERT_TRUE(files->write(path, "one"));
  ASSERT_TRUE(files->write(path, "two"));
  EXPECT_EQ(*files->text_of(path), "two");
  EXPECT_EQ(std::filesystem::status(dir_ + path).permissions(), std::filesystem::perms{0644});
  ASSERT_TRUE(files->remove(path));
  ASSERT_TRUE(files->remove(path)) << "what is not there is removed";
  EXPECT_FALSE(std::filesystem::exists(dir_ + "/etc/systemd/system/w.service.d"));
}

}  // namespace
}  // namespace jobflip::host
