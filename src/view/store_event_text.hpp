#pragma once
/// The sentences of events that are about the store itself.

#include <string>

#include "view/read_event.hpp"

namespace jobflip::view {

std::string store_event_text(const ReadEvent& e);
std::string epochs_lowered_text(const ReadEvent& e);
std::string audit_sealed_text(const ReadEvent& e);
std::string schema_upgraded_text(const ReadEvent& e);

}  // namespace jobflip::view
