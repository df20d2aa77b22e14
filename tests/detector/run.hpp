#pragma once
/// One simulated queue from its start to its end, and what was said of it.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "detector/profile.hpp"
#include "detector/rules.hpp"

namespace jobflip::detsim {

struct Outcome {
  std::uint64_t seed{};
  int wrong_flips{};
  std::string first_wrong;  // when, and why it was wanted
  std::optional<Millis>
      wanted_after;  // the first flip that cures, from the beginning of the trouble
  std::vector<std::optional<Millis>> named_after;  // for each thing that is expected
  std::vector<std::string> not_named;              // what was said instead
  std::array<int, kRules> rule_alarms{};           // before a trouble that a flip cures, or in all
  std::array<std::optional<Millis>, kRules> rule_after;
  Millis watched{};  // without a trouble that a flip cures
  bool flip_was_due{false};
};

/// `tell` hears every verdict that changes, and every wanted flip.
Outcome run(const NamedProfile& profile, std::uint64_t seed,
            const std::function<void(const std::string&)>& tell = {});

}  // namespace jobflip::detsim
