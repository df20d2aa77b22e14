#pragma once
/// The state in the page as a sentence for people. It does not change while nothing happens.

#include <string>

#include "jobflip/guard/lease_page.hpp"

namespace jobflip::host {

std::string sentence_of(const guard::LeasePage& page, guard::GuardPhase phase);

}  // namespace jobflip::host
