#pragma once
/// The black boxes of a flip, what its old host saw of the workers before they were stopped: in
/// short below the timeline, whole with --black-box, and a row a value for awk.

#include "cli/session.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::cli {

/// Nothing where the flip has none.
void print_black_box_summaries(Session& session, const core::FlipTimeline& timeline);

/// All of them, or a notice that there is none and why that may be.
void print_black_boxes(Session& session, const core::FlipTimeline& timeline);

/// node, part, key, value; keys of what is nested are joined by dots.
Table black_box_rows(const core::FlipTimeline& timeline);

}  // namespace jobflip::cli
