#pragma once
/// Chooses the statement that reads a preset's queue by what the database's catalog says, or
/// returns an error that names what is missing. Pure: the catalog is an argument.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"
#include "probe/preset_shape.hpp"

namespace jobflip::probe {

struct TableFacts {
  std::int64_t oid{};              // 0: the schema has no such table
  bool hides_rows{};               // its row-level security may hide rows from this login
  std::set<std::string> readable;  // columns
  std::set<std::string> unreadable;
  std::string elsewhere;  // tables of the same name in other schemas, as people write them
};

struct Catalog {
  std::string login;
  std::string database;
  std::string time_zone;  // of the session
  bool has_schema{};
  bool may_use_schema{};
  std::map<std::string, TableFacts> tables;  // by name
};

/// The names that a queue's preset has in its database.
struct PresetNames {
  std::string schema;
  std::map<std::string_view, std::string> tables;  // by the key of a Relation
};
PresetNames names_of(const core::QueueSettings& queue, const core::Preset& preset,
                     const Shape& shape);

struct Choice {
  const Generation* generation{};
  Error error;                // if there is none
  bool is_of_version{false};  // the error should name the version that is installed
  bool is_no_queue{false};    // the system is there, and has no queue of this name
};
Choice choose(const PresetNames& names, const core::Preset& preset, const Shape& shape,
              const Catalog& catalog);

/// The statement with the names of its tables filled in.
std::string render(std::string_view text, const PresetNames& names, const Shape& shape,
                   const Catalog& catalog);

/// The name in double quotes, safe for any content.
std::string quoted_identifier(std::string_view name);

}  // namespace jobflip::probe
