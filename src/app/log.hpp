#pragma once
/// The log of a daemon: lines on stderr, with a time of their own unless the journal adds one.

#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace jobflip::app {

std::shared_ptr<spdlog::logger> open_log(const std::string& name);

}  // namespace jobflip::app
