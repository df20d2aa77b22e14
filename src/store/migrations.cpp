#include "store/migrations.hpp"

#include <algorithm>
#include <charconv>

#include "jobflip/base/check.hpp"
#include "store/embedded_sql.hpp"

namespace jobflip::store {
namespace {

constexpr std::string_view kFolder = "migrations/";
constexpr std::string_view kInclude = "-- include: ";

std::string_view text_of(std::string_view name) {
  for (const auto& file : embedded_sql())
    if (file.name == name) return file.text;
  JF_CHECK(!"a migration includes a file that is not there");
  return {};
}

std::string with_includes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    const auto line = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    if (!line.starts_with(kInclude)) {
      out += line;
      continue;
    }
    auto name = line.substr(kInclude.size());
    while (name.ends_with('\n') || name.ends_with(' ')) name.remove_suffix(1);
    out += text_of(name);
  }
  return out;
}

/// "migrations/0001_first_schema.sql" -> 1, "first_schema"
ports::Migration migration_of(const EmbeddedSql& file) {
  auto name = file.name.substr(kFolder.size());
  ports::Migration migration;
  const auto [end, error] = std::from_chars(name.data(), name.data() + 4, migration.version);
  JF_CHECK(error == std::errc{} && end == name.data() + 4);
  name.remove_prefix(5);
  name.remove_suffix(std::string_view{".sql"}.size());
  migration.name = name;
  migration.sql = with_includes(file.text);
  return migration;
}

std::vector<ports::Migration> read_migrations() {
  std::vector<ports::Migration> all;
  for (const auto& file : embedded_sql())
    if (file.name.starts_with(kFolder)) all.push_back(migration_of(file));
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  for (std::size_t i = 0; i < all.size(); ++i) JF_CHECK(all[i].version == static_cast<int>(i) + 1);
  return all;
}

}  // namespace

const std::vector<ports::Migration>& migrations() {
  static const auto all = read_migrations();
  return all;
}

// Counted without reading them: an agent needs the number and never the text.
int wanted_schema_version() {
  int count = 0;
  for (const auto& file : embedded_sql()) count += file.name.starts_with(kFolder) ? 1 : 0;
  return count;
}

}  // namespace jobflip::store
