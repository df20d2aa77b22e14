#include "jobflip/setup/adoption.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "jobflip/base/escape.hpp"
#include "setup/adoption_parts.hpp"
#include "setup/guard_rights.hpp"

namespace jobflip::setup {
namespace {

constexpr std::string_view kMark = "# Written by `jobflip adopt ";

std::string seconds_of(Millis length) {
  return std::to_string(length.count()) + "ms";
}

/// Escapes arguments of the guard itself, because systemd splits, expands and unquotes them.
std::string argument(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '$') out += c;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out.find_first_of(" \t\"'\\;#") == std::string::npos ? out : "\"" + out + "\"";
}

/// The first word was the path of the program, in which systemd expands no variable. Now it is an
/// argument, in which systemd would.
std::string as_argument(const UnitSource& unit, const ExecLine& line) {
  const auto bare = bare_program(line);
  const auto& text = bare.starts_with('/') ? line.program : unit.program;
  std::string out;
  for (const char c : text) {
    if (c == '$') out += c;
    out += c;
  }
  return out;
}

/// "+": the unit's sandbox does not apply to it, so there is nothing to keep from the worker.
bool is_privileged(const ExecLine& line) {
  return line.prefixes.find('+') != std::string::npos;
}

bool drops_user(const UnitSource& unit, const ExecLine& line) {
  return has_own_user(unit) && !is_privileged(line);
}

std::string hex_of(std::uint64_t mask) {
  std::array<char, 16> digits{};
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), mask, 16).ptr;
  return std::string{digits.data(), static_cast<std::size_t>(end - digits.data())};
}

/// The rights of the guard that its worker must not have.
std::string taken_from_worker(const GuardRights& rights) {
  std::string out;
  if (rights.bounding_set) out += " --bounding-set " + hex_of(*rights.bounding_set);
  if (rights.no_new_privileges) out += " --no-new-privileges";
  for (const auto& call : rights.opened_calls)
    out += (&call == rights.opened_calls.data() ? " --deny-calls " : ",") + call;
  return out;
}

std::string user_arguments(const UnitSource& unit) {
  if (const auto& known = unit.directory_user) {
    auto out = " --user " + known->user + " --group " + known->group;
    for (const auto& group : known->groups) out += " --supplementary-group " + group;
    return out;
  }
  auto out = " --user " + value_of(unit, kServiceSection, "User");
  if (const auto group = value_of(unit, kServiceSection, "Group"); !group.empty())
    out += " --group " + group;
  for (const auto& groups : values_of(unit, kServiceSection, "SupplementaryGroups"))
    for (const auto& group : words_of(groups)) out += " --supplementary-group " + group;
  return out;
}

std::string exec_start(const UnitSource& unit, const AdoptionRequest& request, const ExecLine& line,
                       const GuardRights& rights) {
  const bool privileged = is_privileged(line);
  const bool drops = drops_user(unit, line);
  std::string out = "ExecStart=";
  if (line.prefixes.find(':') != std::string::npos) out += ':';
  if (privileged) out += '+';
  if (drops) out += '!';
  out += argument(request.guard) + " --page " + argument(request.page) + " --pool " + request.pool +
         " --node " + request.node;
  if (drops) out += user_arguments(unit);
  out += taken_from_worker(rights);
  out += " -- " + as_argument(unit, line);
  return line.rest.empty() ? out : out + " " + line.rest;
}

/// Widens the unit's sandbox by exactly what the guard needs; the guard takes it away again before
/// the worker starts.
std::string room_for_the_guard(const UnitSource& unit, const AdoptionRequest& request,
                               const GuardRights& rights) {
  std::string out;
  if (value_of(unit, kServiceSection, "ProtectSystem") == "strict" ||
      !values_of(unit, kServiceSection, "ReadOnlyPaths").empty())
    out += "ReadWritePaths=-" + request.page.substr(0, request.page.rfind('/')) + "\n";
  if (is_yes(value_of(unit, kServiceSection, "ProtectControlGroups")))
    out += "ProtectControlGroups=no\n";
  if (rights.bounding_set)
    out +=
        "CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_SETPCAP CAP_KILL CAP_CHOWN "
        "CAP_DAC_OVERRIDE CAP_IPC_LOCK CAP_SYS_RESOURCE CAP_SYS_PTRACE\n";
  for (const auto& call : rights.opened_calls)
    out += (&call == rights.opened_calls.data() ? "SystemCallFilter=" : " ") + call;
  if (!rights.opened_calls.empty()) out += "\n";
  return out;
}

