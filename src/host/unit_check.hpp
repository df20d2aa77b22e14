#pragma once
/// Checks that a unit's workers run only under their guard and end with it.

#include <string>

#include "host/unit_bus.hpp"
#include "jobflip/base/ids.hpp"

namespace jobflip::host {

struct WantedUnit {
  std::string unit;  // "email-worker.service"
  PoolName pool;
  NodeName node;
  std::string page;          // the lease page that its guard must be given
  std::string agent_user{};  // who owns the page; "": not checked
};

/// The first violation: it names the property, its value and the fix.
Result<void> check_unit(const UnitFacts& facts, const WantedUnit& wanted);

/// A name that may be put on the bus: letters, digits and :-_.\@ , ending in .service.
Result<void> check_unit_name(const std::string& unit);

}  // namespace jobflip::host
