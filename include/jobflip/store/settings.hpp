#pragma once
/// How to reach the store: a connection's settings, and what only jobflip's schema needs.

#include <string>

#include "jobflip/pg/settings.hpp"

namespace jobflip::store {

struct StoreSettings : pg::Settings {
  /// This program's version, which a beat leaves with the store; "": nothing.
  std::string program{};
};

}  // namespace jobflip::store
