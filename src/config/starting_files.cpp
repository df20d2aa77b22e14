#include "jobflip/config/starting_files.hpp"

#include <algorithm>

namespace jobflip::config {
namespace {

std::string toml_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += {kHex[byte >> 4U], kHex[byte & 15U]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// A key with a dot would be a table within a table.
std::string toml_key(std::string_view key) {
  const bool bare = !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? std::string{key} : toml_string(key);
}

std::string store_table(const std::string& conninfo) {
  return "\n[store]\n"
         "# A password here would be refused: it is in the passfile, or there is a certificate.\n"
         "conninfo = " +
         toml_string(conninfo) + "\n";
}

}  // namespace

std::string agent_file_text(const AgentFile& file) {
  std::string out =
      "# This node's agent. docs/configuration.md has every key; `jobflip agent --config FILE "
      "--check`\n# checks this file, and `systemctl reload jobflip-agent` has it read again.\n"
      "node = " +
      toml_string(file.node.str()) + "\n" + store_table(file.conninfo);
  out +=
      "\n# A pool whose workers this node can run: `jobflip adopt UNIT --pool POOL` puts the "
      "unit behind\n# the guard. `driver = \"command\"` runs a program instead.\n";
  bool first = true;
  for (const auto& worker : file.workers) {
    out += (first ? "[workers." : "\n[workers.") + toml_key(worker.pool.str()) +
           "]\ndriver = \"systemd\"\nunit = " + toml_string(worker.unit) + "\n";
    first = false;
  }
  return out;
}

std::string supervisor_file_text(const SupervisorFile& file) {
  std::string out =
      "# A supervisor. docs/configuration.md has every key; `jobflip supervisor --config FILE "
      "--check`\n# checks this file, and `systemctl reload jobflip-supervisor` has it read again.\n"
      "supervisor = " +
      toml_string(file.supervisor.str()) + "\n" + store_table(file.conninfo);
  if (file.databases.empty()) return out;
  out +=
      "\n# Where the queues are: the pool file's `database` is one of these names. Each login "
      "must be able\n# to run the queries, and needs no other right.\n";
  bool first = true;
  for (const auto& [name, conninfo] : file.databases) {
    out += (first ? "[databases." : "\n[databases.") + toml_key(name) +
           "]\nconninfo = " + toml_string(conninfo) + "\n";
    first = false;
  }
  return out;
}

}  // namespace jobflip::config
