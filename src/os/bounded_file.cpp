#include "jobflip/os/bounded_file.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "jobflip/base/descriptor.hpp"

namespace jobflip::os {

Result<std::string> read_bounded(const std::string& path, std::size_t most) {
  const auto failed = [](int number) {
    return Error{ErrorCode::host_failed, std::generic_category().message(number), ""};
  };
  // never waits for the other end of what turns out to be a FIFO
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file.open()) return failed(errno);
  std::string text;
  std::array<char, 16'384> piece;
  while (text.size() < most) {
    const auto got = ::read(file.fd(), piece.data(), std::min(piece.size(), most - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(errno);
    if (got == 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace jobflip::os
