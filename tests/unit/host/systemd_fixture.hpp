#pragma once
/// A service manager of one unit on the test's own bus, and a valid unit.

#include <gmock/gmock.h>

#include <map>
#include <optional>

#include "host/systemd_host.hpp"
#include "host/unit_check.hpp"
#include "host_fixture.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::host {

/// A service manager of one unit: a start runs its ExecStart, which is the real guard.
struct FakeManager {
  UnitFacts facts;
  std::string output;
  std::map<std::string, std::string> environment;
  std::optional<Process> main;
  std::vector<std::string> calls;
  std::optional<Error> refuses_control;
  std::optional<Error> refuses_start;
  bool starts_nothing{false};
  bool loses_answers{false};  // the answer to a start is lost, and the unit starts all the same
  bool silent{false};         // it answers nothing any more
};

class FakeBus : public UnitBus {
 public:
  explicit FakeBus(FakeManager& manager) : manager_{manager} {}

  Result<UnitFacts> read(const std::string&) override {
    if (manager_.silent) return no_answer();
    auto facts = manager_.facts;
    if (manager_.main && !manager_.main->ended()) facts.active_state = "active";
    if (manager_.main && manager_.main->ended() && manager_.main->ended()->exit_code != 0)
      facts.active_state = "failed";
    return facts;
  }
  Result<void> try_control(const std::string&) override {
    if (manager_.refuses_control) return *manager_.refuses_control;
    return {};
  }
  Result<void> start(const std::string& unit) override {
    manager_.calls.push_back("start " + unit);
    if (manager_.refuses_start) return *manager_.refuses_start;
    if (manager_.starts_nothing) return {};
    SpawnSettings spawn;
    spawn.argv = manager_.facts.exec_start.front().argv;
    spawn.environment = manager_.environment;
    spawn.output = manager_.output;
    auto process = Process::spawn(spawn);
    if (!process) return process.error();
    manager_.main.emplace(std::move(*process));
    if (manager_.loses_answers) return no_answer();
    return {};
  }
  Result<void> stop(const std::string& unit) override {
    manager_.calls.push_back("stop " + unit);
    if (manager_.silent) return no_answer();
    return {};
  }

 private:
  static Error no_answer() {
    return {ErrorCode::host_failed, "StartUnit email-worker.service: no answer within 1 s", ""};
  }
  FakeManager& manager_;
};

class SystemdFixture : public HostFixture {
 protected:
  SystemdFixture() {
    manager.output = path("output");
    manager.environment = {{"DIR", dir_}};
  }

  UnitFacts good_unit(const std::string& script) const {
    UnitFacts facts;
    facts.load_state = "loaded";
    facts.active_state = "inactive";
    facts.type = "notify";
    facts.kill_mode = "mixed";
    facts.send_sigkill = true;
    facts.delegate = true;
    facts.control_group = "/system.slice/email-worker.service";
    const std::vector<std::string> argv{
        guard_program(), "--page", path("mail.lease"), "--pool", "mail", "--node",
        "job1",          "--",     "/bin/sh",          "-c",     script};
    facts.exec_start = {{guard_program(), argv}};
    return facts;
  }

  std::unique_ptr<ports::WorkerHost> host(const std::string& script) {
    manager.facts = good_unit(script);
    return make_systemd_host_on(
        std::make_unique<FakeBus>(manager),
        {PoolName::of("mail"), NodeName::of("job1"), dir_, "email-worker.service"}, dir_);
  }

  void say_populated(bool populated) const {
    const auto folder = dir_ + manager.facts.control_group;
    std::filesystem::create_directories(folder);
    std::ofstream{folder + "/cgroup.events"} << "populated " << (populated ? 1 : 0)
                                             << "\nfrozen 0\n";
  }

  FakeManager manager;
};

inline constexpr const char* kWorker =
    "trap 'exit 0' TERM; echo $JOBFLIP_EPOCH > $DIR/epoch; echo $$ > $DIR/pid; "
    "while :; do sleep 0.02; done";

}  // namespace jobflip::host
