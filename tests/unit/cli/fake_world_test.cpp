/// The fake world itself, and the tests which show that it can't lie.
#include "unit/cli/fake_world.hpp"

#include <gtest/gtest.h>

#include "jobflip/audit/chain.hpp"
#include "jobflip/base/escape.hpp"
#include "support/build_paths.hpp"
#include "support/golden.hpp"
#include "unit/cli/fake_checker.hpp"
#include "unit/cli/fake_logins.hpp"
#include "unit/cli/fake_operator.hpp"
#include "unit/cli/fake_probe.hpp"
#include "unit/cli/fake_pruner.hpp"

namespace jobflip::cli {

using namespace std::chrono_literals;
using core::FlipState;

namespace {

/// Programs that only record that they were run.
Hooks noting_hooks(std::vector<std::string>& programs) {
  Hooks out;
  out.run_agent = [&programs](const std::string& path) {
    programs.push_back("agent " + path);
    return 0;
  };
  out.run_supervisor = [&programs](const std::string& path) {
    programs.push_back("supervisor " + path);
    return 1;
  };
  out.exec_guard = [&programs](const std::vector<std::string>& arguments) {
    programs.push_back("guard");
    for (const auto& argument : arguments) programs.back() += " " + argument;
    return 0;
  };
  out.run_demo = [&programs](const DemoOptions& options) {
    programs.push_back("demo " + options.keep_dir);
    return 0;
  };
  return out;
}

void give_streams(Terminal& terminal, std::istream& in, std::ostream& out, std::ostream& err,
                  bool is_terminal) {
  terminal.in = &in;
  terminal.out = &out;
  terminal.err = &err;
  terminal.in_is_terminal = terminal.out_is_terminal = terminal.err_is_terminal = is_terminal;
}

std::optional<std::string> value_in(const std::map<std::string, std::string>& values,
                                    const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace

void FakeWorld::give_stores(World& w) {
  const auto open = [this](auto make) {
    return [this, make](const std::string& conninfo) -> Result<decltype(make())> {
      script.conninfo = conninfo;
      if (script.open_error) return *script.open_error;
      return make();
    };
  };
  w.store.open_reader = open([this]() -> std::unique_ptr<ports::ReaderStore> {
    return std::make_unique<FakeReader>(script);
  });
  w.store.open_quick_reader = open([this]() -> std::unique_ptr<ports::ReaderStore> {
    script.asked.emplace_back("a quick reader");
    return std::make_unique<FakeReader>(script);
  });
  w.store.open_operator = open([this]() -> std::unique_ptr<ports::OperatorStore> {
    return std::make_unique<FakeOperator>(script);
  });
  w.store.open_schema = open([this]() -> std::unique_ptr<ports::SchemaAdmin> {
    return std::make_unique<FakeSchema>(script);
  });
  w.store.open_pruner = open([this]() -> std::unique_ptr<ports::AuditPruner> {
    return std::make_unique<FakePruner>(script);
  });
  w.store.open_logins = open([this]() -> std::unique_ptr<ports::LoginAdmin> {
    return std::make_unique<FakeLogins>(script);
  });
  w.store.preset_tables = [](const core::QueueSettings& queue) {
    const auto schema = "\"" + queue.schema.value_or("public") + "\"";
    return ports::PresetTables{schema, {schema + ".\"jobs\""}, {schema + ".\"pauses\""}};
  };
  w.store.open_doctor = open([this]() -> std::unique_ptr<ports::DoctorStore> {
    return std::make_unique<FakeDoctorStore>(host, wall());
  });
  w.store.open_checker = [this](const std::map<std::string, std::vector<std::string>>&) {
    return std::make_unique<FakeChecker>(check_results);
  };
  w.store.open_probe = [this](const std::map<std::string, std::string>& known) {
    databases = known;
    return std::make_unique<FakeProbe>(*this);
  };
}

World FakeWorld::world(std::istream& in, std::ostream& out, std::ostream& err) {
  World w;
  give_stores(w);
  give_host(w.host, w.store, host);
  w.host.wall = [] { return wall(); };
  w.host.local_time = [](const std::string& zone, WallTime) -> std::optional<LocalTime> {
    if (zone != "Europe/Zurich") return std::nullopt;
    return LocalTime{std::chrono::hours{1}, "CET"};
  };
  give_streams(w.terminal, in, out, err, terminal);
  if (columns > 0) {
    w.terminal.out_is_terminal = true;
    environment["NO_COLOR"] = "1";
  }
  w.terminal.out_columns = [this] { return columns; };
  w.terminal.out_rows = [this] { return rows; };
  w.terminal.out_is_closed = [this] { return now >= closed_at; };
  w.host.now = [this] { return now; };
  w.host.wait = [this](Millis length) {
    now += length;
    if (on_wait) on_wait();
  };
  w.host.interrupted = [this] { return now >= interrupt_at; };
  w.host.environment = [this](const std::string& name) { return value_in(environment, name); };
  w.host.login_name = "login";
  w.version = "1.2.3";
  w.hooks = noting_hooks(programs);
  return w;
}

Ran FakeWorld::run(const std::vector<std::string>& words) {
  std::istringstream in{typed};
  std::ostringstream out;
  std::ostringstream err;
  auto w = world(in, out, err);
  std::vector<const char*> argv{"jobflip"};
  for (const auto& word : words) argv.push_back(word.c_str());
  const int code = cli::run(static_cast<int>(argv.size()), argv.data(), w);
  return {code, out.str(), err.str()};
}

core::AuditEvent audit_event(const std::string& chain, std::int64_t seq,
                             const std::string& previous_hash) {
  core::AuditEvent event;
  event.chain = chain;
  event.seq = seq;
  event.at = wall(Millis{seq * 1000});
  event.kind = "lease_taken";
  event.node = "job1";
  event.epoch = 4;
  event.session_user = "job1";
  event.actor = "ann";
  event.reason = "the holder was silent";
  event.payload = R"({"a": 1})";
  event.previous_hash = previous_hash;
  event.hash = audit::audit_hash(previous_hash, event);
  return event;
}

void fill_audit(Script& script, std::int64_t mail_events) {
  std::string previous(audit::kHashBytes, '\0');
  for (std::int64_t seq = 1; seq <= mail_events; ++seq) {
    script.audit.push_back(audit_event("mail", seq, previous));
    previous = script.audit.back().hash;
  }
  script.heads = {{"mail", mail_events, previous}};
  script.audit.push_back(audit_event("jobflip", 1, std::string(audit::kHashBytes, '\0')));
  script.heads.insert(script.heads.begin(), {"jobflip", 1, script.audit.back().hash});
}

void expect_golden(const std::string& name, const std::string& text) {
  test::expect_same_file(test::source_path("tests/golden/cli/") + name, text);
}

void expect_fits(const std::string& text) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 100u) << line;
}

namespace {

TEST(FakeWorld, ReportsTheTimeThatWasWaited) {
  FakeWorld world;
  const auto before = world.now;
  world.script.snapshot = calm_snapshot();
  world.interrupt_at = world.now + 5s;
  EXPECT_EQ(world.run({"status", "--watch"}).code, 0);
  EXPECT_GE(world.now - before, 5s);
}

}  // namespace
}  // namespace jobflip::cli
