#pragma once
/// A real SMTP server, Postfix's smtp-sink, on a free port of the loopback: it writes each mail
/// that it accepted into a file of its own.

#include <optional>
#include <string>
#include <utility>

#include "demo/folders.hpp"
#include "demo/programs.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/host/process.hpp"

namespace jobflip::demo {

class SmtpSink {
 public:
  /// It answers when this returns.
  static Result<SmtpSink> start(const Programs& programs, const Folders& folders,
                                const std::optional<Account>& account);
  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  /// Starts the server again, on the same port and in the same folder, after it ended.
  Result<void> start_again();
  bool alive() { return !process_.ended(); }
  void stop(Millis grace) { process_.end(grace); }

 private:
  SmtpSink(host::Process process, host::SpawnSettings command, std::string folder, int port)
      : process_{std::move(process)},
        command_{std::move(command)},
        folder_{std::move(folder)},
        port_{port} {}
  host::Process process_;
  host::SpawnSettings command_;
  std::string folder_;
  int port_{};
};

}  // namespace jobflip::demo
