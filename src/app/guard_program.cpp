#include "app/guard_program.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "jobflip/cli/exit_code.hpp"
#include "jobflip/host/command_host.hpp"

namespace jobflip::app {

int exec_guard(const std::vector<std::string>& arguments) {
  const auto program = host::find_guard();
  if (!program) {
    std::cerr << "ERROR: " << program.error().text << "\nHINT: " << program.error().hint << '\n';
    return cli::to_int(cli::ExitCode::failed);
  }
  std::string name = *program;
  std::vector<std::string> words = arguments;
  std::vector<char*> argv{name.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(program->c_str(), argv.data());
  std::cerr << "ERROR: " << *program << " can't be run: " << std::strerror(errno) << '\n';
  return cli::to_int(cli::ExitCode::failed);
}

}  // namespace jobflip::app
