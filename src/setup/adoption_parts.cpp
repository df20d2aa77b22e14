#include "setup/adoption_parts.hpp"

#include <algorithm>
#include <array>

#include "jobflip/base/escape.hpp"

namespace jobflip::setup {
namespace {

constexpr std::string_view kBetweenWords = " \t";

Error refuse(const UnitSource& unit, const std::string& why, std::string fix) {
  return Error{ErrorCode::refused, "unit " + unit.unit + " can't be adopted: " + why,
               std::move(fix)};
}

std::string set_to(const UnitSource& unit, const std::string& key) {
  return key + "=" + printable(value_of(unit, kServiceSection, key), 100);
}

std::optional<Error> not_a_unit(const UnitSource& unit) {
  const auto at = unit.unit.find('@');
  if (at != std::string::npos && unit.unit.substr(at) == "@.service")
    return refuse(unit, "it is a template without an instance",
                  "name one, such as " + unit.unit.substr(0, at) + "@1.service");
  if (unit.masked) return refuse(unit, "it is masked", "systemctl unmask " + unit.unit);
  if (!unit.found)
    return refuse(unit, "there is no such unit on this host",
                  "install it first; `systemctl list-unit-files` shows what is there");
  return std::nullopt;
}

std::optional<Error> wrong_kind(const UnitSource& unit) {
  const auto type = value_of(unit, kServiceSection, "Type");
  constexpr std::array<std::string_view, 5> kFit{"", "simple", "exec", "notify", "idle"};
  if (std::ranges::find(kFit, type) == kFit.end())
    return refuse(unit,
                  "it is of Type=" + printable(type, 60) +
                      ", and the worker must be one process that stays in the foreground",
                  "have the program stay in the foreground, and set Type=exec");
  const auto lines = values_of(unit, kServiceSection, "ExecStart");
  if (lines.size() != 1)
    return refuse(unit, "it has " + std::to_string(lines.size()) + " ExecStart= lines, not one",
                  "a unit for each worker, and a pool for each unit");
  const auto line = cut_exec_line(lines.front());
  if (!line.one_command)
    return refuse(unit, "its ExecStart= holds several commands", "leave one command in it");
  if (line.prefixes.find('@') != std::string::npos)
    return refuse(unit, "its ExecStart= begins with \"@\", and a guard passes no other name on",
                  "leave the \"@\" and the name behind the program out");
  if (line.prefixes.find('!') != std::string::npos && line.prefixes.find("!!") == std::string::npos)
    return refuse(unit, "its ExecStart= begins with \"!\": the worker starts as root",
                  "leave the \"!\" out: the guard starts the worker as User= says");
  if (!bare_program(line).starts_with('/') && unit.program.empty())
    return refuse(unit,
                  "its program \"" + printable(bare_program(line), 100) + "\" is not on this host",
                  "write the program's whole path into ExecStart=");
  return std::nullopt;
}

/// Finds settings that would hide the agent's page from a root guard, or change its worker.
std::optional<Error> wrong_sandbox(const UnitSource& unit, const AdoptionRequest& request) {
  if (is_yes(value_of(unit, kServiceSection, "DynamicUser")))
    return refuse(unit, "DynamicUser=yes: the guard can't become a user that systemd makes up",
                  "make a user (systemd-sysusers), and set User= and DynamicUser=no");
  if (is_yes(value_of(unit, kServiceSection, "PrivateUsers")))
    return refuse(unit, "PrivateUsers=yes hides the agent's files from the guard",
                  "set PrivateUsers=no");
  for (const auto* key : {"RootDirectory", "RootImage"})
    if (has_assignment(unit, key) && !value_of(unit, kServiceSection, key).empty())
      return refuse(unit, set_to(unit, key) + ": neither the guard nor the agent's files are there",
                    "run the worker without it, or start it by the driver \"command\"");
  if (has_own_user(unit))
    for (const auto* key : {"AmbientCapabilities", "PAMName", "SecureBits"})
      if (!value_of(unit, kServiceSection, key).empty())
        return refuse(unit, set_to(unit, key) + " does not reach a worker that its guard starts",
                      "leave it out; a file capability (setcap) does for a program what "
                      "AmbientCapabilities= does");
  const auto folder = request.page.substr(0, request.page.rfind('/')) + "/";
  for (const auto* key : {"InaccessiblePaths", "TemporaryFileSystem"})
    for (const auto& value : values_of(unit, kServiceSection, key))
      for (const auto& word : words_of(value)) {
        const auto path = word.substr(std::min(word.find_first_not_of("-+"), word.size()));
        const auto bare = path.substr(0, path.find(':'));
        if (!bare.empty() && folder.starts_with(bare.ends_with('/') ? bare : bare + "/"))
          return refuse(unit, std::string{key} + "=" + printable(word, 100) + " hides " + folder,
                        "leave it out, or name the folders in it one by one");
      }
  return std::nullopt;
}

/// Finds a drop-in that is read after ours and would undo it.
std::optional<Error> overridden(const UnitSource& unit) {
  constexpr std::array<std::string_view, 12> kOurs{
      "Type",       "NotifyAccess",   "ExecStart",      "Restart",
      "Delegate",   "KillMode",       "SendSIGKILL",    "WatchdogSec",
      "KillSignal", "WatchdogSignal", "TimeoutStopSec", "RemainAfterExit"};
  for (const auto& one : unit.assignments) {
    if (one.file == unit.file || one.section != kServiceSection) continue;
    const auto name = one.file.substr(one.file.rfind('/') + 1);
    if (name <= kDropInName || std::ranges::find(kOurs, one.key) == kOurs.end()) continue;
    return refuse(
        unit, printable(one.file, 200) + " sets " + one.key + "= and is read after " + kDropInName,
        "give it a name that comes before, such as 40-" + printable(name, 100) +
            ", and type this again");
  }
  return std::nullopt;
}

void note_hooks(const UnitSource& unit, std::vector<std::string>& notes) {
  for (const auto* key : {"ExecStartPre", "ExecCondition"})
    if (!values_of(unit, kServiceSection, key).empty())
      notes.push_back(std::string{key} +
                      "= runs before the guard, with no lease: it must do none of the pool's work");
  if (!values_of(unit, kServiceSection, "ExecStop").empty())
    notes.emplace_back("ExecStop= is taken out: the guard ends the worker, with SIGTERM");
  for (const auto* key : {"ExecStopPost", "ExecStartPost"})
    if (!values_of(unit, kServiceSection, key).empty())
      notes.push_back(std::string{key} +
                      "= runs beside the guard: it must do none of the pool's "
                      "work");
  if (!values_of(unit, kServiceSection, "ExecReload").empty())
    notes.emplace_back("ExecReload= finds the guard in $MAINPID, who passes no signal on");
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find_first_not_of(kBetweenWords, at)) != text.npos;) {
    const auto end = std::min(text.find_first_of(kBetweenWords, at), text.size());
    out.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

bool has_assignment(const UnitSource& unit, std::string_view key) {
  return std::ranges::any_of(unit.assignments, [&](const UnitAssignment& one) {
    return one.section == kServiceSection && one.key == key;
  });
}

bool has_own_user(const UnitSource& unit) {
  const auto user = value_of(unit, kServiceSection, "User");
  return !user.empty() && user != "root" && user != "0";
}

bool stops_after_agent(const UnitSource& unit) {
  for (const auto& value : values_of(unit, "Unit", "After"))
    for (const auto& word : words_of(value))
      if (word == kAgentUnit) return true;
  return false;
}

std::optional<Error> why_not_adopted(const UnitSource& unit, const AdoptionRequest& request) {
  if (auto refused = not_a_unit(unit)) return refused;
  if (auto refused = wrong_kind(unit)) return refused;
  if (auto refused = overridden(unit)) return refused;
  if (!unit.writable.empty())
    return refuse(unit,
                  "root would run what others may write: " + printable(unit.writable.front(), 300),
                  "chown root and chmod go-w it and the folders above it; an EnvironmentFile= may "
                  "also be the worker's own user's");
  return wrong_sandbox(unit, request);
}

std::vector<std::string> notes_of_adoption(const UnitSource& unit, const ExecLine& line) {
  std::vector<std::string> notes;
  if (has_own_user(unit) && line.prefixes.find('+') == std::string::npos)
    notes.push_back("the guard runs as root, and the worker as " +
                    printable(value_of(unit, kServiceSection, "User"), 60) + ", as before");
  if (line.prefixes.find('-') != std::string::npos)
    notes.emplace_back("the \"-\" of ExecStart= is left out: a refused start must show");
  if (!value_of(unit, kServiceSection, "WatchdogSec").empty())
    notes.emplace_back("WatchdogSec= watches the guard now; the worker's own is not heard");
  const auto signal = value_of(unit, kServiceSection, "KillSignal");
  if (!signal.empty() && signal != "SIGTERM" && signal != "TERM" && signal != "15")
    notes.push_back("the worker is ended with SIGTERM, no longer with " + printable(signal, 40));
  if (value_of(unit, kServiceSection, "Type") == "notify")
    notes.emplace_back(
        "the unit counts as started once the worker runs; its own READY=1 is not "
        "heard");
  if (stops_after_agent(unit))
    notes.push_back("After=" + std::string{kAgentUnit} +
                    " has the worker stop before the agent on shutdown: leave it out");
  note_hooks(unit, notes);
  return notes;
}

}  // namespace jobflip::setup
