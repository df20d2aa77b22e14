#pragma once
/// The pool and the nodes that the agent's tests use.

#include "jobflip/core/settings.hpp"

namespace jobflip::core {

inline const PoolName kMail = PoolName::of("mail");
inline const NodeName kSelf = NodeName::of("job1");
inline const NodeName kOther = NodeName::of("job2");
inline const NodeName kThird = NodeName::of("job3");

inline PoolSettings mail_settings() {
  PoolSettings settings;
  settings.name = kMail;
  settings.version = SettingsVersion{1};
  settings.candidates = {{kSelf, 10}, {kOther, 20}, {kThird, 30}};
  return settings;
}

}  // namespace jobflip::core
