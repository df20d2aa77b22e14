#pragma once
/// Presets: queue systems in PostgreSQL that a pool file can name instead of giving a query. This
/// is what the settings and docs/presets.md need to know of each (tests/tidy compares them); the
/// tables that a preset reads are in src/probe/preset_shape.cpp, and its SQL in src/probe/sql.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "jobflip/core/settings.hpp"

namespace jobflip::core {

struct Preset {
  std::string_view name;    // in the pool file
  std::string_view title;   // as its authors write it
  DoneKind done_kind;       // used unless the pool file sets it
  Millis pickup_every;      // how often its workers look for work by default; likewise
  std::string_view schema;  // its default
  std::optional<std::string_view> prefix;  // default; empty: its tables have no prefix to change
  std::optional<std::string_view> table;   // likewise
  std::optional<Millis> rescue_after;      // claims of a dead worker come back; empty: never
  std::string_view rescue;                 // what releases them
  std::string_view cannot_see;
  std::string_view stop;     // how its workers end cleanly
  bool has_history;          // its tables keep completed jobs
  std::string_view history;  // for how long, or why not
};

std::span<const Preset> presets();
/// Null if there is no preset of this name.
const Preset* find_preset(std::string_view name);

/// "" if PostgreSQL can have a schema or table of this name as it is, otherwise the reason why not.
std::string why_not_an_identifier(std::string_view text);

/// What is wrong with where a queue is read: not exactly one of `query` and `preset`, a preset that
/// nobody knows, a key that the preset does not have, a name that can't be an identifier.
struct SourceFault {
  std::string field;
  std::string text;
  std::string hint;
};
std::optional<SourceFault> check_source(const QueueSettings& queue);

}  // namespace jobflip::core
