#include "demo/process_table.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace jobflip::demo {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();  // no iterator: that throws where a process ends while it is read
  return text.str();
}

// the environment is NAME=VALUE, each ended by a zero byte
bool has(const std::string& environment, const std::string& name, const std::string& value) {
  const std::string wanted = name + "=" + value + std::string(1, '\0');
  if (environment.starts_with(wanted)) return true;
  return environment.find(std::string(1, '\0') + wanted) != std::string::npos;
}

}  // namespace

std::vector<Seen> process(pid_t pid) {
  const std::string stat = read_all("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = stat.rfind(')');  // the name may hold blanks and brackets
  if (name_end == std::string::npos) return {};
  std::istringstream rest(stat.substr(name_end + 1));
  Seen seen{.pid = pid};
  rest >> seen.state >> seen.parent;
  if (!rest || seen.state == 'Z' || seen.state == 'X') return {};
  return {seen};
}

std::vector<Seen> processes_with(const std::map<std::string, std::string>& environment) {
  std::vector<Seen> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t pid = 0;
    const auto [stop, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (bad != std::errc{} || stop != name.data() + name.size()) continue;
    const std::string text = read_all("/proc/" + name + "/environ");
    const bool matches = std::ranges::all_of(
        environment, [&](const auto& one) { return has(text, one.first, one.second); });
    if (text.empty() || !matches) continue;
    for (const Seen& seen : process(pid)) found.push_back(seen);
  }
  std::ranges::sort(found, {}, &Seen::pid);
  return found;
}

}  // namespace jobflip::demo
