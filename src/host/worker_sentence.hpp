#pragma once
/// The state in the page as a sentence for people. It does not change while nothing happens.

#include <string>

#include "jobflip/core/worker.hpp"
#include "jobflip/guard/lease_page.hpp"

namespace jobflip::host {

std::string sentence_of(const guard::LeasePage& page, guard::GuardPhase phase);

/// How the workers ended. Requires: the phase is `empty`. Whoever ended by a signal counts as
/// killed, SIGTERM too: a worker that drains handles it, and exits.
core::WorkersEnd end_of(const guard::LeasePage& page);

}  // namespace jobflip::host
