#pragma once
/// The last lines of a worker's log, the newest last: as the worker wrote them, but cut.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::blackbox {

inline constexpr std::size_t kMostLines = 200;
inline constexpr std::size_t kMostOfALine = 500;  // bytes

/// What `journalctl -u UNIT` shows, with the time in UTC before each.
Result<std::vector<std::string>> journal_tail(const std::string& unit, Instant give_up);
/// The last lines of the file that a command's output is appended to.
Result<std::vector<std::string>> file_tail(const std::string& path);

}  // namespace jobflip::blackbox
