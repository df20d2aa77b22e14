#include "jobflip/core/presets.hpp"

#include <algorithm>
#include <array>

#include "core/preset_table.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/utf8.hpp"

namespace jobflip::core {
namespace {

constexpr std::size_t kIdentifierMax = 63;  // PostgreSQL cuts longer ones off without an error

std::string in_quotes(std::string_view text) {
  return "\"" + printable(text, 80) + "\"";
}

std::string names_of_presets() {
  std::string out;
  for (const auto& preset : presets()) out += (out.empty() ? "" : ", ") + std::string{preset.name};
  return out;
}

/// "Good Job", "good_job" and "GoodJob" are one word.
std::string letters_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// What the names of presets are not: how a system's authors or its tables write it.
std::string hint_of_unknown(std::string_view name) {
  const auto letters = letters_of(name);
  for (const auto& preset : presets())
    if (letters == letters_of(preset.name) || letters == letters_of(preset.title))
      return "did you mean " + in_quotes(preset.name) + "?";
  return "presets: " + names_of_presets() + "; for anything else write a query";
}

/// The names that the system's own users can change.
std::string keys_of(const Preset& preset) {
  std::string out = "schema";
  if (preset.prefix) out += ", prefix";
  if (preset.table) out += ", table";
  return out;
}

std::optional<SourceFault> check_identifier(std::string_view key,
                                            const std::optional<std::string>& value) {
  const auto why = value ? why_not_an_identifier(*value) : "";
  if (why.empty()) return std::nullopt;
  return SourceFault{std::string{key}, in_quotes(*value) + " can't be a name in PostgreSQL: " + why,
                     "write it as \\d shows it, without quotes and without the schema"};
}

std::optional<SourceFault> check_keys(const QueueSettings& queue, const Preset& preset) {
  const auto has_no = [&preset](const char* key) {
    return SourceFault{key, "preset " + std::string{preset.name} + " has no " + key,
                       "what it has: " + keys_of(preset)};
  };
  if (queue.prefix && !preset.prefix) return has_no("prefix");
  if (queue.table && !preset.table) return has_no("table");
  if (auto fault = check_identifier("schema", queue.schema)) return fault;
  if (auto fault = check_identifier("prefix", queue.prefix)) return fault;
  return check_identifier("table", queue.table);
}

}  // namespace

std::span<const Preset> presets() {
  return preset_table();
}

const Preset* find_preset(std::string_view name) {
  const auto found = std::ranges::find(presets(), name, &Preset::name);
  return found == presets().end() ? nullptr : &*found;
}

std::string why_not_an_identifier(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.size() > kIdentifierMax)
    return "it has " + std::to_string(text.size()) + " bytes, and may have 63";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_control)) return "it has a control character in it";
  if (!is_utf8(text)) return "it is not UTF-8";
  return "";
}

std::optional<SourceFault> check_source(const QueueSettings& queue) {
  if (!queue.query.empty() && queue.preset)
    return SourceFault{"preset", "is there beside query: exactly one of the two must be given",
                       "leave query out to use the preset"};
  if (!queue.preset) {
    if (queue.query.empty())
      return SourceFault{"query",
                         "is missing, and so is preset: exactly one of the two must be given",
                         "presets: " + names_of_presets()};
    for (const auto& [key, value] :
         {std::pair{"schema", &queue.schema}, {"prefix", &queue.prefix}, {"table", &queue.table}})
      if (*value)
        return SourceFault{key, "belongs to a preset, and there is none",
                           "write the name into the query"};
    return std::nullopt;
  }
  const auto* preset = find_preset(*queue.preset);
  if (preset == nullptr)
    return SourceFault{"preset", in_quotes(*queue.preset) + " is not a preset of this program",
                       hint_of_unknown(*queue.preset)};
  return check_keys(queue, *preset);
}

}  // namespace jobflip::core
