#include <fmt/format.h>

#include "cli/option_rows.hpp"

namespace jobflip::cli {
namespace {

/// Escapes text for roff.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";  // to be copied as a "-"
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '\'') {
      out += "\\(aq";
    } else {
      out += c;
    }
  }
  return out;
}

std::string verbatim(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return fmt::format(".PP\n.nf\n{}\n.fi\n", roff(text));
}

std::string option_list(const std::vector<OptionRow>& options) {
  std::string out;
  for (const auto& option : options) {
    auto head = option.name.empty() ? "" : fmt::format("\\fB{}\\fR", roff(option.name));
    for (const auto& alias : option.aliases) head += fmt::format(", \\fB{}\\fR", roff(alias));
    if (!option.value.empty())
      head += fmt::format("{}\\fI{}\\fR", head.empty() ? "" : " ", roff(option.value));
    out += fmt::format(".TP\n{}\n{}\n", head, roff(option.text));
  }
  return out;
}

std::string command_part(const Command& command) {
  auto out = fmt::format(".SS {}\n{}.\n", roff(command.name), roff(command.summary));
  out += fmt::format(".PP\n\\fB{}\\fR\n", roff(usage_of(command)));
  out += option_list(options_of(command));
  if (!command.help.empty()) out += verbatim(command.help);
  return out;
}

}  // namespace

std::string manual_page(std::string_view version) {
  auto out = fmt::format(
      ".\\\" Printed by `jobflip debug man`.\n.TH JOBFLIP 1 \"\" \"jobflip {}\" \"jobflip\"\n"
      ".SH NAME\njobflip \\- failover for job servers, by progress and not by heartbeat\n"
      ".SH SYNOPSIS\n\\fBjobflip\\fR \\fICOMMAND\\fR ...\n.SH DESCRIPTION\n"
      "Detects that a queue is stalled, moves its workers to another node, proves that it helped, "
      "and keeps the record.\n"
      "Results go to standard output; ERROR, NOTICE, DETAIL and HINT lines to standard error.\n",
      roff(version));
  out += ".SH COMMANDS\n";
  for (const auto& command : all_commands())
    if (!command.hidden) out += command_part(command);
  out += ".SH \"OPTIONS OF EVERY COMMAND\"\n" + option_list(global_options());
  out += ".SH \"EXIT STATUS\"\n";
  for (const auto& row : kExitCodes)
    out += fmt::format(".TP\n\\fB{}\\fR {}\n{}\n", to_int(row.code), roff(row.name),
                       roff(row.meaning));
  out +=
      ".SH FILES\n.TP\n\\fI/etc/jobflip/agent.toml\\fR\nread by \\fBjobflip agent\\fR\n"
      ".TP\n\\fI/etc/jobflip/supervisor.toml\\fR\nread by \\fBjobflip supervisor\\fR\n"
      ".SH \"SEE ALSO\"\n.BR jobflip\\-agent (8),\n.BR jobflip\\-supervisor (8),\n"
      ".BR jobflip\\-agent.toml (5),\n.BR jobflip\\-supervisor.toml (5),\n"
      ".BR jobflip\\-pools.toml (5)\n";
  return out;
}

}  // namespace jobflip::cli
