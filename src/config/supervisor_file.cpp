#include "config/reader.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::config {
namespace {

std::map<std::string, std::string> read_databases(Reader& root, Faults& faults) {
  std::map<std::string, std::string> out;
  const auto* table = root.table("databases", Need::optional);
  if (table == nullptr) return out;
  for (const auto& [key, node] : *table) {
    const std::string name{key.str()};
    const auto field = "databases." + printable(name, 60);
    const auto line = static_cast<int>(key.source().begin.line);
    if (const auto why = why_not_a_name(name); !why.empty()) {
      faults.add(line, field, "can't be a database's name: " + std::string{why});
    } else if (!node.is_table()) {
      faults.add(line, field, "is " + describe(node) + ", and must be a table, [" + field + "]");
    } else {
      Reader reader{*node.as_table(), field, faults};
      out.emplace(name, reader.conninfo("conninfo").value_or(""));
      reader.finish();
    }
  }
  return out;
}

}  // namespace

Parsed<SupervisorFile> parse_supervisor_text(std::string_view text, const std::string& file,
                                             const std::string& runtime_dir) {
  return parse_toml<SupervisorFile>(text, file, [&](Reader& root, Faults& faults) {
    SupervisorFile out;
    out.supervisor = root.name<NodeName>("supervisor", "supervisor name");
    out.runtime_dir = read_runtime_dir(root, runtime_dir);
    out.conninfo = read_store(root, faults);
    out.databases = read_databases(root, faults);
    return out;
  });
}

Parsed<SupervisorFile> parse_supervisor_file(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return text.error();
  return parse_supervisor_text(*text, path, default_runtime_dir());
}

}  // namespace jobflip::config
