#include "contract/presets/preset_case.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <variant>

#include "jobflip/core/presets.hpp"
#include "jobflip/core/sample_fields.hpp"
#include "support/build_paths.hpp"

namespace jobflip::test {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in{path};
  std::stringstream out;
  out << in.rdbuf();
  if (!in) throw std::runtime_error{path + " can't be read"};
  return out.str();
}

void set(PresetCase& out, const std::string& key, const std::string& value) {
  if (key == "preset") out.queue.preset = value;
  if (key == "schema") out.queue.schema = value;
  if (key == "prefix") out.queue.prefix = value;
  if (key == "table") out.queue.table = value;
  if (key == "without") out.without = value;
  if (key == "queue") out.queue.name = QueueName::of(value);
}

PresetCase read_case(const std::filesystem::path& path) {
  PresetCase out;
  out.file = path.stem();
  out.queue.name = QueueName::of("email");
  out.queue.database = "app";
  std::istringstream lines{text_of(path)};
  std::string line, part;
  while (std::getline(lines, line)) {
    if (line.starts_with("-- part ")) {
      part = line.substr(8);
      out.parts[part] = "";
    } else if (!part.empty()) {
      out.parts[part] += line + "\n";
    } else if (const auto colon = line.find(": "); line.starts_with("-- ") && colon != line.npos) {
      set(out, line.substr(3, colon - 3), line.substr(colon + 2));
    }
  }
  return out;
}

std::string in_quotes(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string{c};
  return out + "\"";
}

/// "grant select on public.jobs to probe", with the schema, prefix and table of the queue.
std::string renamed(std::string grant, const core::QueueSettings& queue) {
  const auto& preset = *core::find_preset(*queue.preset);
  const std::string schema{preset.schema}, prefix{preset.prefix.value_or("")};
  const auto own_schema = in_quotes(queue.schema.value_or(schema));
  if (const auto at = grant.find(" schema " + schema); at != grant.npos)
    return grant.replace(at + 8, schema.size(), own_schema);
  const auto at = grant.find(" on " + schema + ".") + 4;
  const auto end = grant.find(" to ", at);
  auto table = grant.substr(at + schema.size() + 1, end - at - schema.size() - 1);
  if (preset.table && table == *preset.table) table = queue.table.value_or(table);
  if (queue.prefix) table = *queue.prefix + table.substr(prefix.size());
  return grant.replace(at, end - at, own_schema + "." + in_quotes(table));
}

/// A member in the form of a case; "" for one that is 0 or absent.
struct Shown {
  std::string operator()(std::int64_t value) const {
    return value == 0 ? "" : std::to_string(value);
  }
  std::string operator()(Millis value) const {
    return std::to_string(value.count() / 30'000 * 30) + "s";
  }
  std::string operator()(WallTime) const { return "a time"; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(const std::string& value) const { return value; }
  template <class T>
  std::string operator()(const std::optional<T>& value) const {
    if (!value) return "";
    const auto text = (*this)(*value);
    return text.empty() ? "0" : text;
  }
};

}  // namespace

Values PresetCase::values(const std::string& part_name) const {
  Values out;
  std::istringstream lines{part(part_name)};
  std::string name, value;
  while (lines >> name && std::getline(lines >> std::ws, value)) out[name] = value;
  return out;
}

void PrintTo(const PresetCase& one, std::ostream* out) {
  *out << one.file;
}

std::vector<PresetCase> preset_cases() {
  std::vector<PresetCase> out;
  for (const auto& entry :
       std::filesystem::directory_iterator{source_path("tests/contract/presets/cases")})
    out.push_back(read_case(entry.path()));
  std::ranges::sort(out, {}, &PresetCase::file);
  return out;
}

Values values_of(const core::QueueSample& sample, const Values& wanted) {
  Values out;
  for (const auto& field : core::sample_fields()) {
    const auto column = core::column_of(field);
    auto text = std::visit([&](auto member) { return Shown{}(sample.*member); }, field.member);
    if (text.empty()) continue;
    const auto found = wanted.find(column);
    if (found != wanted.end() && found->second == "some") text = "some";
    out[column] = text;
  }
  return out;
}

std::vector<std::string> grants_of(const PresetCase& one) {
  const auto& queue = one.queue;
  const auto& preset = *core::find_preset(*queue.preset);
  const auto page = text_of(source_path("docs/presets.md"));
  const auto begin = page.find("\n## " + std::string{preset.title} + "\n");
  if (begin == page.npos) throw std::runtime_error{"docs/presets.md: no section " + *queue.preset};
  const auto section = page.substr(begin, page.find("\n## ", begin + 1) - begin);
  const auto open = section.find("```sql\n");
  if (open == section.npos) throw std::runtime_error{"docs/presets.md: no grants " + *queue.preset};
  std::istringstream lines{section.substr(open + 7, section.find("```", open + 7) - open - 7)};
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("grant ") && (one.without.empty() || line.find(one.without) == line.npos))
      out.push_back(renamed(line.substr(0, line.find(';')), queue));
  return out;
}

}  // namespace jobflip::test
