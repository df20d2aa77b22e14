#pragma once
/// Writes a small file as a whole: a reader finds either the old text or the new one. The new text
/// is written beside the file first, through no link, and whatever else lies there holds nobody up.

#include <sys/types.h>

#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

enum class Durable {
  no,   // outlives the process, and perhaps not the machine
  yes,  // is on disk once this returns
};

struct NewFile {
  Durable durable{Durable::no};
  mode_t mode{0600};          // whatever the umask is
  const char* if_denied{""};  // the hint if this user may not write there
};

/// If it fails, the old file is as it was.
Result<void> replace_file(const std::string& path, const std::string& text, const NewFile& as);

}  // namespace jobflip::host
