#pragma once
/// What the doctor found, as a list of names; every finding says where, what and how to repair it.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jobflip/setup/doctor.hpp"

namespace jobflip::setup {

/// "E " or "W " and the name, for each.
inline std::vector<std::string> names_of(const Findings& findings) {
  std::vector<std::string> names;
  for (const auto& one : findings) {
    EXPECT_FALSE(one.where.empty()) << one.name;
    EXPECT_FALSE(one.found.empty()) << one.name;
    EXPECT_FALSE(one.fix.empty()) << one.name;
    names.push_back((one.severity == Severity::error ? "E " : "W ") + one.name);
  }
  return names;
}

}  // namespace jobflip::setup
