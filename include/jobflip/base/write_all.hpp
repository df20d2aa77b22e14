#pragma once
/// Writes all of a text to a descriptor, in as many pieces as the kernel wants.

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string_view>

namespace jobflip {

/// False if it could not; errno says why, and a part may have been written.
inline bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto wrote = ::write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

}  // namespace jobflip
