#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::cli {
namespace {

using Program = std::function<int(const std::string&)>;

void warn_of_missing(Session& session, ports::HostInspector& look,
                     const config::WorkerSettings& worker) {
  const auto judge = [&](std::string_view key, ports::Named what, const std::string& name) {
    const auto why = name.empty() ? "" : look.why_not(what, name);
    if (!why.empty())
      session.warning(fmt::format("workers.{}.{}: {}: {}", worker.pool.str(), key,
                                  printable(name, 200), printable(why, 300)));
  };
  const auto program = [](const auto& command) { return command.empty() ? "" : command.front(); };
  judge("command", ports::Named::program, program(worker.command));
  judge("user", ports::Named::user, worker.user);
  judge("environment_file", ports::Named::file_to_read, worker.environment_file);
  judge("output", ports::Named::file_to_append_to, worker.output);
  judge("black_box_command", ports::Named::program, program(worker.black_box_command));
  if (worker.unit.empty()) return;
  const auto properties = look.unit(worker.unit);
  const auto loaded =
      properties ? properties->find("LoadState") : setup::UnitProperties::const_iterator{};
  if (!properties)
    session.notice(fmt::format("workers.{}.unit: {} was not looked for: {}", worker.pool.str(),
                               worker.unit, properties.error().text));
  else if (loaded != properties->end() && loaded->second == "not-found")
    session.warning(
        fmt::format("workers.{}.unit: {}: there is no such unit", worker.pool.str(), worker.unit));
}

/// Of this host: the file may be meant for another one, so what is missing here is only a warning.
void look_around(Session& session, const config::AgentFile& file) {
  const auto look = session.host().open_inspector();
  session.notice(
      "the programs, users, files and units that it names were looked for on this host; the store "
      "was not asked");
  for (const auto& worker : file.workers) {
    warn_of_missing(session, *look, worker);
    if (worker.driver != config::WorkerDriver::command) continue;
    for (const auto& one : setup::judge_command_user(worker.pool.str(), worker.user, "")) {
      session.warning(fmt::format("{}: {}", one.where, one.found));
      session.notice(one.fix);
    }
  }
}

void look_around(Session& session, const config::SupervisorFile&) {
  session.notice("only the file was checked: neither the store nor a database was asked");
}

/// `parse`: reads the file that the program would.
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
  session.out() << fmt::format("{} is valid\n", printable(path, 200));
  look_around(session, *file);
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
  auto topics = first_words();
  for (const auto& command : all_commands())
    if (!command.hidden) topics.emplace_back(command.name);
  topics.emplace_back("exit-codes");
  const auto near = config::nearest_word(topic, topics);
  return session.usage(fmt::format("there is no help on \"{}\"", printable(topic, 60)),
                       near.empty() ? "`jobflip help` lists the commands"
                                    : fmt::format("did you mean `jobflip help {}`?", near));
}

ExitCode perform_cli_reference(Session& session) {
  session.out() << cli_reference();
  return ExitCode::done;
}

ExitCode perform_manual_page(Session& session) {
  session.out() << manual_page(session.version());
  return ExitCode::done;
}

}  // namespace jobflip::cli
