#pragma once
/// The commands that run a whole program: `agent`, `supervisor`, `guard` and `demo`.

#include <functional>
#include <string>
#include <vector>

namespace jobflip::cli {

struct DemoOptions {
  std::string keep_dir;  // "": everything is removed at the end
  int mails{300};
};

/// Each returns the exit code.
struct Hooks {
  std::function<int(const std::string& config_path)> run_agent;
  std::function<int(const std::string& config_path)> run_supervisor;
  std::function<int(const std::vector<std::string>& arguments)> exec_guard;  // all after "guard"
  std::function<int(const DemoOptions& options)> run_demo;
};

}  // namespace jobflip::cli
