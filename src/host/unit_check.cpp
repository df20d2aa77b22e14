#include "host/unit_check.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "host/unit_trust.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::host {
namespace {

Error refuse(const WantedUnit& wanted, const std::string& property, const std::string& value,
             const std::string& why, std::string fix) {
  return Error{
      ErrorCode::refused,
      "unit " + wanted.unit + ": " + property + " is \"" + printable(value, 200) + "\": " + why,
      std::move(fix)};
}

std::string drop_in(const std::string& line) {
  return "add " + line + " to the [Service] section, then systemctl daemon-reload";
}

/// The word after `option`, before "--"; "" if it is not there.
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

std::string adopt(const WantedUnit& wanted) {
  return "`jobflip adopt " + wanted.unit + " --pool " + wanted.pool.str() +
         " --yes`, as root, writes the line that it takes";
}

bool has_flag(const UnitCommand& command, std::string_view flag) {
  return std::ranges::find(command.flags, flag) != command.flags.end();
}

/// The guard must reach the agent's page, and its worker must not be root if the unit names another
/// user.
Result<void> check_user(const UnitFacts& facts, const WantedUnit& wanted) {
  const auto& command = facts.exec_start.front();
  const bool unit_is_root = facts.user.empty() || facts.user == "root" || facts.user == "0";
  const bool as_root = has_flag(command, "no-setuid") || has_flag(command, "privileged");
  const auto worker = value_of(command.argv, "--user");
  if ((unit_is_root || as_root) && !command.path.ends_with("/jobflip-guard"))
    return refuse(wanted, "ExecStart", line_of(command),
                  "`jobflip guard` would be root with the unit's LD_PRELOAD; jobflip-guard has no "
                  "loader that hears it",
                  adopt(wanted));
  if (unit_is_root || has_flag(command, "privileged")) return {};
  if (as_root && !is_same_user(worker, facts.user))
    return refuse(wanted, "User", facts.user,
                  worker.empty() ? "the guard's line has no --user, and its worker would be root"
                                 : "the guard's line has --user " + printable(worker, 60),
                  adopt(wanted));
  if (!as_root && !worker.empty())
    return refuse(wanted, "User", facts.user,
                  "a guard with --user must be root: ExecStart= wants a \"!\"", adopt(wanted));
  if (!as_root && !wanted.agent_user.empty() && facts.user != wanted.agent_user)
    return refuse(wanted, "User", facts.user, "the guard could not reach the agent's page",
                  adopt(wanted));
  return {};
}

Result<void> check_guard_line(const UnitCommand& command, const WantedUnit& wanted) {
  const auto line = line_of(command);
  const auto fix = adopt(wanted);
  if (!is_guard(command))
    return refuse(wanted, "ExecStart", line, "the first program must be the guard", fix);
  if (value_of(command.argv, "--page") != wanted.page)
    return refuse(wanted, "ExecStart", line, "--page is not this agent's " + wanted.page, fix);
  if (value_of(command.argv, "--pool") != wanted.pool.str())
    return refuse(wanted, "ExecStart", line, "--pool is not " + wanted.pool.str(), fix);
  if (value_of(command.argv, "--node") != wanted.node.str())
    return refuse(wanted, "ExecStart", line, "--node is not " + wanted.node.str(), fix);
  if (!value_of(command.argv, "--agent").empty())
    return refuse(wanted, "ExecStart", line, "--agent would have the guard wait for a parent", fix);
  return {};
}

/// Missing, masked and broken are three different things to a person, each with its own fix.
Result<void> check_loaded(const UnitFacts& facts, const WantedUnit& wanted) {
  if (facts.load_state == "loaded") return {};
  if (facts.load_state == "masked")
    return refuse(wanted, "LoadState", facts.load_state, "it can't be started",
                  "systemctl unmask " + wanted.unit);
  if (facts.load_state == "not-found")
    return refuse(wanted, "LoadState", facts.load_state, "it is not installed here",
                  "install the unit, then systemctl daemon-reload");
  return refuse(wanted, "LoadState", facts.load_state, "it can't be started",
                "systemctl status " + wanted.unit +
                    " says why; fix it, then systemctl "
                    "daemon-reload");
}

}  // namespace

Result<void> check_unit(const UnitFacts& facts, const WantedUnit& wanted) {
  if (auto loaded = check_loaded(facts, wanted); !loaded) return loaded;
  if (facts.type != "simple" && facts.type != "exec" && facts.type != "notify")
    return refuse(wanted, "Type", facts.type, "the guard must stay the main process",
                  drop_in("Type=notify"));
  if (facts.exec_start.size() != 1)
    return refuse(wanted, "ExecStart", std::to_string(facts.exec_start.size()) + " lines",
                  "there must be one", "leave only the guard's line");
  if (auto line = check_guard_line(facts.exec_start.front(), wanted); !line) return line;
  if (auto user = check_user(facts, wanted); !user) return user;
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
