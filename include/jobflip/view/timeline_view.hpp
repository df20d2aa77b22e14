#pragma once
/// What reviewers read: the lines of `history`, and one flip with its steps and black boxes.

#include <string>
#include <vector>

#include "jobflip/core/history.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

Json history_json(const std::vector<core::HistoryEntry>& entries);

/// With the documents of its black boxes if `whole`, else only what they are known by.
Json timeline_json(const core::FlipTimeline& timeline, bool whole);

/// "job1 -> job2", "restart on job1", or "-" for what moved nothing.
std::string move_text(const core::HistoryEntry& entry);

/// "+420ms" after the flip was asked for
std::string offset_text(const core::FlipView& flip, WallTime at);

/// "drain begun after 40ms; released after 300ms": the steps that it has reached.
std::string durations_text(const core::FlipView& flip);

}  // namespace jobflip::view
