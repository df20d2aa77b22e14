// `logins`: the logins that a pool file needs, with passwords that nobody types.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/logins_view.hpp"
#include "cli/new_files.hpp"
#include "cli/pool_file.hpp"
#include "cli/split.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/conninfo_settings.hpp"

namespace jobflip::cli {
namespace {

using setup::LoginState;

constexpr std::size_t kMostRefusals = 50;

std::vector<std::string> login_names(const std::vector<setup::WantedLogin>& wanted) {
  std::vector<std::string> out;
  for (const auto& one : wanted) out.push_back(one.login);
  return out;
}

ExitCode show_refusals(Session& session, ExitCode code, const std::vector<Error>& errors) {
  for (std::size_t i = 0; i < std::min(errors.size(), kMostRefusals); ++i)
    session.error(code, errors[i].text, "", errors[i].hint);
  if (errors.size() > kMostRefusals)
    session.notice(fmt::format("the first {} of {} are shown", kMostRefusals, errors.size()));
  session.notice("nothing was changed");
  return code;
}

std::vector<Error> refusals_in(const std::vector<setup::PlannedLogin>& plan) {
  std::vector<Error> out;
  for (const auto& one : plan)
    if (one.state == LoginState::wrong)
      out.push_back({ErrorCode::refused,
                     fmt::format("the login \"{}\" can't be used: {}",
                                 printable(one.wanted.login, 63), one.wrong),
                     one.fix});
  return out;
}

bool is_socket(std::string_view host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@');
}

/// No other machine finds this one by that name.
bool is_local(std::string_view host) {
  return is_socket(host) || host == "localhost" || host.starts_with("127.") || host == "::1";
}

/// A password file takes '*' for any host, and libpq finds no host of a name with a space.
bool is_host_name(std::string_view host) {
  constexpr std::string_view kOthers = ".-_:%[]";
  return !is_socket(host) && std::ranges::all_of(host, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

/// Where other machines find the store.
Result<std::vector<setup::ServerAddress>> addresses(const Session& session,
                                                    const setup::ServerAddress& reached) {
  std::vector<setup::ServerAddress> out;
  if (const auto& named = session.options().host; !named.empty()) {
    for (const auto& host : split(named, ',')) {
      // localhost, too: whoever names it has everything on one machine
      if (!is_host_name(host))
        return Error{ErrorCode::usage,
                     fmt::format("--host: \"{}\" is not the name of a host", printable(host, 80)),
                     "give the name or address by which the job servers connect to the store"};
      out.push_back({host, reached.port});
    }
    return out;
  }
  const auto conninfo = session.conninfo();
  if (!conninfo) return conninfo.error();
  auto settings = config::conninfo_settings(*conninfo, "--store");
  if (!settings) return settings.error();
  const auto& written = settings->contains("host") ? (*settings)["host"] : (*settings)["hostaddr"];
  const auto hosts = split(written.empty() ? reached.host : written, ',');
  const auto ports = split((*settings)["port"], ',');
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (is_local(hosts[i]))
      return Error{ErrorCode::usage,
                   fmt::format("--host is missing: the store was reached over {}, and password "
                               "files need the name by which the job servers reach it",
                               is_socket(hosts[i]) ? "a socket" : hosts[i]),
                   "such as --host db1; --host localhost if all of them run on this machine"};
    const auto& port = ports.size() == hosts.size() ? ports[i] : ports.front();
    out.push_back({hosts[i], port.empty() ? reached.port : port});
  }
  return out;
}

std::size_t count_of(const LoginsRun& run, LoginState state) {
  return static_cast<std::size_t>(std::ranges::count(run.plan, state, &setup::PlannedLogin::state));
}

/// Passwords that nobody knows any more, because their files were not written by this run.
void note_old_passwords(Session& session, const LoginsRun& run) {
  const auto old = count_of(run, LoginState::there) + count_of(run, LoginState::lacking);
  if (old > 0 && !run.by_certificate)
    session.notice(fmt::format("{}: {} in no file here",
                               old == 1 ? "1 login was there and keeps its password"
                                        : fmt::format("{} logins were there and keep their "
                                                      "passwords",
                                                      old),
                               old == 1 ? "it is" : "they are"));
  for (const auto& probe : run.plan) {
    if (probe.wanted.purpose != setup::LoginPurpose::probe || probe.state == LoginState::missing)
      continue;
    for (const auto& file : run.files)
      if (file.path.ends_with("/supervisor.pgpass"))
        session.notice(fmt::format(
            "{}/{} has no line for \"{}\", whose password this run does not know: copy the line "
            "from another supervisor",
            run.folder, file.path, printable(probe.wanted.login, 63)));
  }
}

Result<void> write_files(SecretFolder& folder, const LoginsRun& run,
                         const std::vector<setup::ServerAddress>& servers) {
  std::map<std::string_view, std::string_view> passwords;
  for (const auto& one : run.plan) passwords.emplace(one.wanted.login, one.step.password);
  for (const auto& file : run.files) {
    std::string text;
    for (const auto& login : file.logins)
      text += setup::password_lines(servers, login, passwords.at(login));
    if (auto written = folder.write(file.path, text); !written) return written;
  }
  return {};
}

/// In the transaction: each of the logins must be right now.
Result<void> check_result(const std::vector<setup::WantedLogin>& wanted,
                          const std::vector<setup::LoginFacts>& now) {
  for (const auto& one : setup::plan_logins(wanted, now))
    if (one.state != LoginState::there)
      return Error{
          ErrorCode::refused,
          fmt::format("the login \"{}\" {}: nothing was changed", printable(one.wanted.login, 63),
                      one.state == LoginState::wrong ? "can't be used: " + one.wrong
                                                     : "would still lack " + one.lacks),
          "run it again; if that fails, run it as a superuser"};
  return {};
}

ExitCode create_logins(Session& session, ports::LoginAdmin& admin, LoginsRun& run,
                       const std::vector<setup::ServerAddress>& servers) {
  std::vector<setup::LoginStep> steps;
  std::vector<setup::WantedLogin> changed;
  for (auto& one : run.plan) {
    if (one.state != LoginState::missing && one.state != LoginState::lacking) continue;
    if (one.state == LoginState::missing && !run.by_certificate) one.step.password = new_password();
    steps.push_back(one.step);
    changed.push_back(one.wanted);
  }
  if (!steps.empty()) {
    session.host().wait(Millis{0});  // from here on Ctrl-C is a wish: the files must not stay
    SecretFolder folder{run.folder};
    if (auto written = write_files(folder, run, servers); !written)
      return session.fail(written.error());
    const auto done = admin.carry_out(steps, [&](const auto& now) {
      if (!session.host().interrupted()) return check_result(changed, now);
      return Result<void>{Error{ErrorCode::refused, "interrupted: nothing was changed", ""}};
    });
    if (!done) return session.fail(done.error());
    folder.keep();
    if (*done == ports::CommitOutcome::unknown)
      return session.error(
          ExitCode::unknown,
          "the connection broke during the commit: it is not known whether the logins exist",
          run.files.empty() ? "" : "the files in " + run.folder + " have their passwords",
          "look with the same command without --yes. If the logins are missing, remove the files "
          "and run it again");
  }
  run.done = true;
  show_logins(session, run);
  note_old_passwords(session, run);
  session.notice(steps.empty() ? "every login is there: nothing was changed"
                               : fmt::format("{} created, {} changed, {} as they were",
                                             count_of(run, LoginState::missing),
                                             count_of(run, LoginState::lacking),
                                             count_of(run, LoginState::there)));
  return ExitCode::done;
}

ExitCode show_login_plan(Session& session, const LoginsRun& run, const Error* missing_host) {
  show_logins(session, run);
  const auto missing = count_of(run, LoginState::missing);
  const auto lacking = count_of(run, LoginState::lacking);
  if (const auto refusals = refusals_in(run.plan); !refusals.empty())
    return show_refusals(session, ExitCode::refused, refusals);
  if (missing_host != nullptr) {
    session.warning(missing_host->text);
    session.hint(missing_host->hint);
  }
  if (missing + lacking == 0)
    session.notice("every login is there: nothing to do");
  else
    session.notice(fmt::format("nothing was changed: the same with --yes creates {} login{}{}",
                               missing, missing == 1 ? "" : "s",
                               lacking == 0 ? "" : fmt::format(" and completes {}", lacking)));
  return ExitCode::done;
}

}  // namespace

ExitCode perform_logins(Session& session) {
  const auto& options = session.options();
  if (options.path.empty())
    return session.usage("FILE is missing",
                         "the pool file, such as: jobflip logins pools.toml --operator ada");
  LoginsRun run;
  run.by_certificate = options.auth == "certificate";
  run.folder = options.folder.empty() ? "logins" : folder_of(options);
  auto fleet = read_pool_file(session);
  if (!fleet) return show_errors(session, fleet.error());
  run.fleet = std::move(*fleet);
  auto wanted = setup::wanted_logins(
      run.fleet, {options.people, options.workers, options.probes, options.readers});
  if (!wanted.faults.empty()) return show_refusals(session, ExitCode::usage, wanted.faults);
  run.wanted = std::move(wanted.logins);
  auto admin = session.login_admin();
  if (!admin) return session.fail(admin.error());
  const auto seen = (*admin)->look(login_names(run.wanted));
  if (!seen) return session.fail(seen.error());
  run.database = seen->database;
  run.plan = setup::plan_logins(run.wanted, seen->logins);
  if (!run.by_certificate) run.files = setup::password_files(run.plan);
  Result<std::vector<setup::ServerAddress>> servers{std::vector<setup::ServerAddress>{}};
  if (!run.files.empty()) servers = addresses(session, seen->server);
  const auto trouble = servers ? Error{} : servers.error();
  if (!options.yes) return show_login_plan(session, run, servers ? nullptr : &trouble);
  if (const auto refusals = refusals_in(run.plan); !refusals.empty())
    return show_refusals(session, ExitCode::refused, refusals);
  if (!servers) return session.fail(trouble);
  return create_logins(session, **admin, run, *servers);
}

}  // namespace jobflip::cli
