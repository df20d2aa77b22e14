#include "host/replace_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "host/errno_error.hpp"
#include "jobflip/base/descriptor.hpp"

namespace jobflip::host {

Result<void> replace_file(const std::string& path, const std::string& text, Durable durable) {
  const auto fresh = path + ".new";
  const Descriptor file{::open(
      fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
  if (!file.open() ||
      ::write(file.fd(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      (durable == Durable::yes && ::fsync(file.fd()) != 0) ||
      ::rename(fresh.c_str(), path.c_str()) != 0)
    return errno_error("cannot write " + path, errno);
  return {};
}

}  // namespace jobflip::host
