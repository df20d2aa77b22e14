#include "jobflip/capture/capture_fifo.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "jobflip/os/errno_error.hpp"

namespace jobflip::capture {
namespace {

/// False if the time is up.
bool wait_for(int fd, short what, Instant give_up) {
  const auto left = std::chrono::ceil<Millis>(give_up - BootClock::now());
  if (left <= Millis{0}) return false;
  pollfd watched{fd, what, 0};
  ::poll(&watched, 1, static_cast<int>(std::min<Millis::rep>(left.count(), 1000)));
  return true;
}

Error refused(const std::string& path, const char* why) {
  return Error{ErrorCode::refused, printable(path) + why, ""};
}

/// Looked at before it is opened: to open a device may do something.
Result<Descriptor> open_for_writing(const std::string& path) {
  const auto folder = path.substr(0, path.rfind('/'));
  const Descriptor place{::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)};
  if (!place.open()) return os::errno_error("cannot open " + folder, errno);
  const auto name = path.substr(path.rfind('/') + 1);
  const Descriptor found{::openat(place.fd(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
  if (!found.open()) return os::errno_error("cannot open " + path, errno);
  struct stat owner {};
  struct stat facts {};
  if (::fstat(place.fd(), &owner) != 0 || ::fstat(found.fd(), &facts) != 0)
    return os::errno_error("cannot look at " + path, errno);
  if (!S_ISFIFO(facts.st_mode)) return refused(path, " is not a FIFO");
  if (facts.st_uid != owner.st_uid) return refused(path, " is not the folder's owner's");
  if (facts.st_nlink != 1) return refused(path, " has another name, too");
  const auto same = "/proc/self/fd/" + std::to_string(found.fd());
  Descriptor fifo{::open(same.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
  if (!fifo.open()) return os::errno_error("cannot write into " + path, errno);
  return fifo;
}

}  // namespace

Result<Descriptor> make_capture_fifo(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return os::errno_error("cannot remove " + path, errno);
  if (::mkfifo(path.c_str(), 0600) != 0) return os::errno_error("cannot make " + path, errno);
  Descriptor fifo{::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)};
  struct stat facts {};
  if (!fifo.open() || ::fstat(fifo.fd(), &facts) != 0)
    return os::errno_error("cannot open " + path, errno);
  if (!S_ISFIFO(facts.st_mode)) return refused(path, " is not a FIFO");
  return fifo;
}

Result<std::string> read_capture(int fd, std::size_t most, Instant give_up) {
  std::string text;
  std::array<char, 16'384> piece;
  for (;;) {
    const auto got = ::read(fd, piece.data(), piece.size());
    if (got > 0) {
      const std::string_view words{piece.data(), static_cast<std::size_t>(got)};
      const auto end = words.find('\n');
      text.append(words.substr(0, end));
      if (text.size() > most) return Error{ErrorCode::host_failed, "the answer is too long", ""};
      if (end != std::string_view::npos) return text;
    } else if (!wait_for(fd, POLLIN, give_up)) {
      return Error{ErrorCode::host_failed,
                   text.empty() ? "it did not answer" : "it did not answer in full", ""};
    }
  }
}

Result<void> write_capture(const std::string& path, std::string_view line, Instant give_up) {
  const auto fifo = open_for_writing(path);
  if (!fifo) return fifo.error();
  const std::string text = std::string{line} + "\n";
  for (std::size_t at = 0; at < text.size();) {
    const auto put = ::write(fifo->fd(), text.data() + at, text.size() - at);
    if (put > 0)
      at += static_cast<std::size_t>(put);
    else if (put < 0 && errno != EAGAIN && errno != EINTR)
      return os::errno_error("cannot write into " + path, errno);
    else if (!wait_for(fifo->fd(), POLLOUT, give_up))
      return Error{ErrorCode::host_failed, "nobody read " + printable(path), ""};
  }
  return {};
}

}  // namespace jobflip::capture
