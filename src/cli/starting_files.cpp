#include "cli/starting_files.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/new_files.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

using Json = nlohmann::ordered_json;

/// `name` below the folder of its owner, for each of them, or none.
Result<std::vector<std::string>> write_starting_files(const Options& options,
                                                      const std::vector<StartingFile>& files,
                                                      const std::string& name) {
  std::vector<std::string> paths;
  if (!options.output.empty()) {
    if (auto written = write_new_file(options.output, files.front().text); !written)
      return written.error();
    return std::vector<std::string>{options.output};
  }
  if (options.folder.empty()) return paths;
  SecretFolder folder{folder_of(options)};
  for (const auto& one : files) {
    const auto path = one.owner + "/" + name;
    if (auto written = folder.write(path, one.text); !written) return written.error();
    paths.push_back(folder_of(options) + "/" + path);
  }
  folder.keep();
  return paths;
}

}  // namespace

ExitCode hand_over(Session& session, const std::vector<StartingFile>& files,
                   const std::string& name) {
  const auto paths = write_starting_files(session.options(), files, name);
  if (!paths) return session.fail(paths.error());
  if (session.format() == Format::json) {
    Json all = Json::array();
    for (std::size_t i = 0; i < files.size(); ++i)
      all.push_back({{"for", files[i].owner},
                     {"written", paths->empty() ? Json{} : Json((*paths)[i])},
                     {"text", files[i].text}});
    session.print(Json{{"schema", 1}, {"files", std::move(all)}});
    return ExitCode::done;
  }
  if (paths->empty()) {
    session.out() << files.front().text;
    return ExitCode::done;
  }
  for (const auto& path : *paths) session.out() << printable(path, 200) << '\n';
  session.notice(
      "only root and the daemon may read it: in /etc/jobflip, `systemd-tmpfiles "
      "--create jobflip.conf` sees to that");
  return ExitCode::done;
}

}  // namespace jobflip::cli
