#pragma once
/// A host's unit files in memory.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/ports/unit_files.hpp"

namespace jobflip::cli {

struct FakeHost {
  std::map<std::string, std::string> units;  // name -> text
  std::map<std::string, std::string> files;
  std::vector<std::string> calls;
  std::optional<Error> write_error;
  std::optional<Error> reload_error;
  std::optional<Error> check_error;
};

class FakeUnitFiles : public ports::UnitFiles {
 public:
  explicit FakeUnitFiles(FakeHost& host) : host_{host} {}

  Result<core::UnitSource> read(const std::string& unit) override {
    core::UnitSource source;
    source.unit = unit;
    const auto found = host_.units.find(unit);
    if (found == host_.units.end()) return source;
    source.found = true;
    source.file = "/etc/systemd/system/" + unit;
    source.assignments = core::parse_unit_text(found->second, source.file);
    return source;
  }
  Result<std::string> text_of(const std::string& path) override {
    const auto found = host_.files.find(path);
    return found == host_.files.end() ? std::string{} : found->second;
  }
  Result<void> write(const std::string& path, const std::string& text) override {
    if (host_.write_error) return *host_.write_error;
    host_.calls.push_back("write " + path);
    host_.files[path] = text;
    return {};
  }
  Result<void> remove(const std::string& path) override {
    host_.calls.push_back("remove " + path);
    host_.files.erase(path);
    return {};
  }
  Result<void> reload() override {
    host_.calls.emplace_back("reload");
    if (host_.reload_error) return *host_.reload_error;
    return {};
  }
  Result<void> check(const ports::WorkerUnit& unit) override {
    host_.calls.push_back("check " + unit.unit + " " + unit.page + " " + unit.agent_user);
    if (host_.check_error) return *host_.check_error;
    return {};
  }

 private:
  FakeHost& host_;
};

}  // namespace jobflip::cli
