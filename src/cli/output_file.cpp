#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <streambuf>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

/// Writes to a descriptor that somebody else owns.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int fd) : fd_(fd) { setp(block_.begin(), block_.end()); }

 protected:
  int_type overflow(int_type next) override {
    if (sync() != 0) return traits_type::eof();
    if (traits_type::eq_int_type(next, traits_type::eof())) return traits_type::not_eof(next);
    return sputc(traits_type::to_char_type(next));
  }
  int sync() override {
    for (const char* at = pbase(); at < pptr();) {
      const auto wrote = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return -1;
      at += wrote;
    }
    setp(block_.begin(), block_.end());
    return 0;
  }

 private:
  int fd_;
  std::array<char, 65536> block_;
};

Error unwritable(const std::string& path, int number) {
  return {ErrorCode::host_failed,
          fmt::format("{} can't be written: {}", printable(path, 200), std::strerror(number)),
          "check the folder and its rights, and whether the disk is full"};
}

/// A file that nobody else has made: what an interrupted run left is removed first.
Descriptor create(const std::string& path) {
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Descriptor file{::open(path.c_str(), kNew, 0666)};
  if (file.open() || errno != EEXIST) return file;
  if (::unlink(path.c_str()) != 0) return file;
  return Descriptor{::open(path.c_str(), kNew, 0666)};
}

}  // namespace

bool sync_folder_of(const std::string& path) {
  const auto parent = std::filesystem::path{path}.lexically_normal().parent_path().string();
  const Descriptor folder{::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC)};
  return folder.open() && ::fsync(folder.fd()) == 0;
}

Result<void> write_file(const std::string& path, const std::string& instead,
                        const std::function<Result<void>(std::ostream&)>& write) {
  std::error_code unknown;
  const auto there = std::filesystem::status(path, unknown);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
    return Error{ErrorCode::host_failed,
                 fmt::format("{} is not a regular file", printable(path, 200)), instead};
  const auto partial = path + ".partial";
  const Descriptor file = create(partial);
  if (!file.open()) return unwritable(partial, errno);
  DescriptorBuffer buffer{file.fd()};
  std::ostream out{&buffer};
  errno = 0;
  auto written = write(out);
  if (written && (!out.flush() || ::fsync(file.fd()) != 0)) written = unwritable(partial, errno);
  if (written && std::rename(partial.c_str(), path.c_str()) != 0) written = unwritable(path, errno);
  if (!written) std::remove(partial.c_str());
  if (written && !sync_folder_of(path)) written = unwritable(path, errno);
  return written;
}

}  // namespace jobflip::cli
