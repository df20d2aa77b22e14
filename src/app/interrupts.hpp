#pragma once
/// SIGINT and SIGTERM for commands that wait: they end the wait early.

#include "jobflip/base/time.hpp"

namespace jobflip::app {

bool interrupted();
void wait_unless_interrupted(Millis length);

}  // namespace jobflip::app
