#include "cli/pool_file.hpp"

#include <istream>

namespace jobflip::cli {

bool is_standard_input(const Options& options) {
  return options.path == "-";
}

std::string name_of_pool_file(const Options& options) {
  return is_standard_input(options) ? "standard input" : options.path;
}

config::Parsed<core::Fleet> read_pool_file(Session& session) {
  if (!is_standard_input(session.options()))
    return config::parse_fleet_file(session.options().path);
  if (session.terminal().in_is_terminal)
    session.notice("the pool file is read from here, until Ctrl-D");
  std::string text(config::kFileMax + 1, '\0');  // the parser refuses what is too long
  session.terminal().in->read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(session.terminal().in->gcount()));
  return config::parse_fleet_text(text, name_of_pool_file(session.options()));
}

}  // namespace jobflip::cli
