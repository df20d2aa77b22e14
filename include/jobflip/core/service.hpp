#pragma once
/// Services that are watched and never flipped ([[service]]): what the monthly review takes uptime
/// and slowness from.
///
/// The leading supervisor runs a service's checks and reports its state; the store keeps one spell
/// for each stretch of time in one state.
///
/// Invariants:
///  - spells of one service do not overlap; time that no spell covers was not watched;
///  - a service that nobody could check is in no state: such time is neither up nor down.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::core {

enum class ServiceState {
  up,
  slow,  // it answers right, and has been over its latency limit for as long as its rule says
  down,
};
std::string_view name_of(ServiceState state) noexcept;  // "up", "slow", "down"
std::optional<ServiceState> parse_service_state(std::string_view name) noexcept;

/// A stretch of time in one state, on the store's clock.
struct ServiceSpell {
  std::string service;
  ServiceState state{};
  WallTime from;
  WallTime to;             // of an open spell: the last time that the state was seen
  bool open{false};        // the state still lasts
  std::string sentence{};  // what the checks said when it began; untrusted
  bool operator==(const ServiceSpell&) const = default;
};

/// Planned maintenance: time that counts as neither up nor down.
struct Maintenance {
  std::string service;  // "": all services
  WallTime from;
  WallTime to;
  std::string actor;   // who planned it: a claimed name, or "calendar" (the pool file)
  std::string reason;  // untrusted
  std::int64_t id{0};  // by which a person removes it; 0: it is in the pool file
  bool operator==(const Maintenance&) const = default;
};

}  // namespace jobflip::core
