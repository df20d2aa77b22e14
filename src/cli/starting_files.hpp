#pragma once
/// Hands over the files that `config` has made: to a new file, to the folders of their hosts, or to
/// standard output.

#include <string>
#include <vector>

#include "cli/session.hpp"

namespace jobflip::cli {

struct StartingFile {
  std::string owner;  // the node or supervisor
  std::string text;
};

/// `name`: "agent.toml". Requires: there is a file; without --out, exactly one.
ExitCode hand_over(Session& session, const std::vector<StartingFile>& files,
                   const std::string& name);

}  // namespace jobflip::cli
