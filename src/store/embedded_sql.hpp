#pragma once
/// The .sql files of this room, as the build embedded them: names are relative to src/store/sql.

#include <span>
#include <string_view>

namespace jobflip::store {

struct EmbeddedSql {
  std::string_view name;
  std::string_view text;
};

std::span<const EmbeddedSql> embedded_sql();

}  // namespace jobflip::store
