#pragma once
/// SIGINT and SIGTERM for commands that wait: noted, and the wait ends early.

#include "jobflip/base/time.hpp"

namespace jobflip::app {

bool interrupted();
void wait_unless_interrupted(Millis length);

}  // namespace jobflip::app
