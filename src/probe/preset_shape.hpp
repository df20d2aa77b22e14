#pragma once
/// What the statements of each preset read: tables, columns, and which of several statements is for
/// which generation of the system. What else is known of a preset: core/presets.hpp.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/presets.hpp"

namespace jobflip::probe {

struct Relation {
  std::string_view key;   // in a statement: {key} is the table, {oid:key} its number
  std::string_view name;  // behind the prefix; "": the setting `table`; "@": the queue's name
  /// Columns and types of the empty table that a statement reads if this one does not exist. "": it
  /// must exist.
  std::string_view absent{};
};

struct Need {
  std::string_view relation;
  std::string_view columns;  // separated by ", "; "": it is not read, but must exist
};

struct Generation {
  std::string_view title;  // "schema 46 and later"
  std::string_view file;   // in src/probe/sql
  std::vector<Need> needs;
};

/// The first generation whose needs are met is the one.
struct Shape {
  std::string_view preset;
  std::vector<Relation> relations;  // the first is the one that the system is known by
  std::vector<Generation> generations;
  std::string_view version{};  // a statement for the version that an error names; may fail
  /// A statement for the names of all queues, if the system has a list of them. Without a list any
  /// name may be one that has no job at the moment.
  std::string_view queues{};
};

std::span<const Shape> shapes();
/// Null if there is no preset of this name.
const Shape* find_shape(std::string_view preset);

/// The columns of a need, one by one.
std::vector<std::string> columns_of(const Need& need);

}  // namespace jobflip::probe
