#pragma once
/// How long a service was up, slow and down within a span of time: what uptime is made from.
///
///   maintenance  every moment of a maintenance window, watched or not
///   up, slow,
///   down         the rest of the time that a spell covers
///   unwatched    all other time: nobody checked the service, or no check could be made
///
/// Uptime is (up + slow) / (up + slow + down): a slow service still answers, and time in
/// maintenance or without checks says nothing about the service.
///
/// Invariants:
///  - the five lengths add up to the span, and no moment counts twice, even if spells or windows
///    overlap: of two spells the one that began first counts;
///  - a spell ends at its `to`, also an open one: nothing is assumed after the last check.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/time.hpp"
#include "jobflip/core/service.hpp"

namespace jobflip::core {

struct ServiceMinutes {
  Millis up{0};
  Millis slow{0};
  Millis down{0};
  Millis maintenance{0};
  Millis unwatched{0};

  /// From 0 to 1; empty if the service was never watched outside of maintenance.
  std::optional<double> uptime() const;
  bool operator==(const ServiceMinutes&) const = default;
};

/// Of one service, within [from, to): `spells` are its spells, `maintenance` the windows that count
/// for it (see maintenance_of). The order of both is free. All zero if `to` is not after `from`.
ServiceMinutes service_minutes(const std::vector<ServiceSpell>& spells,
                               const std::vector<Maintenance>& maintenance, WallTime from,
                               WallTime to);

/// The spells of one service, from a list of several.
std::vector<ServiceSpell> spells_of(const std::vector<ServiceSpell>& spells,
                                    const std::string& service);

/// The windows that count for a service: its own, and those of all services.
std::vector<Maintenance> maintenance_of(const std::vector<Maintenance>& maintenance,
                                        const std::string& service);

}  // namespace jobflip::core
