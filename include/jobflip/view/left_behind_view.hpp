#pragma once
/// Which jobs a flip left behind on the old node, and which of them may run twice.

#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/history.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// A sentence for each queue in which jobs ran. Empty if it was not recorded.
std::vector<std::string> left_behind_texts(const core::FlipTimeline& timeline);
/// How the workers of the old node ended: "drained", "killed", "lost" (the node went silent, and
/// nobody saw how they ended),
/// "unknown", or "running": the flip has not got so far. "" if it was not recorded.
std::string_view workers_end(const core::FlipTimeline& timeline);
/// null likewise.
Json left_behind_json(const core::FlipTimeline& timeline);

}  // namespace jobflip::view
