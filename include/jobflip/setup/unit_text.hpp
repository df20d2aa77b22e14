#pragma once
/// A systemd unit as in its files: `jobflip adopt` reads it before it writes. The text is
/// unchanged, with its quotes, specifiers and variables: only systemd interprets it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobflip::setup {

/// The section of a unit's file that says what runs.
inline constexpr std::string_view kServiceSection = "Service";

struct UnitAssignment {
  std::string section;  // kServiceSection
  std::string key;
  std::string value;  // continued lines are joined
  std::string file;   // the file that has it
};

/// Numbers, for a guard that reads only /etc/passwd and /etc/group.
struct UserNumbers {
  std::string user;
  std::string group;
  std::vector<std::string> groups;
};

struct UnitSource {
  std::string unit;  // "email-worker.service"
  bool found{false};
  bool masked{false};
  std::string file;  // the unit's own, not a drop-in
  /// In the order in which systemd reads them; our own drop-in is left out.
  std::vector<UnitAssignment> assignments;
  std::string program;  // the path of a program that ExecStart= names without its folder
  /// Set if User=, Group= or SupplementaryGroups= have names that only a directory service knows.
  std::optional<UserNumbers> directory_user;
  /// Files that root relies on and others may write, with who: "/etc/app.env (anybody may write
  /// it)".
  std::vector<std::string> writable;
};

/// Comments, sections and continued lines as systemd.syntax(7) has them.
std::vector<UnitAssignment> parse_unit_text(std::string_view text, const std::string& file);

/// The values of a list; an empty assignment clears the ones before it.
std::vector<std::string> values_of(const UnitSource& unit, std::string_view section,
                                   std::string_view key);
/// The last value; "" if there is none.
std::string value_of(const UnitSource& unit, std::string_view section, std::string_view key);
/// True for the words that systemd reads as yes.
bool is_yes(std::string_view text);
/// Microseconds, as systemd.time(7) has them: "3500ms", "1min 30s", "1.5h", "90" (seconds).
/// "infinity" is the largest number, as in systemd's own properties. Empty if it is not a time.
std::optional<std::uint64_t> time_span_us(std::string_view text);

/// "-!/usr/bin/x 'a b' $OPTS" in its parts.
struct ExecLine {
  std::string prefixes;  // of -@:+!
  std::string program;   // as written, with its quotes
  std::string rest;      // as written
  bool one_command{true};
};
ExecLine cut_exec_line(std::string_view text);
/// Without quotes around it.
std::string bare_program(const ExecLine& line);

}  // namespace jobflip::setup
