#pragma once
/// Writes a small file as a whole: a reader finds either the old text or the new one. The new text
/// is first written to a file beside it, through no link; nothing else that may be there, such as a
/// FIFO, can block the write.

#include <sys/types.h>

#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::host {

enum class Durable {
  no,   // survives the process, but perhaps not a crash of the machine
  yes,  // is on disk once this returns
};

struct NewFile {
  Durable durable{Durable::no};
  mode_t mode{0600};          // regardless of the umask
  const char* if_denied{""};  // the hint if this user may not write there
};

/// If it fails, the old file is as it was.
Result<void> replace_file(const std::string& path, const std::string& text, const NewFile& as);

}  // namespace jobflip::host
