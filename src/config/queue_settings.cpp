// Settings of one queue for a replay, as lines of key = value.

#include "config/fleet_pool.hpp"
#include "config/reader.hpp"
#include "config/setting_reader.hpp"

namespace jobflip::config {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool is_bare(std::string_view value) {
  if (value == "true" || value == "false") return true;
  return !value.empty() && value.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// One line as TOML; lines keep their places, so that errors name them.
std::string as_toml(std::string_view line) {
  const auto equals = line.find('=');
  const auto text = trimmed(line);
  if (text.empty() || text.front() == '#' || equals == std::string_view::npos)
    return std::string{line};
  const auto value = trimmed(line.substr(equals + 1));
  const bool as_is =
      is_bare(value) || value.starts_with('"') || value.starts_with('\'') || value.empty();
  return std::string{line.substr(0, equals)} + "= " +
         (as_is ? std::string{value} : "\"" + std::string{value} + "\"");
}

}  // namespace

Parsed<core::QueueSettings> parse_queue_settings(std::string_view text, const std::string& file) {
  std::string toml;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    toml += as_toml(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return parse_toml<core::QueueSettings>(toml, file, [](Reader& root, Faults&) {
    core::QueueSettings out;
    out.name = QueueName::of("queue");
    if (root.has("name")) out.name = root.name<QueueName>("name", "queue name");
    SettingReader<core::QueueSettings> one{root, out};
    for (const auto& field : core::fields_of<core::QueueSettings>()) {
      const bool text_member =
          std::holds_alternative<std::string core::QueueSettings::*>(field.member);
      if (!text_member || root.has(field.key)) one.read(field);
    }
    return out;
  });
}

Parsed<std::string> read_queue_settings(const std::string& path) {
  return read_text_file(path, kPipePatience);
}

}  // namespace jobflip::config
