#pragma once
/// The sentences of events about deployments.

#include <string>

#include "view/read_event.hpp"

namespace jobflip::view {

std::string deployment_started_text(const ReadEvent& e);
std::string deployment_flip_text(const ReadEvent& e);
std::string deployment_done_text(const ReadEvent& e);
std::string deployment_rolled_back_text(const ReadEvent& e);
std::string deployment_expired_text(const ReadEvent& e);

}  // namespace jobflip::view
