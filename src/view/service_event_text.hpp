#pragma once
/// The sentences of events about services.

#include <string>

#include "view/read_event.hpp"

namespace jobflip::view {

std::string service_text(const ReadEvent& e);
std::string maintenance_planned_text(const ReadEvent& e);
std::string maintenance_removed_text(const ReadEvent& e);

}  // namespace jobflip::view