std::string drop_in_text(const UnitSource& unit, const AdoptionRequest& request,
                         const ExecLine& line, const GuardRights& rights) {
  std::string out{kMark};
  out +=
      unit.unit + " --pool " + request.pool +
      "`. Type that again after a\n"
      "# change of the unit or of " +
      request.agent_file + "; `jobflip adopt --undo " + unit.unit +
      "`\n"
      "# takes it away. The guard starts the worker under a live lease only, and ends it before\n"
      "# the lease does; whatever fails is the agent's business, and started again by it alone.\n"
      "[Unit]\n"
      "StartLimitIntervalSec=0\n";
  if (!stops_after_agent(unit))
    out += "# on shutdown the agent goes first, and hands the pool over\nBefore=" +
           std::string{kAgentUnit} + "\n";
  out +=
      "\n[Service]\n"
      "Type=notify\n"
      "NotifyAccess=main\n"
      "ExecStart=\n" +
      exec_start(unit, request, line, rights) +
      "\n"
      "Restart=no\n"
      "RemainAfterExit=no\n"
      "Delegate=yes\n"
      "KillMode=mixed\n"
      "KillSignal=SIGTERM\n"
      "SendSIGKILL=yes\n"
      "TimeoutStartSec=10s\n"
      "# a guard that hangs: at most graceful_stop + guard_margin of the pool\n"
      "WatchdogSec=" +
      seconds_of(request.watchdog) +
      "\n"
      "WatchdogSignal=SIGKILL\n"
      "TimeoutStopSec=" +
      seconds_of(request.watchdog) + "\n";
  if (!values_of(unit, kServiceSection, "ExecStop").empty()) out += "ExecStop=\n";
  return out + room_for_the_guard(unit, request, rights);
}

}  // namespace

Result<Adoption> plan_adoption(const UnitSource& unit, const AdoptionRequest& request) {
  if (auto refused = why_not_adopted(unit, request)) return *refused;
  const auto line = cut_exec_line(values_of(unit, kServiceSection, "ExecStart").front());
  GuardRights rights;
  if (!is_privileged(line)) {
    auto wanted = rights_of(unit, drops_user(unit, line));
    if (!wanted)
      return Error{wanted.error().code,
                   "unit " + unit.unit + " can't be adopted: " + wanted.error().text,
                   wanted.error().hint};
    rights = std::move(*wanted);
  }
  return Adoption{drop_in_text(unit, request, line, rights), notes_of_adoption(unit, line)};
}

std::string drop_in_path(const std::string& unit) {
  return "/etc/systemd/system/" + unit + ".d/" + kDropInName;
}

UnitSource with_our_drop_in(UnitSource unit, std::string_view text) {
  const auto is_before_ours = [](const UnitAssignment& one) {
    const bool drop_in = one.file.ends_with(".conf");
    return !drop_in || one.file.substr(one.file.rfind('/') + 1) < kDropInName;
  };
  const auto place = std::ranges::find_if_not(unit.assignments, is_before_ours);
  const auto ours = parse_unit_text(text, drop_in_path(unit.unit));
  unit.assignments.insert(place, ours.begin(), ours.end());
  return unit;
}

bool is_our_drop_in(std::string_view text) {
  return text.starts_with(kMark);
}

std::string polkit_rule(const std::vector<std::string>& units, const std::string& agent_file) {
  std::string list;
  for (const auto& unit : units) {
    list += list.empty() ? "\"" : ", \"";
    for (const char c : unit) {
      if (c == '\\' || c == '"') list += '\\';
      list += c;
    }
    list += '"';
  }
  return "// Written by `jobflip adopt` out of " + printable(agent_file, 200) +
         ": the agent may start and stop the\n"
         "// units of that file, and nothing else.\n"
         "polkit.addRule(function(action, subject) {\n"
         "  var units = [" +
         list +
         "];\n"
         "  var verbs = [\"start\", \"stop\"];\n"
         "  if (action.id == \"org.freedesktop.systemd1.manage-units\" &&\n"
         "      subject.user == \"" +
         kAgentUser +
         "\" &&\n"
         "      units.indexOf(action.lookup(\"unit\")) >= 0 &&\n"
         "      verbs.indexOf(action.lookup(\"verb\")) >= 0) {\n"
         "    return polkit.Result.YES;\n"
         "  }\n"
         "});\n";
}

}  // namespace jobflip::setup
