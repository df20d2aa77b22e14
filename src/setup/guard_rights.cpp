#include "setup/guard_rights.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "jobflip/base/escape.hpp"
#include "setup/adoption_parts.hpp"

namespace jobflip::setup {
namespace {

// in the order of their numbers, which the kernel keeps for ever
constexpr std::array<std::string_view, 41> kCapabilities{"chown",
                                                         "dac_override",
                                                         "dac_read_search",
                                                         "fowner",
                                                         "fsetid",
                                                         "kill",
                                                         "setgid",
                                                         "setuid",
                                                         "setpcap",
                                                         "linux_immutable",
                                                         "net_bind_service",
                                                         "net_broadcast",
                                                         "net_admin",
                                                         "net_raw",
                                                         "ipc_lock",
                                                         "ipc_owner",
                                                         "sys_module",
                                                         "sys_rawio",
                                                         "sys_chroot",
                                                         "sys_ptrace",
                                                         "sys_pacct",
                                                         "sys_admin",
                                                         "sys_boot",
                                                         "sys_nice",
                                                         "sys_resource",
                                                         "sys_time",
                                                         "sys_tty_config",
                                                         "mknod",
                                                         "lease",
                                                         "audit_write",
                                                         "audit_control",
                                                         "setfcap",
                                                         "mac_override",
                                                         "mac_admin",
                                                         "syslog",
                                                         "wake_alarm",
                                                         "block_suspend",
                                                         "audit_read",
                                                         "perfmon",
                                                         "bpf",
                                                         "checkpoint_restore"};

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<unsigned> capability(std::string_view word) {
  const auto name = lower(word);
  if (name.starts_with("cap_")) {
    const auto found = std::ranges::find(kCapabilities, std::string_view{name}.substr(4));
    if (found == kCapabilities.end()) return std::nullopt;
    return static_cast<unsigned>(found - kCapabilities.begin());
  }
  unsigned number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  if (read.ec != std::errc{} || read.ptr != name.data() + name.size() || number > 62)
    return std::nullopt;
  return number;
}

/// A call that the guard makes, and the groups of systemd that include it.
struct Call {
  std::string_view name;
  std::array<std::string_view, 3> groups;
  bool only_of_root_guard;
};
// a drop-in may allow these, and the guard denies them to its worker (as in guard/confinement.cpp)
constexpr std::array kOpened{
    Call{"setresuid", {"@setuid", "@privileged", "@system-service"}, true},
    Call{"setresgid", {"@setuid", "@system-service", ""}, true},
    Call{"setgroups", {"@setuid", "@privileged", "@system-service"}, true},
    Call{"chown", {"@chown", "@privileged", "@system-service"}, true},
    Call{"mlockall", {"@memlock", "@system-service", ""}, false},
};
// without these neither a guard nor a worker can run
constexpr std::array kNeeded{
    Call{"clone", {"@process", "@system-service", ""}, false},
    Call{"clone3", {"@process", "@system-service", ""}, false},
    Call{"kill", {"@process", "@system-service", ""}, false},
    Call{"prctl", {"@process", "@system-service", ""}, false},
    Call{"wait4", {"@process", "@system-service", ""}, false},
    Call{"waitid", {"@process", "@system-service", ""}, false},
};

/// Whether SystemCallFilter= lets the call through, as systemd reads its lines: the first one sets
/// the default, later ones add or remove calls.
bool lets_through(const UnitSource& unit, const Call& call) {
  std::optional<bool> passes;
  for (const auto& line : values_of(unit, kServiceSection, "SystemCallFilter")) {
    const bool denies = line.starts_with('~');
    if (!passes) passes = denies;
    for (const auto& word : words_of(denies ? line.substr(1) : line)) {
      const auto name = std::string_view{word}.substr(0, word.find(':'));
      if (name == call.name || name == "@known" ||
          (!name.empty() && std::ranges::find(call.groups, name) != call.groups.end()))
        passes = !denies;
    }
  }
  return passes.value_or(true);
}

bool has_seccomp(const UnitSource& unit) {
  for (const auto* key :
       {"LockPersonality", "MemoryDenyWriteExecute", "PrivateDevices", "ProtectClock",
        "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables",
        "RestrictRealtime", "RestrictSUIDSGID"})
    if (is_yes(value_of(unit, kServiceSection, key))) return true;
  for (const auto* key : {"RestrictAddressFamilies", "RestrictNamespaces",
                          "SystemCallArchitectures", "SystemCallFilter", "SystemCallLog"})
    if (!values_of(unit, kServiceSection, key).empty()) return true;
  return false;
}

}  // namespace

Result<std::optional<std::uint64_t>> bounding_set_of(const UnitSource& unit) {
  std::optional<std::uint64_t> set;
  for (const auto& one : unit.assignments) {
    if (one.section != kServiceSection || one.key != "CapabilityBoundingSet") continue;
    const bool inverted = one.value.starts_with('~');
    std::uint64_t named = 0;
    for (const auto& word : words_of(inverted ? one.value.substr(1) : one.value)) {
      const auto number = capability(word);
      if (!number) return Error{ErrorCode::refused, printable(word, 60), ""};
      named |= std::uint64_t{1} << *number;
    }
    if (named == 0 || !set || *set == ~std::uint64_t{0}) {
      set = inverted ? ~named : named;
    } else {
      set = inverted ? *set & ~named : *set | named;
    }
  }
  return set;
}

Result<GuardRights> rights_of(const UnitSource& unit, bool root_guard) {
  GuardRights out;
  const auto bounding = bounding_set_of(unit);
  if (!bounding)
    return Error{ErrorCode::refused,
                 "CapabilityBoundingSet= names \"" + bounding.error().text +
                     "\", which is not a known capability",
                 "write its number instead; capabilities(7) lists them"};
  out.bounding_set = *bounding;
  for (const auto& call : kNeeded)
    if (!lets_through(unit, call))
      return Error{ErrorCode::refused,
                   "its SystemCallFilter= keeps " + std::string{call.name} +
                       "() from the guard, which starts and ends processes",
                   "let @process through, as @system-service does"};
  for (const auto& call : kOpened)
    if ((root_guard || !call.only_of_root_guard) && !lets_through(unit, call))
      out.opened_calls.emplace_back(call.name);
  out.no_new_privileges = root_guard && has_seccomp(unit);
  return out;
}

}  // namespace jobflip::setup
