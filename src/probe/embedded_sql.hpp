#pragma once
/// The statements of the presets, as the build embedded them: names are relative to src/probe/sql.

#include <span>
#include <string_view>

namespace jobflip::probe {

struct EmbeddedSql {
  std::string_view name;
  std::string_view text;
};

std::span<const EmbeddedSql> embedded_sql();

}  // namespace jobflip::probe
