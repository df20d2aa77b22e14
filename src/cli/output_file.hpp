#pragma once
/// Files that commands write. A file is written under another name beside it, and gets its name
/// once it is complete and on the disk: whatever fails, what was there before is whole.
///
/// Invariant: nothing that somebody else put into that folder is written through. The other name is
/// always a new file; a link in place of `path` is replaced, and what it names stays as it is.

#include <functional>
#include <ostream>
#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::cli {

/// So that the name of a file itself survives a power cut. False with errno.
bool sync_folder_of(const std::string& path);

/// An error of `write` is returned as it is. Anything but a regular file, such as a FIFO or a
/// device, is an error before `write` is called. `instead` is the hint for that.
Result<void> write_file(const std::string& path, const std::string& instead,
                        const std::function<Result<void>(std::ostream&)>& write);

}  // namespace jobflip::cli
