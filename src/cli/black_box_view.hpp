#pragma once
/// The black boxes of a flip, what its old host saw of the workers before they were stopped: in
/// short below the timeline, whole with --black-box, as JSON, and a row a value for awk.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/session.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::cli {

/// "+420ms" after the flip was asked for
std::string offset_text(const core::FlipView& flip, WallTime at);

/// Nothing where the flip has none.
void print_black_box_summaries(Session& session, const core::FlipTimeline& timeline);

/// All of them, or a notice that there is none and why that may be.
void print_black_boxes(Session& session, const core::FlipTimeline& timeline);

/// With the documents where `whole`, else only what they are known by.
nlohmann::ordered_json black_boxes_json(const core::FlipTimeline& timeline, bool whole);

/// node, part, key, value; keys of what is nested are joined by dots.
Table black_box_rows(const core::FlipTimeline& timeline);

}  // namespace jobflip::cli
