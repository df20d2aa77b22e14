#include "demo/process_table.hpp"

#include <algorithm>

#include "jobflip/os/bounded_file.hpp"
#include "jobflip/os/proc_text.hpp"
#include "jobflip/os/process_list.hpp"

namespace jobflip::demo {

std::vector<Seen> process(pid_t pid) {
  const auto text = os::read_bounded("/proc/" + std::to_string(pid) + "/stat", 4096);
  const auto stat = text ? os::parse_stat(*text) : std::nullopt;
  if (!stat || stat->state == 'Z' || stat->state == 'X') return {};
  return {Seen{.pid = pid, .parent = stat->parent, .state = stat->state}};
}

std::vector<Seen> processes_with(const std::map<std::string, std::string>& environment) {
  std::vector<Seen> found;
  // if /proc can't be read nothing is found
  (void)os::for_each_process([&](pid_t pid) {
    const auto words = os::process_words(pid, "environ");
    const bool matches = std::ranges::all_of(environment, [&](const auto& one) {
      return std::ranges::find(words, one.first + "=" + one.second) != words.end();
    });
    if (words.empty() || !matches) return true;
    for (const Seen& seen : process(pid)) found.push_back(seen);
    return true;
  });
  std::ranges::sort(found, {}, &Seen::pid);
  return found;
}

}  // namespace jobflip::demo
