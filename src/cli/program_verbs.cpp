#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::cli {
namespace {

using Program = std::function<int(const std::string&)>;

/// `parse`: reads the file that the program would.
void warn_of(Session& session, const config::AgentFile& file) {
  for (const auto& worker : file.workers) {
    if (worker.driver != config::WorkerDriver::command) continue;
    for (const auto& one : setup::judge_command_user(worker.pool.str(), worker.user, "")) {
      session.warning(fmt::format("{}: {}", one.where, one.found));
      session.notice(one.fix);
    }
  }
}

void warn_of(Session&, const config::SupervisorFile&) {}

template <class Parse>
ExitCode run_program(Session& session, const Program& program, Parse parse, std::string_view verb) {
  const auto& path = session.options().path;
  if (path.empty()) {
    return session.usage("--config is missing",
                         fmt::format("such as: jobflip {0} --config /etc/jobflip/{0}.toml", verb));
  }
  if (!session.options().check) return static_cast<ExitCode>(program(path));
  const auto file = parse(path);
  if (!file) return show_errors(session, file.error());
  session.out() << fmt::format("{} holds\n", printable(path, 200));
  warn_of(session, *file);
  return ExitCode::done;
}

}  // namespace

ExitCode perform_agent(Session& session) {
  const auto parse = [](const std::string& path) { return config::parse_agent_file(path); };
  return run_program(session, session.hooks().run_agent, parse, "agent");
}

ExitCode perform_supervisor(Session& session) {
  return run_program(session, session.hooks().run_supervisor, config::parse_supervisor_file,
                     "supervisor");
}

ExitCode perform_guard(Session& session) {
  return static_cast<ExitCode>(session.hooks().exec_guard(session.options().rest));
}

ExitCode perform_demo(Session& session) {
  return static_cast<ExitCode>(
      session.hooks().run_demo(DemoOptions{session.options().output, session.options().mails}));
}

ExitCode perform_version(Session& session) {
  if (session.format() == Format::json) {
    session.print(nlohmann::ordered_json{{"schema", 1}, {"version", session.version()}});
  } else {
    session.out() << "jobflip " << session.version() << '\n';
  }
  return ExitCode::done;
}

ExitCode perform_help(Session& session) {
  const auto topic = fmt::format("{}", fmt::join(session.options().rest, " "));
  if (topic.empty()) {
    session.out() << help_of_all();
    return ExitCode::done;
  }
  if (topic == "exit-codes") {
    session.out() << help_of_exit_codes();
    return ExitCode::done;
  }
  bool found = false;
  for (const auto& command : all_commands()) {
    const auto first = command.name.substr(0, command.name.find(' '));
    if (command.name != topic && first != topic) continue;
    session.out() << (found ? "\n" : "") << help_of(command);
    found = true;
  }
  if (found) return ExitCode::done;
  return session.usage(fmt::format("there is no help on \"{}\"", printable(topic, 60)),
                       "`jobflip help` lists the commands");
}

ExitCode perform_cli_reference(Session& session) {
  session.out() << cli_reference();
  return ExitCode::done;
}

ExitCode perform_manual_page(Session& session) {
  session.out() << manual_page(session.version());
  return ExitCode::done;
}

ExitCode perform_completion(Session& session) {
  const auto& shells = session.options().rest;
  const auto shell = shells.size() == 1 ? shells.front() : "";
  if (shell != "bash" && shell != "zsh") {
    return session.usage("completion is for bash or zsh", "jobflip debug completion bash");
  }
  session.out() << (shell == "bash" ? bash_completion() : zsh_completion());
  return ExitCode::done;
}

}  // namespace jobflip::cli
