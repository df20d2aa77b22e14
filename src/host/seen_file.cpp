#include "jobflip/host/seen_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "host/bounded_file.hpp"
#include "host/descriptor.hpp"
#include "host/errno_error.hpp"

namespace jobflip::host {

SeenFile::SeenFile(const std::string& runtime_dir, const NodeName& node)
    : path_{runtime_dir + "/agent-" + node.str() + ".seen"} {}

Result<core::SeenOfStore> SeenFile::read() const {
  if (::access(path_.c_str(), F_OK) != 0 && errno == ENOENT) return core::SeenOfStore{};
  const auto text = read_bounded(path_, core::kMostBytesOfSeen + 1);
  if (!text)
    return Error{ErrorCode::host_failed, "cannot read " + path_ + ": " + text.error().text, ""};
  auto seen = core::parse_seen(*text);
  if (!seen) return Error{ErrorCode::host_failed, path_ + " is damaged", ""};
  return std::move(*seen);
}

/// No fsync: a process that dies loses nothing of it. If the machine dies, the file is gone or, on
/// a disk, perhaps damaged, and a damaged file counts as missing.
Result<void> SeenFile::write(const core::SeenOfStore& seen) const {
  const auto text = core::text_of(seen);
  const auto fresh = path_ + ".new";
  const Descriptor file{::open(
      fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
  if (!file.open() ||
      ::write(file.fd(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::rename(fresh.c_str(), path_.c_str()) != 0)
    return errno_error("cannot write " + path_, errno);
  return {};
}

}  // namespace jobflip::host
