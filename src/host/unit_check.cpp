#include "host/unit_check.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "jobflip/base/escape.hpp"

namespace jobflip::host {
namespace {

Error refuse(const WantedUnit& wanted, const std::string& property, const std::string& value,
             const std::string& why, std::string mend) {
  return Error{
      ErrorCode::refused,
      "unit " + wanted.unit + ": " + property + " is \"" + printable(value, 200) + "\": " + why,
      std::move(mend)};
}

std::string drop_in(const std::string& line) {
  return "add " + line + " to the [Service] section, then systemctl daemon-reload";
}

/// The word behind `option`, before "--"; "" where it is not there.
std::string value_of(const std::vector<std::string>& argv, std::string_view option) {
  for (std::size_t i = 0; i + 1 < argv.size() && argv[i] != "--"; ++i)
    if (argv[i] == option) return argv[i + 1];
  return "";
}

bool is_guard(const UnitCommand& command) {
  if (command.path.ends_with("/jobflip-guard")) return true;
  return command.path.ends_with("/jobflip") && command.argv.size() > 1 &&
         command.argv[1] == "guard";
}

std::string line_of(const UnitCommand& command) {
  std::string line;
  for (const auto& word : command.argv) line += (line.empty() ? "" : " ") + word;
  return line;
}

Result<void> check_guard_line(const UnitCommand& command, const WantedUnit& wanted) {
  const auto line = line_of(command);
  const auto mend = "write ExecStart=/usr/bin/jobflip guard --page " + wanted.page + " --pool " +
                    wanted.pool.str() + " --node " + wanted.node.str() + " -- COMMAND";
  if (!is_guard(command))
    return refuse(wanted, "ExecStart", line, "the first program must be the guard", mend);
  if (value_of(command.argv, "--page") != wanted.page)
    return refuse(wanted, "ExecStart", line, "--page is not this agent's " + wanted.page, mend);
  if (value_of(command.argv, "--pool") != wanted.pool.str())
    return refuse(wanted, "ExecStart", line, "--pool is not " + wanted.pool.str(), mend);
  if (value_of(command.argv, "--node") != wanted.node.str())
    return refuse(wanted, "ExecStart", line, "--node is not " + wanted.node.str(), mend);
  if (!value_of(command.argv, "--agent").empty())
    return refuse(wanted, "ExecStart", line, "--agent would have the guard wait for a parent",
                  mend);
  return {};
}

}  // namespace

Result<void> check_unit(const UnitFacts& facts, const WantedUnit& wanted) {
  if (facts.load_state != "loaded")
    return refuse(wanted, "LoadState", facts.load_state, "it can't be started",
                  "install the unit, then systemctl daemon-reload");
  if (facts.type != "simple" && facts.type != "exec" && facts.type != "notify")
    return refuse(wanted, "Type", facts.type, "the guard must stay the main process",
                  drop_in("Type=notify"));
  if (facts.exec_start.size() != 1)
    return refuse(wanted, "ExecStart", std::to_string(facts.exec_start.size()) + " lines",
                  "there must be one", "leave only the guard's line");
  if (auto line = check_guard_line(facts.exec_start.front(), wanted); !line) return line;
  if (facts.kill_mode != "mixed")
    return refuse(wanted, "KillMode", facts.kill_mode, "workers would outlive a dead guard",
                  drop_in("KillMode=mixed"));
  if (!facts.send_sigkill)
    return refuse(wanted, "SendSIGKILL", "no", "workers would outlive a dead guard",
                  drop_in("SendSIGKILL=yes"));
  if (!facts.delegate)
    return refuse(wanted, "Delegate", "no", "the guard could not keep its workers in a cgroup",
                  drop_in("Delegate=yes"));
  return {};
}

Result<void> check_unit_name(const std::string& unit) {
  const auto fits = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view{":-_.\\@"}.find(c) != std::string_view::npos;
  };
  if (unit.size() <= 255 && unit.size() > 8 && unit.ends_with(".service") &&
      std::ranges::all_of(unit, fits))
    return {};
  return Error{ErrorCode::config,
               "unit \"" + printable(unit, 300) + "\" is not the name of a service",
               "write it whole, such as email-worker.service"};
}

}  // namespace jobflip::host
