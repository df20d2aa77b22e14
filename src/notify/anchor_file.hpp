#pragma once
/// A file of anchors: a line for each, `time chain seq hash`, which `jobflip audit verify
/// --anchors` reads. Appended and synced; mode 0600.

#include <span>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::notify {

struct Anchor {
  WallTime at;  // when the head was read
  core::ChainHead head;
};

/// With its line end.
std::string line_of(const Anchor& anchor);

/// At this size the file becomes FILE.1, in place of the one before.
inline constexpr std::size_t kAnchorFileMax = std::size_t{16} * 1024 * 1024;

/// All lines or none: what a full disk cut off is taken back. Opens the file each time, so that it
/// may be moved away. Refuses a link, and anything but a regular file.
Result<void> append_anchors(const std::string& path, std::span<const Anchor> anchors,
                            std::size_t most = kAnchorFileMax);

}  // namespace jobflip::notify
