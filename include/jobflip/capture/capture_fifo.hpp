#pragma once
/// <pool>.capture: the FIFO that a guard's looker answers the agent through, in one line. The
/// agent makes it anew for each look, so that the words of an older one can't get into it.
///
/// The looker may be root, in a folder that is not: it writes into nothing but a FIFO that belongs
/// to the folder's owner and has no other name.

#include <string>
#include <string_view>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::capture {

inline constexpr const char* kCaptureSuffix = ".capture";
/// The byte in <pool>.orders that asks for a look. A guard that is older takes any byte for "read
/// the page", and no harm is done.
inline constexpr char kCaptureOrder = 'L';

/// The agent's side: a new one, open for both directions.
Result<Descriptor> make_capture_fifo(const std::string& path);
/// What stands before the line break; an error where there is none by then, or too much.
Result<std::string> read_capture(int fd, std::size_t most, Instant give_up);

/// The looker's side: the line and a line break. Requires: SIGPIPE is ignored.
Result<void> write_capture(const std::string& path, std::string_view line, Instant give_up);

}  // namespace jobflip::capture
