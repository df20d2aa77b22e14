#include "demo/command.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "demo/stage.hpp"

namespace jobflip::demo {
namespace {

constexpr std::size_t kLastBytes = 1500;

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// what a person needs to know of a failed program: its name, how it ended, and its last output
Error failure(const std::vector<std::string>& argv, const Ran& ran) {
  std::string words = base_name(argv[0]);
  if (argv.size() > 1) words += " " + argv[1];
  std::string last = ran.output.substr(ran.output.size() - std::min(ran.output.size(), kLastBytes));
  while (!last.empty() && last.back() == '\n') last.pop_back();
  return Error{ErrorCode::host_failed, words + " " + host::describe(ran.end) + ":\n" + last, ""};
}

}  // namespace

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{ErrorCode::host_failed, "cannot read " + path + ": " + std::strerror(errno), ""};
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

Result<void> write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  // other users' processes read some of these, regardless of the umask
  if (!file || ::chmod(path.c_str(), 0644) != 0)
    return Error{ErrorCode::host_failed, "cannot write " + path + ": " + std::strerror(errno), ""};
  return {};
}

Result<Ran> run_to_end(host::SpawnSettings settings, const std::string& scratch, Millis at_most) {
  std::error_code ignored;
  std::filesystem::remove(scratch, ignored);
  settings.output = scratch;
  settings.own_group = true;
  auto process = host::Process::spawn(settings);
  if (!process) return process.error();
  const auto end = process->wait(at_most);
  auto output = read_text(scratch);
  std::filesystem::remove(scratch, ignored);
  if (!end)
    return Error{ErrorCode::host_failed,
                 base_name(settings.argv[0]) + " did not end within " + seconds(at_most), ""};
  if (!output) return output.error();
  return Ran{*end, std::move(*output)};
}

Result<std::string> output_of(host::SpawnSettings settings, const std::string& scratch,
                              Millis at_most) {
  const std::vector<std::string> argv = settings.argv;
  auto ran = run_to_end(std::move(settings), scratch, at_most);
  if (!ran) return ran.error();
  if (ran->end != host::ProcessEnd{}) return failure(argv, *ran);
  return std::move(ran->output);
}

}  // namespace jobflip::demo
