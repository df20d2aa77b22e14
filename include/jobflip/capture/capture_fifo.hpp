#pragma once
/// <pool>.capture: the FIFO through which a guard's capturer answers the agent, in one line. The
/// agent makes a new one for each capture, so that a late answer to an older one can't get into it.
///
/// The capturer may be root in a folder of another user: it writes only into a FIFO that belongs
/// to the folder's owner and has no other name.

#include <string>
#include <string_view>

#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::capture {

inline constexpr const char* kCaptureSuffix = ".capture";
/// The byte in <pool>.orders that asks for a capture. A guard that is older takes any byte for
/// "read the page", and no harm is done.
inline constexpr char kCaptureOrder = 'L';

/// The agent's side: a new one, open for both directions.
Result<Descriptor> make_capture_fifo(const std::string& path);
/// The text before the line break; an error if no line break has come by then, or too much text.
Result<std::string> read_capture(int fd, std::size_t most, Instant give_up);

/// The capturer's side: the line and a line break. Requires: SIGPIPE is ignored.
Result<void> write_capture(const std::string& path, std::string_view line, Instant give_up);

}  // namespace jobflip::capture
