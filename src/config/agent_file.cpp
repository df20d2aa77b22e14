#include <algorithm>

#include "config/command_reader.hpp"
#include "config/reader.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::config {
namespace {

bool is_variable_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
         std::ranges::all_of(text, fits);
}

bool is_service_unit(std::string_view text) {
  constexpr std::string_view kSuffix = ".service";
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{":_.\\@-"}.find(c) != std::string_view::npos;
  };
  return text.size() > kSuffix.size() && text.size() <= 255 && text.ends_with(kSuffix) &&
         std::ranges::all_of(text, fits);
}

std::map<std::string, std::string> read_environment(Reader& reader, Faults& faults) {
  std::map<std::string, std::string> out;
  const auto* table = reader.table("environment", Need::optional);
  if (table == nullptr) return out;
  for (const auto& [key, node] : *table) {
    const std::string name{key.str()};
    const auto field = reader.field("environment." + printable(name, 60));
    const auto line = static_cast<int>(key.source().begin.line);
    const auto* text = node.as_string();
    if (!is_variable_name(name)) {
      faults.add(line, field, "can't be the name of a variable",
                 "use letters, digits and _, not beginning with a digit");
    } else if (name.starts_with("JOBFLIP_")) {
      faults.add(line, field, "is set by jobflip itself", "leave it out");
    } else if (text == nullptr || text->get().find('\0') != std::string::npos) {
      faults.add(line, field, "is " + describe(node) + ", and must be text in quotes");
    } else {
      out.emplace(name, text->get());
    }
  }
  return out;
}

bool is_user_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"_.-"}.find(c) != std::string_view::npos;
  };
  const bool number = text.find_first_not_of("0123456789") == std::string_view::npos;
  return !number && text.front() != '-' && std::ranges::all_of(text, fits);
}

std::string read_path(Reader& reader, const char* key) {
  auto path = reader.text(key, Need::optional).value_or("");
  if (!path.empty() && !path.starts_with('/'))
    reader.fault(key, in_quotes(path) + " does not begin with \"/\"", "write the whole path");
  return path;
}

void read_command_driver(Reader& reader, Faults& faults, WorkerSettings& worker) {
  worker.driver = WorkerDriver::command;
  worker.command = read_command(reader, "command", Need::required);
  worker.environment = read_environment(reader, faults);
  worker.user = reader.text("user", Need::optional, 32).value_or("");
  if (!worker.user.empty() && !is_user_name(worker.user)) {
    reader.fault("user", in_quotes(worker.user) + " is not the name of a user",
                 "write the name, not its number");
  }
  worker.environment_file = read_path(reader, "environment_file");
  worker.output = read_path(reader, "output");
}

void read_systemd_driver(Reader& reader, WorkerSettings& worker) {
  worker.driver = WorkerDriver::systemd;
  worker.unit = reader.text("unit", Need::required).value_or("");
  if (!worker.unit.empty() && !is_service_unit(worker.unit)) {
    reader.fault("unit", in_quotes(worker.unit) + " is not the name of a service unit",
                 "write it with its suffix, such as \"email-worker.service\"");
  }
}

WorkerSettings read_worker(const toml::table& table, const std::string& pool, Faults& faults) {
  Reader reader{table, "workers." + pool, faults};
  WorkerSettings worker;
  worker.pool = PoolName::of(pool);
  const auto driver = reader.text("driver", Need::required);
  if (driver == "command") {
    read_command_driver(reader, faults, worker);
  } else if (driver == "systemd") {
    read_systemd_driver(reader, worker);
  } else {
    if (driver) {
      reader.fault("driver", in_quotes(*driver) + " is not a driver",
                   "use \"command\" or \"systemd\"");
    }
    return worker;  // which other keys are allowed depends on the driver
  }
  worker.black_box_command = read_command(reader, "black_box_command", Need::optional);
  reader.finish();
  return worker;
}

std::vector<WorkerSettings> read_workers(Reader& root, Faults& faults) {
  std::vector<WorkerSettings> out;
  const auto* table = root.table("workers", Need::optional);
  if (table == nullptr || table->empty()) {
    if (table != nullptr || !root.has("workers")) {
      root.fault("workers", "is missing: this node could run nothing",
                 "add a table [workers.POOL] for each pool whose workers this node can run");
    }
    return out;
  }
  for (const auto& [key, node] : *table) {
    const std::string pool{key.str()};
    const auto field = "workers." + printable(pool, 60);
    const auto line = static_cast<int>(key.source().begin.line);
    if (const auto name = PoolName::parse(pool, "pool name"); !name) {
      faults.add(line, field, name.error().text, name.error().hint);
    } else if (!node.is_table()) {
      faults.add(line, field, "is " + describe(node) + ", and must be a table, [" + field + "]",
                 "did you mean [workers.POOL]?");
    } else {
      out.push_back(read_worker(*node.as_table(), pool, faults));
    }
  }
  return out;
}

}  // namespace

Parsed<AgentFile> parse_agent_text(std::string_view text, const std::string& file,
                                   const std::string& runtime_dir) {
  return parse_toml<AgentFile>(text, file, [&](Reader& root, Faults& faults) {
    AgentFile out;
    out.node = root.name<NodeName>("node", "node name");
    out.runtime_dir = read_runtime_dir(root, runtime_dir);
    out.conninfo = read_store(root, faults);
    out.workers = read_workers(root, faults);
    return out;
  });
}

Parsed<AgentFile> parse_agent_file(const std::string& path) {
  return parse_agent_file(path, default_runtime_dir());
}

Parsed<AgentFile> parse_agent_file(const std::string& path, const std::string& runtime_dir) {
  const auto text = read_text_file(path);
  if (!text) return text.error();
  return parse_agent_text(*text, path, runtime_dir);
}

}  // namespace jobflip::config
