#include "store/migrations.hpp"

#include <algorithm>
#include <charconv>

#include "jobflip/base/check.hpp"
#include "store/embedded_sql.hpp"

namespace jobflip::store {
namespace {

constexpr std::string_view kFolder = "migrations/";
constexpr std::string_view kOlderGoOn = "-- older programs go on\n";  // a migration's first line

/// "migrations/0001_first_schema.sql" -> 1, "first_schema"
ports::Migration migration_of(const EmbeddedSql& file) {
  auto name = file.name.substr(kFolder.size());
  ports::Migration migration;
  const auto [end, error] = std::from_chars(name.data(), name.data() + 4, migration.version);
  JF_CHECK(error == std::errc{} && end == name.data() + 4);
  name.remove_prefix(5);
  name.remove_suffix(std::string_view{".sql"}.size());
  migration.name = name;
  migration.sql = file.text;
  return migration;
}

std::vector<ports::Migration> read_migrations() {
  std::vector<ports::Migration> all;
  for (const auto& file : embedded_sql())
    if (is_migration(file)) all.push_back(migration_of(file));
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  for (std::size_t i = 0; i < all.size(); ++i) JF_CHECK(all[i].version == static_cast<int>(i) + 1);
  return all;
}

}  // namespace

bool is_migration(const EmbeddedSql& file) {
  return file.name.starts_with(kFolder);
}

const std::vector<ports::Migration>& migrations() {
  static const auto all = read_migrations();
  return all;
}

// Without a copy of them: an agent needs the number and never the text.
int wanted_schema_version() {
  int wanted = 0;
  int version = 0;
  for (const auto& file : embedded_sql()) {  // by name, and so by number
    if (!is_migration(file)) continue;
    ++version;
    if (!file.text.starts_with(kOlderGoOn)) wanted = version;
  }
  return wanted;
}

int last_migration() {
  return migrations().back().version;
}

}  // namespace jobflip::store
