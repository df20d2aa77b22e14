#include <algorithm>

#include "config/command_reader.hpp"
#include "config/reader.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::config {
namespace {

/// Each [key.NAME] with what `read` takes from its table; `what` names one in errors.
template <class T, class Read>
std::map<std::string, T> read_named(Reader& root, std::string_view key, std::string_view what,
                                    Faults& faults, Read read) {
  std::map<std::string, T> out;
  const auto* table = root.table(key, Need::optional);
  if (table == nullptr) return out;
  for (const auto& [name_node, node] : *table) {
    const std::string name{name_node.str()};
    const auto field = std::string{key} + "." + printable(name, 60);
    const auto line = static_cast<int>(name_node.source().begin.line);
    if (const auto why = why_not_a_name(name); !why.empty()) {
      faults.add(line, field, "can't be a " + std::string{what} + "'s name: " + std::string{why});
    } else if (!node.is_table()) {
      faults.add(line, field, "is " + describe(node) + ", and must be a table, [" + field + "]");
    } else {
      Reader reader{*node.as_table(), field, faults};
      out.emplace(name, read(reader));
      reader.finish();
    }
  }
  return out;
}

std::string read_anchor_file(Reader& root) {
  const auto path = root.text("anchor_file", Need::optional).value_or("");
  if (!path.empty() && (path[0] != '/' || path.back() == '/'))
    root.fault("anchor_file", in_quotes(path) + " is not the absolute path of a file",
               "such as \"/var/lib/jobflip-supervisor/anchors\"");
  return path;
}

std::string read_anchor_url(Reader& root) {
  constexpr std::size_t kMost = 2000;
  const auto url = root.text("anchor_url", Need::optional, kMost).value_or("");
  if (url.empty()) return url;
  const auto scheme = url.starts_with("https://") ? 8U : url.starts_with("http://") ? 7U : 0U;
  const auto host = url.substr(scheme, url.find_first_of("/?#", scheme) - scheme);
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7F; };
  if (scheme == 0 || host.empty() || !std::ranges::all_of(url, is_plain))
    root.fault("anchor_url", in_quotes(url) + " is not a URL with http or https",
               "such as \"https://log.example.com/jobflip\"");
  else if (host.find('@') != std::string::npos)
    root.fault("anchor_url", "must not contain a password",
               "name a URL that needs none: nothing secret is sent");
  return url;
}

}  // namespace

Parsed<SupervisorFile> parse_supervisor_text(std::string_view text, const std::string& file,
                                             const std::string& runtime_dir) {
  return parse_toml<SupervisorFile>(text, file, [&](Reader& root, Faults& faults) {
    SupervisorFile out;
    out.supervisor = root.name<NodeName>("supervisor", "supervisor name");
    out.runtime_dir = read_runtime_dir(root, runtime_dir);
    out.conninfo = read_store(root, faults);
    out.databases = read_named<std::string>(root, "databases", "database", faults, [](Reader& one) {
      return one.conninfo("conninfo").value_or("");
    });
    out.commands = read_named<std::vector<std::string>>(
        root, "commands", "command", faults,
        [](Reader& one) { return read_command(one, "command", Need::required); });
    out.anchor_file = read_anchor_file(root);
    out.anchor_url = read_anchor_url(root);
    return out;
  });
}

Parsed<SupervisorFile> parse_supervisor_file(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) return text.error();
  return parse_supervisor_text(*text, path, default_runtime_dir());
}

}  // namespace jobflip::config
