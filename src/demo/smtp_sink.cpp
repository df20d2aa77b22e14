#include "demo/smtp_sink.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

namespace jobflip::demo {
namespace {

constexpr Millis kSinkStartsWithin{10'000};
constexpr int kTries = 5;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// a port that was free a moment ago; if another takes it first, the server ends and we try again
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool bound =
      fd >= 0 && ::bind(fd, plain, size) == 0 && ::getsockname(fd, plain, &size) == 0;
  if (fd >= 0) ::close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

bool answers(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool connected =
      fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) ::close(fd);
  return connected;
}

// We enter the working folder ourselves, before the switch to the account: `keep` may be below a
// folder that the account may not enter.
Result<host::Process> spawn_in(const std::string& folder, const host::SpawnSettings& settings) {
  std::error_code error;
  const auto before = std::filesystem::current_path(error);
  std::filesystem::current_path(folder, error);
  if (error)
    return Error{ErrorCode::host_failed, "cannot enter " + folder + ": " + error.message(), ""};
  auto process = host::Process::spawn(settings);
  if (!before.empty()) std::filesystem::current_path(before, error);
  return process;
}

}  // namespace

Result<SmtpSink> SmtpSink::start(const Programs& programs, const Folders& folders,
                                 const std::optional<Account>& account) {
  host::SpawnSettings settings;
  settings.output = folders.logs + "/smtp-sink.log";
  settings.own_group = true;
  if (account) {
    settings.user = account->user;
    settings.group = account->group;
  }
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const int port = free_port();
    // -d: one file a mail, in the working folder; it is removed if the client aborts
    settings.argv = {programs.smtp_sink, "-d", "mail.", "127.0.0.1:" + std::to_string(port), "100"};
    auto process = spawn_in(folders.mail, settings);
    if (!process) return process.error();
    const Instant give_up = BootClock::now() + kSinkStartsWithin;
    while (!process->ended() && BootClock::now() < give_up) {
      if (answers(port)) return SmtpSink(std::move(*process), settings, folders.mail, port);
      ::poll(nullptr, 0, 20);
    }
  }
  return Error{ErrorCode::host_failed, "smtp-sink did not start", "look into " + settings.output};
}

Result<void> SmtpSink::start_again() {
  auto process = spawn_in(folder_, command_);
  if (!process) return process.error();
  process_ = std::move(*process);
  return {};
}

}  // namespace jobflip::demo
