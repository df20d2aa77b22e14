#pragma once
/// Writes a small file of the runtime folder as a whole: a reader finds either the old text or the
/// new one. The new text is written beside the file first, through no link, and whatever else lies
/// there holds nobody up.

#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

enum class Durable {
  no,   // outlives the process, and perhaps not the machine
  yes,  // is on disk once this returns
};

/// Mode 0600. If it fails, the old file is as it was.
Result<void> replace_file(const std::string& path, const std::string& text, Durable durable);

}  // namespace jobflip::host
