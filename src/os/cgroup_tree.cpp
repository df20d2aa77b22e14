#include "jobflip/os/cgroup_tree.hpp"

#include <fstream>
#include <sstream>

namespace jobflip::os {

std::string cgroup_mount() {
  std::ifstream mounts{"/proc/self/mounts"};
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words{line};
    std::string device;
    std::string point;
    std::string type;
    words >> device >> point >> type;
    if (type == "cgroup2") return point;
  }
  return "";
}

std::string cgroup_of(const std::string& process_folder) {
  std::ifstream cgroups{process_folder + "/cgroup"};
  for (std::string line; std::getline(cgroups, line);)
    if (line.starts_with("0::/")) return line.substr(3);
  return "";
}

}  // namespace jobflip::os
