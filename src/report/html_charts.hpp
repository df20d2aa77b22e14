#pragma once
/// What the page's script draws, as the text of a script element.

#include <string>

#include "jobflip/report/page.hpp"

namespace jobflip::report {

/// JSON in which no "<" can end the element, and no character is hidden.
std::string charts_data(const Page& page);

}  // namespace jobflip::report
