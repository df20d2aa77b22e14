#pragma once
/// What the page says, for people. It does not change while nothing happens.

#include <string>

#include "host/lease_page.hpp"

namespace jobflip::host {

std::string sentence_of(const LeasePage& page, GuardPhase phase);

}  // namespace jobflip::host
