#include "demo/programs.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "jobflip/os/postgres_folder.hpp"

namespace jobflip::demo {
namespace {

namespace fs = std::filesystem;

bool is_program(const std::string& path) {
  return ::access(path.c_str(), X_OK) == 0;
}

// PATH, and Debian's folder for administrators' programs
std::string look_up(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string folders = std::string{path == nullptr ? "" : path} + ":/usr/bin:/usr/sbin:/sbin";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const auto end = std::min(folders.find(':', begin), folders.size());
    const std::string candidate = folders.substr(begin, end - begin) + "/" + name;
    if (end > begin && is_program(candidate)) return candidate;
    begin = end + 1;
  }
  return "";
}

std::string postgres_folder() {
  constexpr int kOldest = 14;  // that jobflip supports
  auto folder = os::newest_postgres_folder(kOldest);
  if (!folder.empty()) return folder;
  const std::string initdb = look_up("initdb");
  return initdb.empty() ? "" : fs::path(initdb).parent_path().string();
}

std::string beside(const std::string& jobflip, const std::string& name) {
  const fs::path folder = fs::path(jobflip).parent_path();
  for (const fs::path& candidate : {folder / name, folder / "../libexec/jobflip" / name})
    if (is_program(candidate)) return fs::weakly_canonical(candidate).string();
  return "";
}

}  // namespace

Result<Programs> find_programs(const std::string& jobflip) {
  std::error_code error;
  Programs found;
  found.jobflip = jobflip.empty() ? fs::read_symlink("/proc/self/exe", error).string() : jobflip;
  found.email_worker = beside(found.jobflip, "email-worker");
  found.postgres_folder = postgres_folder();
  found.psql = look_up("psql");
  found.smtp_sink = look_up("smtp-sink");
  std::string missing;
  if (found.postgres_folder.empty()) missing += " initdb and postgres (14 or newer),";
  if (found.psql.empty()) missing += " psql,";
  if (found.smtp_sink.empty()) missing += " smtp-sink,";
  if (!missing.empty()) {
    missing.pop_back();
    return Error{ErrorCode::host_failed, "the demo needs programs that are not here:" + missing,
                 "apt-get install -y postgresql postfix"};
  }
  if (found.email_worker.empty())
    return Error{ErrorCode::host_failed,
                 "the demo needs email-worker beside " + found.jobflip +
                     " or in ../libexec/jobflip, and it is in neither",
                 "build everything: cmake --build build/release"};
  return found;
}

}  // namespace jobflip::demo
