// jobflip: the real world behind the commands. No decision is made here.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "app/daemons.hpp"
#include "app/guard_program.hpp"
#include "app/interrupts.hpp"
#include "app/local_time.hpp"
#include "jobflip/checks/service_checker.hpp"
#include "jobflip/cli/run.hpp"
#include "jobflip/demo/demo.hpp"
#include "jobflip/host/command_host.hpp"
#include "jobflip/host/host_inspector.hpp"
#include "jobflip/host/unit_files.hpp"
#include "jobflip/probe/preset_tables.hpp"
#include "jobflip/probe/queue_probe.hpp"
#include "jobflip/store/audit_pruner.hpp"
#include "jobflip/store/open.hpp"

namespace {

using namespace jobflip;

// A person waits for the answer, but a store that is only slow should have time to give it.
constexpr Millis kCallDeadline{5000};
// Two of them: to connect, and to read.
constexpr Millis kQuickDeadline{450};

store::StoreSettings store_settings(const std::string& conninfo) {
  store::StoreSettings settings;
  settings.conninfo = conninfo;
  settings.call_deadline = kCallDeadline;
  settings.application_name = "jobflip cli";
  return settings;
}

/// For the checks that compare this program with the one that made the store's functions.
store::StoreSettings settings_with_version(const std::string& conninfo) {
  auto settings = store_settings(conninfo);
  settings.program = JOBFLIP_VERSION;
  return settings;
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::string login_name() {
  char name[256];
  return ::getlogin_r(name, sizeof name) == 0 ? name : "";
}

/// Asked each time: it may change during `status --watch`. Zeros if it is not known.
winsize window_size() {
  winsize window{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 ? window : winsize{};
}

/// A pipe or a terminal whose other end is gone; a file never is.
bool output_is_closed() {
  pollfd out{STDOUT_FILENO, 0, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

cli::Hooks hooks() {
  return {
      .run_agent = app::run_agent,
      .run_supervisor = app::run_supervisor,
      .exec_guard = app::exec_guard,
      .run_demo =
          [](const cli::DemoOptions& options) {
            demo::DemoOptions wanted;
            wanted.keep = options.keep_dir;
            wanted.mails = options.mails;
            return demo::run_demo(wanted);
          },
  };
}

cli::World real_world() {
  cli::World world;
  world.store.open_reader = [](const std::string& conninfo) {
    return store::open_reader_store(store_settings(conninfo));
  };
  world.store.open_quick_reader = [](const std::string& conninfo) {
    auto settings = store_settings(conninfo);
    settings.call_deadline = kQuickDeadline;
    return store::open_reader_store(settings);
  };
  world.store.open_operator = [](const std::string& conninfo) {
    return store::open_operator_store(store_settings(conninfo));
  };
  world.store.open_pruner = [](const std::string& conninfo) {
    return store::open_audit_pruner(settings_with_version(conninfo));
  };
  world.store.open_schema = [](const std::string& conninfo) {
    return store::open_schema_admin(settings_with_version(conninfo));
  };
  world.store.open_logins = [](const std::string& conninfo) {
    return store::open_login_admin(store_settings(conninfo));
  };
  world.store.open_doctor = [](const std::string& conninfo) {
    return store::open_doctor_store(settings_with_version(conninfo));
  };
  world.store.preset_tables = probe::preset_tables;
  world.store.route_of = store::route_of;
  world.store.open_probe = [](const std::map<std::string, std::string>& databases) {
    return probe::open_queue_probe(databases, Millis{5000});
  };
  world.store.open_checker = checks::open_service_checker;
  world.host.open_inspector = host::open_host_inspector;
  world.host.open_unit_files = [] { return host::open_unit_files(); };
  world.host.find_guard = host::find_guard;
  world.terminal.in = &std::cin;
  world.terminal.out = &std::cout;
  world.terminal.err = &std::cerr;
  world.terminal.in_is_terminal = ::isatty(STDIN_FILENO) == 1;
  world.terminal.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  world.terminal.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  world.terminal.out_columns = [] { return std::size_t{window_size().ws_col}; };
  world.terminal.out_rows = [] { return std::size_t{window_size().ws_row}; };
  world.terminal.out_is_closed = output_is_closed;
  world.host.now = BootClock::now;
  world.host.wall = [] {
    return std::chrono::time_point_cast<Micros>(std::chrono::system_clock::now());
  };
  world.host.local_time = app::local_time;
  world.host.wait = app::wait_unless_interrupted;
  world.host.interrupted = app::interrupted;
  world.host.environment = environment;
  world.host.login_name = login_name();
  world.version = JOBFLIP_VERSION;
  world.hooks = hooks();
  return world;
}

}  // namespace

int main(int argc, char** argv) {
  cli::World world = real_world();
  return cli::run(argc, argv, world);
}
