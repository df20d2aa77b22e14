#include "app/daemon.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <ctime>
#include <iostream>

#include "app/journal.hpp"
#include "app/log.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/cli/exit_code.hpp"
#include "jobflip/host/sd_notify.hpp"

namespace jobflip::app {
namespace {

// A beat's own deadline comes from the pools' settings; until the first answer this bounds a call.
constexpr Millis kCallDeadline{2000};

/// The time that systemd asks for, on its clock, so that it can tell the replies to two reloads
/// apart.
std::string reloading_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
}

}  // namespace

int refuse(const config::ConfigErrors& errors) {
  for (const auto& error : errors.errors) {
    std::cerr << "ERROR: " << config::to_text(error) << '\n';
    if (!error.hint.empty()) std::cerr << "HINT: " << printable(error.hint) << '\n';
  }
  return cli::to_int(cli::ExitCode::usage);
}

int refuse(const Error& error) {
  std::cerr << "ERROR: " << printable(error.text) << '\n';
  if (!error.hint.empty()) std::cerr << "HINT: " << printable(error.hint) << '\n';
  return cli::to_int(cli::ExitCode::failed);
}

store::StoreSettings store_settings(const std::string& conninfo, const std::string& who) {
  store::StoreSettings settings;
  settings.conninfo = conninfo;
  settings.call_deadline = kCallDeadline;
  settings.application_name = "jobflip " + who;
  settings.program = JOBFLIP_VERSION;
  return settings;
}

void keep_seen_in(const host::SeenFile& file, daemon::AgentParts& parts) {
  if (auto seen = file.read(); seen) {
    parts.seen = std::move(*seen);
  } else {
    parts.log->warn("{} node={} what an earlier process saw of the store is lost: {}", parts.role,
                    parts.node.str(), printable(seen.error().text));
  }
  parts.keep_seen = [file](const core::SeenOfStore& seen) { return file.write(seen); };
}

Daemon::Daemon(const char* name) : log(open_log(name)), journal(open_journal(name)) {
  std::signal(SIGPIPE, SIG_IGN);
}

void Daemon::run(daemon::AgentLoop& agent, std::function<std::string()> reload) {
  reload_ = std::move(reload);
  signals_.async_wait([this, &agent](const boost::system::error_code& failed, int) {
    if (failed) return;
    reloads_.cancel();  // no reload from here on
    host::notify_systemd("STOPPING=1");
    agent.shut_down();
  });
  wait_for_reload();
  agent.start();
  host::notify_systemd("READY=1");
  watchdog_.start();
  loop.run();
}

void Daemon::wait_for_reload() {
  reloads_.async_wait([this](const boost::system::error_code& failed, int) {
    if (failed) return;
    host::notify_systemd(reloading_now());
    const auto how = reload_();
    log->info("settings: {}", how);
    host::notify_systemd("READY=1\nSTATUS=" + how);
    wait_for_reload();
  });
}

void Daemon::finish() {
  signals_.cancel();
  watchdog_.stop();
  log->info("stopped: everything is handed over");
  loop.stop();
}

std::string refuse_reload(spdlog::logger& log, const config::ConfigErrors& errors) {
  for (const auto& error : errors.errors) {
    log.error("settings: {}", config::to_text(error));
    if (!error.hint.empty()) log.error("settings: HINT: {}", printable(error.hint));
  }
  const auto count = errors.errors.size();
  return fmt::format("the file has {} mistake{}: the old settings stay in effect", count,
                     count == 1 ? "" : "s");
}

void ReloadReport::done(const std::string& what) {
  ++done_;
  log_.info("settings: {}", what);
}

void ReloadReport::kept(const std::string& what, const std::string& why) {
  kept_.push_back(what);
  log_.warn("settings: {} is unchanged: {}", what, why);
}

std::string ReloadReport::sentence() const {
  if (done_ == 0 && kept_.empty()) return "the file was read again: nothing changed";
  auto out =
      fmt::format("the file was read again: {} change{} applied", done_, done_ == 1 ? "" : "s");
  if (!kept_.empty()) out += fmt::format("; as before: {}", fmt::join(kept_, ", "));
  return out;
}

}  // namespace jobflip::app
