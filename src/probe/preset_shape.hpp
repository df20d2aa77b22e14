#pragma once
/// The tables and columns that a preset's statements read. A system whose tables changed between
/// its versions has several generations, each with a statement of its own. The rest of what is
/// known about a preset is in core/presets.hpp.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/presets.hpp"

namespace jobflip::probe {

struct Relation {
  std::string_view key;   // in a statement: {key} is the table, {oid:key} its number
  std::string_view name;  // behind the prefix; "": the setting `table`; "@": the queue's name
  /// Columns and types of the empty table that a statement reads if this one does not exist. It has
  /// an alias there, which PostgreSQL demands before version 16. "": the table must exist.
  std::string_view absent{};
};

struct Need {
  std::string_view relation;
  std::string_view columns;  // separated by ", "; "": it is not read, but must exist
};

/// The elements of a fixed-size list up to the first one whose `name` is empty.
template <class T>
constexpr std::span<const T> used(std::span<const T> all, std::string_view T::*name) {
  std::size_t count = 0;
  while (count < all.size() && !(all[count].*name).empty()) ++count;
  return all.first(count);
}

struct Generation {
  std::string_view title;  // "schema 46 and later"
  std::string_view file;   // in src/probe/sql
  Need need_list[7];
  /// A statement for the ids of the jobs that run, oldest first, from what the needs name. "": an
  /// index serves none, or there are no ids.
  std::string_view running{};

  constexpr std::span<const Need> needs() const {
    return used(std::span<const Need>{need_list}, &Need::relation);
  }
};

/// The first generation whose needs are met is the one.
struct Shape {
  std::string_view preset;
  Relation relation_list[7];  // the first identifies the system
  Generation generation_list[4];
  std::string_view version{};  // a statement that returns the version, for errors; may fail
  /// A statement that returns the names of all queues, if the system has a list of them. Without a
  /// list, a queue that is not found may just have no job at the moment.
  std::string_view queues{};
  std::string_view history{};  // in src/probe/sql: its completed jobs; "": it keeps none

  constexpr std::span<const Relation> relations() const {
    return used(std::span<const Relation>{relation_list}, &Relation::key);
  }
  constexpr std::span<const Generation> generations() const {
    return used(std::span<const Generation>{generation_list}, &Generation::file);
  }
};

std::span<const Shape> shapes();
/// Null if there is no preset of this name.
const Shape* find_shape(std::string_view preset);

/// The columns of a need, one by one.
std::vector<std::string> columns_of(const Need& need);

}  // namespace jobflip::probe
