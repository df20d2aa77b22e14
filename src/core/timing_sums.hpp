#pragma once
/// What the timings of a lease must add up to. Both the check and the advice count by these.

#include "jobflip/core/settings.hpp"

namespace jobflip::core {

/// `length` times `factor`, rounded up, so that rounding never makes an inequality true.
Millis stretched(Millis length, double factor);
Millis least_lease(const LeaseTimings& timings);

}  // namespace jobflip::core
