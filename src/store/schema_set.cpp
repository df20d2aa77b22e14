#include "store/schema_set.hpp"

#include <openssl/sha.h>

#include <array>
#include <charconv>

#include "jobflip/base/check.hpp"
#include "jobflip/base/hex.hpp"
#include "store/embedded_sql.hpp"
#include "store/migrations.hpp"

namespace jobflip::store {
namespace {

constexpr std::string_view kSteps = "set/";
constexpr std::string_view kNamePlace = "@set@";
constexpr std::string_view kFunction = "\ncreate function jobflip.";
constexpr std::string_view kView = "\ncreate view jobflip.";

bool is_object(const EmbeddedSql& file) {
  return !is_migration(file) && !file.name.starts_with(kSteps);
}

std::string_view step(std::string_view name) {
  for (const auto& file : embedded_sql())
    if (file.name.starts_with(kSteps) && file.name.substr(kSteps.size()) == name) return file.text;
  JF_CHECK(false && "a step of the set is missing");
  return {};
}

/// The text of a function or view, made in jobflip_data instead of jobflip: docs in set/begin.sql.
std::string to_compare(std::string_view text, std::string_view head) {
  const auto at = text.find(head);
  JF_CHECK(at != text.npos);
  std::string out{text};
  out.insert(at + head.size() - 1, "_data");
  return out;
}

void append_objects(std::string& out, std::string_view head) {
  for (const auto& file : embedded_sql()) {
    if (!is_object(file)) continue;
    const bool is_function = file.text.find(kFunction) != file.text.npos;
    if (is_function == (head == kFunction)) out += to_compare(file.text, head);
  }
}

std::string hash_of_set() {
  std::string text;
  for (const auto& file : embedded_sql()) {
    if (is_migration(file)) continue;
    text += std::to_string(file.name.size()) + " " + std::string{file.name} +
            std::to_string(file.text.size()) + " " + std::string{file.text};
  }
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hex_of_bytes(hash);
}

/// "1.20.3" -> {1, 20, 3}; a part that is not a number is 0.
std::array<int, 3> numbers_of(std::string_view version) {
  std::array<int, 3> numbers{};
  for (auto& number : numbers) {
    const auto dot = std::min(version.find('.'), version.size());
    std::from_chars(version.data(), version.data() + dot, number);
    version.remove_prefix(std::min(dot + 1, version.size()));
  }
  return numbers;
}

}  // namespace

const std::string& schema_set_hash() {
  static const auto hash = hash_of_set();
  return hash;
}

std::string schema_set_name(std::string_view program) {
  return schema_set_hash() + " " + std::string{program};
}

std::string program_of_set(std::string_view installed) {
  const auto space = installed.find(' ');
  return space == installed.npos ? "0.1.0" : std::string{installed.substr(space + 1)};
}

ports::SetState compare_set(std::string_view installed, std::string_view program) {
  if (installed.substr(0, installed.find(' ')) == schema_set_hash()) return ports::SetState::same;
  const bool newer =
      !program.empty() && numbers_of(program_of_set(installed)) > numbers_of(program);
  return newer ? ports::SetState::newer : ports::SetState::other;
}

SchemaSetSql schema_set_sql(std::string_view program) {
  SchemaSetSql sql;
  sql.functions = step("begin.sql");
  append_objects(sql.functions, kFunction);
  const auto at = sql.functions.find(kNamePlace);
  JF_CHECK(at != std::string::npos);
  for (const char c : program) JF_CHECK(c != '\'');
  sql.functions.replace(at, kNamePlace.size(), schema_set_name(program));
  sql.functions += step("functions.sql");
  append_objects(sql.views_triggers_rights, kView);
  for (const auto* name : {"views.sql", "triggers.sql", "end.sql", "rights.sql"})
    sql.views_triggers_rights += step(name);
  return sql;
}

}  // namespace jobflip::store
