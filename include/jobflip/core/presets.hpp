#pragma once
/// What is known about queue systems whose jobs are in PostgreSQL: a pool file names one of them
/// instead of a query. The SQL is in src/probe/sql. A test holds docs/presets.md equal to this.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "jobflip/core/settings.hpp"

namespace jobflip::core {

struct Preset {
  std::string_view name;    // in the pool file
  std::string_view title;   // as its authors write it
  DoneKind done_kind;       // used unless the pool file says another
  Millis pickup_every;      // how often its workers look for work by default; used likewise
  std::string_view schema;  // its default
  std::optional<std::string_view> prefix;  // default; empty: its tables have none to be changed
  std::optional<std::string_view> table;   // likewise
  std::optional<Millis> rescue_after;      // claims of a dead worker come back; empty: never do
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
