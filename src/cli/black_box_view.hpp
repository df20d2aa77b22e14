#pragma once
/// The black boxes of a flip, with what the old host saw of the workers before it stopped them: a
/// summary below the timeline, everything with --black-box, and one row for each value for awk.

#include "cli/session.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::cli {

/// Prints nothing if the flip has none.
void print_black_box_summaries(Session& session, const core::FlipTimeline& timeline);

/// All of them, or a notice that there is none and why that may be.
void print_black_boxes(Session& session, const core::FlipTimeline& timeline);

/// node, part, key, value; keys of nested values are joined by dots.
Table black_box_rows(const core::FlipTimeline& timeline);

}  // namespace jobflip::cli
