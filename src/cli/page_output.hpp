#pragma once
/// Where a page goes and in which format: what `postmortem` and `report` share.

#include <optional>
#include <string>

#include "cli/session.hpp"

namespace jobflip::cli {

/// "markdown", "html" or "json": as --format says, else as the name of the file ends; empty if no
/// format has that ending.
std::optional<std::string> format_of_page(const Options& options);

/// The exit code if it can't be written as the options say. `what` is "a post-mortem".
std::optional<ExitCode> refuse_format(Session& session, const std::string& what);

/// To the file of --output, or to standard output.
ExitCode write_page(Session& session, const std::string& text);

}  // namespace jobflip::cli
