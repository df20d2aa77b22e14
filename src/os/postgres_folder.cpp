#include "jobflip/os/postgres_folder.hpp"

#include <unistd.h>

#include "jobflip/os/process_list.hpp"

namespace jobflip::os {

bool has_postgres(const std::string& folder) {
  return ::access((folder + "/initdb").c_str(), X_OK) == 0 &&
         ::access((folder + "/postgres").c_str(), X_OK) == 0;
}

std::string newest_postgres_folder(int oldest, const std::string& versions) {
  int newest = -1;
  const auto folder_of = [&](int version) {
    return versions + "/" + std::to_string(version) + "/bin";
  };
  // a folder that can't be read has no server for us
  (void)for_each_number(versions, [&](int version) {
    if (version >= oldest && version > newest && has_postgres(folder_of(version))) newest = version;
    return true;
  });
  return newest < 0 ? "" : folder_of(newest);
}

}  // namespace jobflip::os
