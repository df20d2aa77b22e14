#pragma once
/// Finds the programs that the demo starts.

#include <string>

#include "jobflip/base/result.hpp"

namespace jobflip::demo {

struct Programs {
  std::string jobflip;
  std::string email_worker;
  std::string postgres_folder;  // with initdb and postgres of one version
  std::string psql;
  std::string smtp_sink;
};

/// An error names everything that is missing and the one command that installs it.
Result<Programs> find_programs(const std::string& jobflip);

}  // namespace jobflip::demo
