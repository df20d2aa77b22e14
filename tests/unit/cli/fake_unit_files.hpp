#pragma once
/// A host's unit files in memory.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/cli/host_access.hpp"
#include "jobflip/cli/store_access.hpp"
#include "jobflip/ports/doctor.hpp"
#include "jobflip/ports/unit_files.hpp"

namespace jobflip::cli {

struct FakeHost {
  std::map<std::string, std::string> units;  // name -> text
  std::map<std::string, std::string> files;
  std::vector<std::string> writable;  // of every unit
  std::vector<std::string> calls;
  std::optional<Error> write_error;
  std::optional<Error> reload_error;
  std::optional<Error> check_error;
  setup::UnitProperties properties;  // of every unit
  std::vector<setup::MarkedProcess> processes;
  std::map<std::string, std::string> guard_cgroups;  // of lease pages
  std::map<std::string, setup::StoreRoute> routes;   // of connection strings
  std::string filesystem{"tmpfs"};
  std::map<std::string, std::string> lacks;  // what settings name -> why not
  std::vector<setup::StoreFact> facts;
  std::optional<Error> facts_error;
  Micros store_behind{0};  // the store's clock, behind this host's
};

class FakeHostInspector : public ports::HostInspector {
 public:
  explicit FakeHostInspector(FakeHost& host) : host_{host} {}
  Result<setup::UnitProperties> unit(const std::string&) override { return host_.properties; }
  Result<std::vector<setup::MarkedProcess>> processes() override { return host_.processes; }
  std::string guard_cgroup(const std::string& page) override { return host_.guard_cgroups[page]; }
  std::string filesystem_of(const std::string&) override { return host_.filesystem; }
  std::string why_not(ports::Named, const std::string& name) override { return host_.lacks[name]; }

 private:
  FakeHost& host_;
};

class FakeDoctorStore : public ports::DoctorStore {
 public:
  FakeDoctorStore(FakeHost& host, WallTime now) : host_{host}, now_{now} {}
  Result<std::vector<setup::StoreFact>> facts() override {
    if (host_.facts_error) return *host_.facts_error;
    return host_.facts;
  }
  Result<WallTime> clock() override { return now_ - host_.store_behind; }

 private:
  FakeHost& host_;
  WallTime now_;
};

class FakeUnitFiles : public ports::UnitFiles {
 public:
  explicit FakeUnitFiles(FakeHost& host) : host_{host} {}

  Result<setup::UnitSource> read(const std::string& unit) override {
    setup::UnitSource source;
    source.unit = unit;
    const auto found = host_.units.find(unit);
    if (found == host_.units.end()) return source;
    source.found = true;
    source.writable = host_.writable;
    source.file = "/etc/systemd/system/" + unit;
    source.assignments = setup::parse_unit_text(found->second, source.file);
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

/// What a command sees of its machine, except the clock.
inline void give_host(HostAccess& access, StoreAccess& store, FakeHost& host) {
  store.route_of = [&host](const std::string& conninfo) -> Result<setup::StoreRoute> {
    return host.routes[conninfo];
  };
  access.open_inspector = [&host] { return std::make_unique<FakeHostInspector>(host); };
  access.open_unit_files = [&host] { return std::make_unique<FakeUnitFiles>(host); };
  access.find_guard = []() -> Result<std::string> {
    return std::string{"/usr/bin/../libexec/jobflip/jobflip-guard"};
  };
}

}  // namespace jobflip::cli
