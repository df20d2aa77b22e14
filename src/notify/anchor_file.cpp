#include "notify/anchor_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/hex.hpp"
#include "jobflip/base/write_all.hpp"

namespace jobflip::notify {
namespace {

Error cannot_append(const std::string& path, const char* why) {
  return {ErrorCode::host_failed, fmt::format("{} can't be written: {}", printable(path, 200), why),
          "check anchor_file in supervisor.toml, the folder's rights and the disk"};
}

/// Not through a link, and not into a FIFO, which would wait for its reader.
Descriptor open_to_append(const std::string& path) {
  return Descriptor{::open(
      path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600)};
}

}  // namespace

std::string line_of(const Anchor& anchor) {
  return fmt::format("{} {} {} {}\n", rfc3339(anchor.at), anchor.head.chain, anchor.head.seq,
                     hex_of_bytes(anchor.head.hash));
}

Result<void> append_anchors(const std::string& path, std::span<const Anchor> anchors,
                            std::size_t most) {
  std::string lines;
  for (const auto& anchor : anchors) lines += line_of(anchor);
  auto file = open_to_append(path);
  struct stat about {};
  if (!file.open() || ::fstat(file.fd(), &about) != 0)
    return cannot_append(path, std::strerror(errno));
  if (!S_ISREG(about.st_mode)) return cannot_append(path, "it is not a regular file");
  if (about.st_size > 0 && static_cast<std::size_t>(about.st_size) + lines.size() > most) {
    if (std::rename(path.c_str(), (path + ".1").c_str()) != 0)
      return cannot_append(path, std::strerror(errno));
    file = open_to_append(path);
    if (!file.open() || ::fstat(file.fd(), &about) != 0)
      return cannot_append(path, std::strerror(errno));
  }
  if (write_all(file.fd(), lines) && ::fsync(file.fd()) == 0) return {};
  const int number = errno;
  if (::ftruncate(file.fd(), about.st_size) != 0) return cannot_append(path, std::strerror(number));
  return cannot_append(path, std::strerror(number));
}

}  // namespace jobflip::notify
