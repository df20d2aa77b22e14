#pragma once
/// Runs programs to their end, with a deadline: the verbs of jobflip, psql, initdb.

#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::demo {

struct Ran {
  host::ProcessEnd end;
  std::string output;  // stdout and stderr, in the order of writing
};

/// Runs it; its output goes through the file `scratch`, which is removed. It is an error if it
/// could not be started or did not end in time, but not if the program failed.
Result<Ran> run_to_end(host::SpawnSettings settings, const std::string& scratch, Millis at_most);

/// As above, and a program that failed is an error with its last lines in it.
Result<std::string> output_of(host::SpawnSettings settings, const std::string& scratch,
                              Millis at_most);

/// The whole file; an error names it.
Result<std::string> read_text(const std::string& path);
Result<void> write_text(const std::string& path, const std::string& text);

}  // namespace jobflip::demo
