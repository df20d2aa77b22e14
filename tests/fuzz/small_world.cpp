#include "fuzz/small_world.hpp"

#include <sstream>

#include "jobflip/cli/run.hpp"
#include "unit/cli/fake_checker.hpp"
#include "unit/cli/fake_logins.hpp"
#include "unit/cli/fake_operator.hpp"
#include "unit/cli/fake_pruner.hpp"
#include "unit/cli/fake_unit_files.hpp"

namespace jobflip::fuzz {
namespace {

/// No database is known.
class NoQueue : public ports::QueueProbe {
 public:
  Result<std::shared_ptr<ports::QueueSource>> source_of(const core::QueueSettings&) override {
    return Error{ErrorCode::probe_failed, "there is no such database", ""};
  }
};

constexpr int kWaitsMax = 40;  // then Ctrl-C

template <class Port, class Fake>
Result<std::unique_ptr<Port>> open(cli::Script& script) {
  if (script.open_error) return *script.open_error;
  return std::unique_ptr<Port>{std::make_unique<Fake>(script)};
}

/// There is one unit, the workers of mail, and an attacker wrote what the host reports about it.
cli::FakeHost host_of_workers() {
  cli::FakeHost host;
  host.units["mail.service"] = "[Service]\nExecStart=/usr/bin/mailer --all\nRestart=always\n";
  host.properties = {{"LoadState", "loaded"}, {"KillMode", "process"}, {"Delegate", "\x1b[2J"}};
  host.processes = {{4711, "mail", "mailer\x1b]0;x", "/user.slice/\x1b[1m"}};
  host.facts = {{"superuser", "job\x1b[1m", "true"},
                {"table_grant", "ann", "INSERT on \x1b[1m"},
                {"connection_limit", "job1", "99999999999999999999"},
                {"owner_has", "pg_signal\x1b[1m", "false"}};
  return host;
}

void give_machine(cli::World& world, cli::FakeHost& host) {
  give_host(world.host, world.store, host);
  world.host.wall = [] { return WallTime{std::chrono::hours{490'000}}; };
  world.host.local_time = [](const std::string&, WallTime) { return std::nullopt; };
  world.store.open_probe = [](const std::map<std::string, std::string>&) {
    return std::unique_ptr<ports::QueueProbe>{std::make_unique<NoQueue>()};
  };
  world.store.open_doctor = [&](const std::string&) -> Result<std::unique_ptr<ports::DoctorStore>> {
    return std::unique_ptr<ports::DoctorStore>{
        std::make_unique<cli::FakeDoctorStore>(host, world.host.wall())};
  };
}

cli::World world_of(cli::Script& script, std::istream& in, std::ostream& out, std::ostream& err) {
  cli::World world;
  world.store.open_reader = [&script](const std::string&) {
    return open<ports::ReaderStore, cli::FakeReader>(script);
  };
  world.store.open_quick_reader = world.store.open_reader;
  world.store.open_operator = [&script](const std::string&) {
    return open<ports::OperatorStore, cli::FakeOperator>(script);
  };
  world.store.open_schema = [&script](const std::string&) {
    return open<ports::SchemaAdmin, cli::FakeSchema>(script);
  };
  world.store.open_pruner = [&script](const std::string&) {
    return open<ports::AuditPruner, cli::FakePruner>(script);
  };
  world.store.open_logins = [&script](const std::string&) {
    return open<ports::LoginAdmin, cli::FakeLogins>(script);
  };
  world.store.open_checker = [](const std::map<std::string, std::vector<std::string>>&) {
    return std::unique_ptr<ports::ServiceChecker>{
        std::make_unique<cli::FakeChecker>(std::map<std::string, core::CheckResult>{})};
  };
  world.store.preset_tables = [](const core::QueueSettings&) { return ports::PresetTables{}; };
  world.terminal.in = &in;
  world.terminal.out = &out;
  world.terminal.err = &err;
  world.host.environment = [](const std::string& name) {
    return name == "USER" ? std::optional<std::string>{"ann"} : std::nullopt;
  };
  world.host.login_name = "ann";
  world.version = "0.0.0";
  world.hooks.run_agent = [](const std::string&) { return 0; };
  world.hooks.run_supervisor = [](const std::string&) { return 0; };
  world.hooks.exec_guard = [](const std::vector<std::string>&) { return 0; };
  world.hooks.run_demo = [](const cli::DemoOptions&) { return 0; };
  return world;
}

}  // namespace

Ran run_program(cli::Script& script, const std::vector<std::string>& words,
                const std::string& typed, bool terminal) {
  std::istringstream in{typed};
  std::ostringstream out;
  std::ostringstream err;
  auto world = world_of(script, in, out, err);
  auto host = host_of_workers();
  give_machine(world, host);
  world.terminal.in_is_terminal = world.terminal.out_is_terminal = world.terminal.err_is_terminal =
      terminal;
  world.terminal.out_columns = [] { return std::size_t{100}; };
  world.terminal.out_rows = [] { return std::size_t{30}; };
  world.terminal.out_is_closed = [] { return false; };
  Instant now{std::chrono::hours{1}};
  int waits = 0;
  world.host.now = [&now] { return now; };
  world.host.wait = [&](Millis length) {
    now += length;
    ++waits;
  };
  world.host.interrupted = [&waits] { return waits >= kWaitsMax; };
  std::vector<const char*> argv{"jobflip"};
  for (const auto& word : words) argv.push_back(word.c_str());
  Ran ran;
  ran.code = cli::run(static_cast<int>(argv.size()), argv.data(), world);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

}  // namespace jobflip::fuzz
