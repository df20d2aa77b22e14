#include "jobflip/guard/lease_page.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "jobflip/base/check.hpp"
#include "jobflip/base/descriptor.hpp"
#include "jobflip/guard/lease_page.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::guard {
namespace {

static_assert(sizeof(LeasePage) <= kPageBytes);
static_assert(offsetof(LeasePage, deadline) == 64 && offsetof(LeasePage, stop_by) == 72);
static_assert(offsetof(LeasePage, phase) == 88 && offsetof(LeasePage, mark) == 112);
static_assert(offsetof(LeasePage, guard_pid) == 128 && offsetof(LeasePage, cgroup) == 176);

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

struct ::flock whole_file(short type) {
  struct ::flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Result<MappedPage> MappedPage::open(const std::string& path, bool create) {
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0);
  const Descriptor file{::open(path.c_str(), flags, 0600)};
  if (!file.open()) return os::errno_error("cannot open lease page " + path, errno);
  struct stat facts {};
  if (::fstat(file.fd(), &facts) != 0)
    return os::errno_error("cannot look at lease page " + path, errno);
  if (!S_ISREG(facts.st_mode))
    return Error{ErrorCode::host_failed, "lease page " + printable(path) + " is not a file", ""};
  if (facts.st_size != static_cast<off_t>(kPageBytes)) {
    if (!create)
      return Error{ErrorCode::host_failed, "lease page " + printable(path) + " has a wrong size",
                   ""};
    if (::ftruncate(file.fd(), kPageBytes) != 0 || ::posix_fallocate(file.fd(), 0, kPageBytes) != 0)
      return os::errno_error("cannot make room for lease page " + path, errno);
  }
  void* at = ::mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd(), 0);
  if (at == MAP_FAILED) return os::errno_error("cannot map lease page " + path, errno);
  MappedPage mapped;
  mapped.page_ = static_cast<LeasePage*>(at);  // plain words that the file already has
  mapped.device_ = facts.st_dev;
  mapped.inode_ = facts.st_ino;
  return mapped;
}

MappedPage::MappedPage(MappedPage&& other) noexcept
    : page_{std::exchange(other.page_, nullptr)}, device_{other.device_}, inode_{other.inode_} {}

MappedPage& MappedPage::operator=(MappedPage&& other) noexcept {
  std::swap(page_, other.page_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

MappedPage::~MappedPage() {
  if (page_ != nullptr) ::munmap(static_cast<void*>(page_), kPageBytes);
}

bool MappedPage::is_at(const std::string& path) const noexcept {
  struct stat now {};
  return ::lstat(path.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_;
}

Result<Mark> read_boot_mark() {
  constexpr const char* kPath = "/proc/sys/kernel/random/boot_id";
  const Descriptor file{::open(kPath, O_RDONLY | O_CLOEXEC)};
  std::array<char, 64> text{};
  if (!file.open() || ::read(file.fd(), text.data(), text.size()) < 36)
    return os::errno_error(std::string{"cannot read "} + kPath, errno);
  Mark mark{};
  int digits = 0;
  for (const char c : std::string_view{text.data(), 36}) {
    if (c == '-') continue;
    const int digit = hex_digit(c);
    if (digit < 0 || digits == 32)
      return Error{ErrorCode::host_failed, std::string{kPath} + " does not hold an identifier", ""};
    auto& half = mark[digits < 16 ? 0 : 1];
    half = half << 4 | static_cast<std::uint64_t>(digit);
    ++digits;
  }
  return mark;
}

bool is_of_this_boot(const LeasePage& page, const Mark& boot) noexcept {
  return page.magic.load() == LeasePage::kMagic && page.boot[0].load() == boot[0] &&
         page.boot[1].load() == boot[1];
}

bool is_of_this_version(const LeasePage& page) noexcept {
  return page.version.load() == LeasePage::kVersion;
}

void lay_out(LeasePage& page, const Mark& boot) noexcept {
  page.magic.store(0);  // void until it is complete
  new (static_cast<void*>(&page)) LeasePage{};
  page.boot[0].store(boot[0]);
  page.boot[1].store(boot[1]);
  page.version.store(LeasePage::kVersion);
  page.magic.store(LeasePage::kMagic);
}

std::string hex_of(std::uint64_t high, std::uint64_t low) {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return text.data();
}

void store_cgroup(LeasePage& page, const std::string& path) noexcept {
  JF_CHECK(path.size() < LeasePage::kCgroupBytes);
  for (std::size_t i = 0; i < page.cgroup.size(); ++i) {
    std::uint64_t word = 0;
    if (i * 8 < path.size())
      std::memcpy(&word, path.data() + i * 8, std::min<std::size_t>(8, path.size() - i * 8));
    page.cgroup[i].store(word);
  }
}

std::string load_cgroup(const LeasePage& page) {
  std::string text(LeasePage::kCgroupBytes, '\0');
  for (std::size_t i = 0; i < page.cgroup.size(); ++i) {
    const auto word = page.cgroup[i].load();
    std::memcpy(text.data() + i * 8, &word, 8);
  }
  return text.substr(0, text.find('\0'));
}

std::string sibling_path(const std::string& lease_path, const std::string& suffix) {
  JF_CHECK(lease_path.ends_with(kLeaseSuffix));
  return lease_path.substr(0, lease_path.size() - std::strlen(kLeaseSuffix)) + suffix;
}

Result<bool> is_guard_alive(const std::string& lock_path) {
  const Descriptor file{::open(lock_path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
  if (!file.open()) {
    if (errno == ENOENT) return false;
    return os::errno_error("cannot open " + lock_path, errno);
  }
  auto lock = whole_file(F_WRLCK);
  if (::fcntl(file.fd(), F_OFD_GETLK, &lock) != 0)
    return os::errno_error("cannot ask for the lock of " + lock_path, errno);
  return lock.l_type != F_UNLCK;
}

int take_guard_lock(const std::string& lock_path) noexcept {
  Descriptor file{::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file.open()) return -1;
  auto lock = whole_file(F_WRLCK);
  if (::fcntl(file.fd(), F_OFD_SETLK, &lock) != 0) return -1;
  return file.release();
}

}  // namespace jobflip::guard
