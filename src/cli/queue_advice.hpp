#pragma once
/// Settings that contradict what was learned, as warnings with what to do.

#include <vector>

#include "cli/session.hpp"
#include "jobflip/view/learned_view.hpp"

namespace jobflip::cli {

/// The first 20.
void show_advice(Session& session, const std::vector<view::QueueAdvice>& advice);

}  // namespace jobflip::cli
