#pragma once
/// Everything that the commands need from outside: `app` fills it with the real functions, tests
/// with fakes.

#include <string>

#include "jobflip/cli/hooks.hpp"
#include "jobflip/cli/host_access.hpp"
#include "jobflip/cli/store_access.hpp"
#include "jobflip/cli/terminal.hpp"

namespace jobflip::cli {

struct World {
  StoreAccess store;
  HostAccess host;
  Terminal terminal;
  Hooks hooks;
  std::string version;  // "0.1.0"
};

}  // namespace jobflip::cli
