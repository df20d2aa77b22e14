#include "cli/queue_databases.hpp"

#include "jobflip/config/files.hpp"

namespace jobflip::cli {
config::Parsed<std::map<std::string, std::string>> supervisor_databases(const Session& session) {
  const auto& path = session.options().supervisor_path;
  const auto file = config::parse_supervisor_file(path.empty() ? config::kSupervisorFile : path);
  if (!file) return file.error();
  return file->databases;
}

}  // namespace jobflip::cli
