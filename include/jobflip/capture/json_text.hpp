#pragma once
/// A document of the black box as text: valid UTF-8 whatever a process wrote, without NUL (which a
/// database refuses), and no longer than a limit.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace jobflip::capture {

/// Without NUL, and cut after so many bytes.
std::string clean(std::string_view text, std::size_t most = 500);

/// One line of at most `most` bytes. What is cut goes in this order: log, stacks, threads, the
/// command's output, connections, processes; "cut" names it.
std::string fitted(nlohmann::json document, std::size_t most);

}  // namespace jobflip::capture
