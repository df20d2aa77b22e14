#pragma once
/// The parts that agent and supervisor share as processes: signals, the service manager, the log.
///
/// SIGTERM and SIGINT hand everything over, then end the loop. SIGHUP reads the file again, in the
/// manner of a unit of Type=notify-reload, which systemd 252 does not have yet: RELOADING=1 with
/// the time, then READY=1.

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/watchdog.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/config/error.hpp"
#include "jobflip/daemon/agent_loop.hpp"
#include "jobflip/host/seen_file.hpp"
#include "jobflip/ports/event_sink.hpp"
#include "jobflip/store/settings.hpp"

namespace jobflip::app {

/// Print an error to stderr, before there is a log; both return the exit code.
int refuse(const config::ConfigErrors& errors);
int refuse(const Error& error);

store::StoreSettings store_settings(const std::string& conninfo, const std::string& who);

/// Reads what an earlier process of this node saw of the store, and makes this one save it in the
/// same file. A file that can't be read counts as missing: that is logged and is not fatal.
/// Requires: parts.log.
void keep_seen_in(const host::SeenFile& file, daemon::AgentParts& parts);

class Daemon {
 public:
  explicit Daemon(const char* name);

  /// Runs the loop until finish(), which follows a signal to stop. `reload` returns a sentence
  /// about its result.
  void run(daemon::AgentLoop& agent, std::function<std::string()> reload);
  void finish();

  std::shared_ptr<spdlog::logger> log;
  std::unique_ptr<ports::EventSink> journal;  // null: the journal does not read our stderr
  boost::asio::io_context loop{1};

 private:
  void wait_for_reload();

  boost::asio::signal_set signals_{loop, SIGTERM, SIGINT};
  boost::asio::signal_set reloads_{loop, SIGHUP};
  std::function<std::string()> reload_;
  Watchdog watchdog_{loop};
};

/// Logs every mistake of a file that was read again; returns the sentence for `reload`.
std::string refuse_reload(spdlog::logger& log, const config::ConfigErrors& errors);

/// Logs each change of a reload, one line each, and makes the sentence about all of them.
class ReloadReport {
 public:
  explicit ReloadReport(spdlog::logger& log) : log_{log} {}
  void done(const std::string& what);
  /// `why`: "needs a restart".
  void kept(const std::string& what, const std::string& why);
  std::string sentence() const;

 private:
  spdlog::logger& log_;
  int done_{0};
  std::vector<std::string> kept_;
};

}  // namespace jobflip::app
