#include "jobflip/host/seen_file.hpp"

#include <unistd.h>

#include <cerrno>

#include "host/replace_file.hpp"
#include "jobflip/os/bounded_file.hpp"

namespace jobflip::host {

SeenFile::SeenFile(const std::string& runtime_dir, const NodeName& node)
    : path_{runtime_dir + "/agent-" + node.str() + ".seen"} {}

Result<core::SeenOfStore> SeenFile::read() const {
  if (::access(path_.c_str(), F_OK) != 0 && errno == ENOENT) return core::SeenOfStore{};
  const auto text = os::read_bounded(path_, core::kMostBytesOfSeen + 1);
  if (!text)
    return Error{ErrorCode::host_failed, "cannot read " + path_ + ": " + text.error().text, ""};
  auto seen = core::parse_seen(*text);
  if (!seen) return Error{ErrorCode::host_failed, path_ + " is damaged", ""};
  return std::move(*seen);
}

/// Need not be durable: it survives the death of the process. If the machine crashes, the file is
/// gone or, on a disk, perhaps damaged, and a damaged file counts as missing.
Result<void> SeenFile::write(const core::SeenOfStore& seen) const {
  return replace_file(path_, core::text_of(seen), {.durable = Durable::no});
}

}  // namespace jobflip::host
