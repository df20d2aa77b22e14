#pragma once
/// The pool file that a command names as FILE; "-" is standard input.

#include <string>

#include "cli/session.hpp"
#include "jobflip/config/files.hpp"

namespace jobflip::cli {

config::Parsed<core::Fleet> read_pool_file(Session& session);

bool is_standard_input(const Options& options);
/// For people: its path, or "standard input".
std::string name_of_pool_file(const Options& options);

}  // namespace jobflip::cli
