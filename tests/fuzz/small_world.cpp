#include "fuzz/small_world.hpp"

#include <sstream>

#include "jobflip/cli/run.hpp"

namespace jobflip::fuzz {
namespace {

constexpr int kWaitsMax = 40;  // then Ctrl-C

template <class Port, class Fake>
Result<std::unique_ptr<Port>> open(cli::Script& script) {
  if (script.open_error) return *script.open_error;
  return std::unique_ptr<Port>{std::make_unique<Fake>(script)};
}

cli::World world_of(cli::Script& script, std::istream& in, std::ostream& out, std::ostream& err) {
  cli::World world;
  world.open_reader = [&script](const std::string&) {
    return open<ports::ReaderStore, cli::FakeReader>(script);
  };
  world.open_operator = [&script](const std::string&) {
    return open<ports::OperatorStore, cli::FakeOperator>(script);
  };
  world.open_schema = [&script](const std::string&) {
    return open<ports::SchemaAdmin, cli::FakeSchema>(script);
  };
  world.verify_events = [](const core::ChainHead&, const std::vector<core::AuditEvent>&) {
    return std::optional<cli::AuditFlaw>{};
  };
  world.in = &in;
  world.out = &out;
  world.err = &err;
  world.environment = [](const std::string& name) {
    return name == "USER" ? std::optional<std::string>{"ann"} : std::nullopt;
  };
  world.login_name = "ann";
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
  world.in_is_terminal = world.out_is_terminal = world.err_is_terminal = terminal;
  Instant now{std::chrono::hours{1}};
  int waits = 0;
  world.now = [&now] { return now; };
  world.wait = [&](Millis length) {
    now += length;
    ++waits;
  };
  world.interrupted = [&waits] { return waits >= kWaitsMax; };
  std::vector<const char*> argv{"jobflip"};
  for (const auto& word : words) argv.push_back(word.c_str());
  Ran ran;
  ran.code = cli::run(static_cast<int>(argv.size()), argv.data(), world);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

}  // namespace jobflip::fuzz
