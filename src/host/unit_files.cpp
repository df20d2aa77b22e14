#include "jobflip/host/unit_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <map>
#include <vector>

#include "host/manager_reload.hpp"
#include "host/replace_file.hpp"
#include "host/unit_check.hpp"
#include "host/unit_trust.hpp"
#include "jobflip/os/bounded_file.hpp"
#include "jobflip/os/errno_error.hpp"
#include "jobflip/setup/adoption.hpp"

namespace jobflip::host {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFolders{"/etc/systemd/system",        "/run/systemd/system",
                              "/run/systemd/generator",     "/usr/local/lib/systemd/system",
                              "/usr/lib/systemd/system",    "/lib/systemd/system",
                              "/run/systemd/generator.late"};
// where systemd looks for a program given without its folder
constexpr std::array kProgramFolders{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                     "/usr/bin",        "/sbin",          "/bin"};

constexpr std::size_t kMostBytesOfAFile = 1024 * 1024;

std::string read_text(const fs::path& path) {
  const auto text = os::read_bounded(path.string(), kMostBytesOfAFile);
  return text ? *text : "";
}

/// The names under which a unit may have drop-ins, the least specific first: service.d,
/// a-.service.d of a-b.service, the template's, its own.
std::vector<std::string> drop_in_names(const std::string& unit) {
  std::vector<std::string> names{"service.d"};
  const auto stem = unit.substr(0, unit.size() - std::string{".service"}.size());
  const auto at = stem.find('@');
  const auto prefix = stem.substr(0, at);
  for (auto dash = prefix.find('-'); dash != std::string::npos; dash = prefix.find('-', dash + 1))
    names.push_back(prefix.substr(0, dash + 1) + ".service.d");
  if (at != std::string::npos) names.push_back(prefix + "@.service.d");
  names.push_back(unit + ".d");
  return names;
}

class UnitFilesOnDisk : public ports::UnitFiles {
 public:
  explicit UnitFilesOnDisk(std::string root) : root_{std::move(root)} {}

  Result<setup::UnitSource> read(const std::string& unit) override;
  Result<std::string> text_of(const std::string& path) override;
  Result<void> write(const std::string& path, const std::string& text) override;
  Result<void> remove(const std::string& path) override;
  Result<void> reload() override { return reload_manager(); }
  Result<void> check(const ports::WorkerUnit& unit) override;

 private:
  void read_own_file(setup::UnitSource& source) const;
  void read_drop_ins(setup::UnitSource& source) const;
  void take_in(setup::UnitSource& source, const fs::path& path, const std::string& shown) const;
  std::string find_program(const std::string& name) const;

  std::string root_;
};

void UnitFilesOnDisk::take_in(setup::UnitSource& source, const fs::path& path,
                              const std::string& shown) const {
  for (auto& one : setup::parse_unit_text(read_text(path), shown))
    source.assignments.push_back(std::move(one));
}

void UnitFilesOnDisk::read_own_file(setup::UnitSource& source) const {
  std::vector<std::string> names{source.unit};
  if (const auto at = source.unit.find('@'); at != std::string::npos)
    names.push_back(source.unit.substr(0, at) + "@.service");
  for (const auto& name : names)
    for (const auto* folder : kFolders) {
      const fs::path path{root_ + folder + "/" + name};
      std::error_code failed;
      if (!fs::exists(fs::symlink_status(path, failed))) continue;
      const auto real = fs::weakly_canonical(path, failed);
      source.found = true;
      source.file = std::string{folder} + "/" + name;
      // a link to /dev/null, or nothing in it, is how a unit is masked
      source.masked = real == "/dev/null" ||
                      (fs::is_regular_file(real, failed) && fs::file_size(real, failed) == 0);
      if (!source.masked) take_in(source, path, source.file);
      return;
    }
}

void UnitFilesOnDisk::read_drop_ins(setup::UnitSource& source) const {
  std::map<std::string, std::string> by_name;  // file name -> path, the one that wins
  // the most specific name first, and for each the highest folder
  auto names = drop_in_names(source.unit);
  for (auto name = names.rbegin(); name != names.rend(); ++name)
    for (const auto* folder : kFolders) {
      std::error_code failed;
      const auto shown = std::string{folder} + "/" + *name;
      for (const auto& entry : fs::directory_iterator{root_ + shown, failed})
        if (entry.path().extension() == ".conf")
          by_name.emplace(entry.path().filename(), shown + "/" + entry.path().filename().string());
    }
  const auto ours = setup::drop_in_path(source.unit);
  for (const auto& [name, path] : by_name)
    if (path != ours) take_in(source, root_ + path, path);
}

std::string UnitFilesOnDisk::find_program(const std::string& name) const {
  if (name.empty() || name.find('/') != std::string::npos) return "";
  for (const auto* folder : kProgramFolders) {
    const auto path = std::string{folder} + "/" + name;
    if (::access((root_ + path).c_str(), X_OK) == 0) return path;
  }
  return "";
}

Result<setup::UnitSource> UnitFilesOnDisk::read(const std::string& unit) {
  if (auto named = check_unit_name(unit); !named) return named.error();
  setup::UnitSource source;
  source.unit = unit;
  read_own_file(source);
  if (!source.found || source.masked) return source;
  read_drop_ins(source);
  const auto lines = setup::values_of(source, "Service", "ExecStart");
  if (lines.size() == 1)
    source.program = find_program(setup::bare_program(setup::cut_exec_line(lines.front())));
  source.directory_user = directory_user_of(source);
  source.writable = writable_parts(root_, source);
  return source;
}

Result<std::string> UnitFilesOnDisk::text_of(const std::string& path) {
  const auto real = root_ + path;
  if (::access(real.c_str(), F_OK) != 0 && errno == ENOENT) return std::string{};
  auto text = os::read_bounded(real, kMostBytesOfAFile);
  if (!text)
    return Error{ErrorCode::host_failed, "cannot read " + path + ": " + text.error().text, ""};
  return text;
}

Result<void> UnitFilesOnDisk::write(const std::string& path, const std::string& text) {
  const fs::path real{root_ + path};
  std::error_code failed;
  // set, not left to the umask: any user may run `systemctl cat`
  if (fs::create_directories(real.parent_path(), failed)) ::chmod(real.parent_path().c_str(), 0755);
  return replace_file(real.string(), text,
                      {.durable = Durable::yes, .mode = 0644, .if_denied = "type it as root"});
}

Result<void> UnitFilesOnDisk::remove(const std::string& path) {
  const fs::path real{root_ + path};
  if (::unlink(real.c_str()) != 0 && errno != ENOENT)
    return os::errno_error("cannot remove " + path, errno,
                           errno == EACCES ? "type it as root" : "");
  ::rmdir(real.parent_path().c_str());  // only if nothing else is in it
  return {};
}

Result<void> UnitFilesOnDisk::check(const ports::WorkerUnit& unit) {
  const auto facts = make_system_units()->read(unit.unit);
  if (!facts) return facts.error();
  return check_unit(*facts, {unit.unit, unit.pool, unit.node, unit.page, unit.agent_user});
}

}  // namespace

std::unique_ptr<ports::UnitFiles> open_unit_files(std::string root) {
  return std::make_unique<UnitFilesOnDisk>(std::move(root));
}

}  // namespace jobflip::host
