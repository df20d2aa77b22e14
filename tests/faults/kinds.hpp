#pragma once
/// The faults that can be made on a field. Each begins at once and answers how it is undone; what
/// ends by itself has nothing to undo.

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "faults/field.hpp"

namespace jobflip::faults {

/// What a fault may use, and what it notes for the checker.
struct Scene {
  Field& field;
  std::mt19937_64& random;
  std::vector<Freeze> freezes;
  std::string active;  // the node that worked when the fault began

  int between(int least, int most) {
    return std::uniform_int_distribution<int>{least, most}(random);
  }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all.at(static_cast<std::size_t>(between(0, static_cast<int>(all.size()) - 1)));
  }
  /// A node that did not work when the fault began.
  std::string standby();
};

using Undo = std::function<void()>;

struct Kind {
  const char* name;
  bool may_join;  // beside another fault, without breaking what was never promised
  Undo (*begin)(Scene&);
};

const std::vector<Kind>& process_kinds();  // agents, guards, workers, supervisors, whole hosts
const std::vector<Kind>& store_kinds();    // PostgreSQL and the way to it
const std::vector<Kind>& flip_kinds();     // people who flip, and faults at each step of a flip

}  // namespace jobflip::faults
