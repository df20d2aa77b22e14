#pragma once
/// Settings of a queue that contradict what was learned about it. They are not wrong: explicit
/// settings win. But a stall_after below the waits that are normal flips healthy workers.

#include <string>
#include <vector>

#include "jobflip/core/rhythm.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

struct SettingAdvice {
  std::string setting;  // its key
  Millis value{};       // as set
  Millis learned{};     // what is normal
  std::string text;     // what follows from both
  std::string fix;      // what to write instead
};

/// Empty if nothing is set, or too little is known.
std::vector<SettingAdvice> advice_on(const QueueSettings& settings, const Rhythm& rhythm);

}  // namespace jobflip::core
