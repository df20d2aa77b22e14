#include "host/replace_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {

Result<void> replace_file(const std::string& path, const std::string& text, const NewFile& as) {
  const auto fresh = path + ".new";
  const Descriptor file{::open(
      fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, as.mode)};
  const bool replaced =
      file.open() && ::fchmod(file.fd(), as.mode) == 0 &&
      ::write(file.fd(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      (as.durable == Durable::no || ::fsync(file.fd()) == 0) &&
      ::rename(fresh.c_str(), path.c_str()) == 0;
  if (replaced) return {};
  const int why = errno;
  if (file.open()) ::unlink(fresh.c_str());
  return os::errno_error("cannot write " + path, why, why == EACCES ? as.if_denied : "");
}

}  // namespace jobflip::host
