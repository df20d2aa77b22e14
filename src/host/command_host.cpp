#include "jobflip/host/command_host.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "host/environment_file.hpp"
#include "host/guard_link.hpp"
#include "host/orphans.hpp"
#include "host/worker_user.hpp"
#include "jobflip/host/process.hpp"
#include "jobflip/os/errno_error.hpp"

namespace jobflip::host {

using core::WorkerPhase;
using core::WorkerStatus;

namespace {

constexpr Millis kArmWithin{1000};
constexpr Millis kGuardAnswersWithin{500};
constexpr Millis kGoneWithin{1000};

bool is_inherited(std::string_view name) {
  for (const std::string_view known :
       {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR"})
    if (name == known) return true;
  return name.starts_with("LC_");
}

std::map<std::string, std::string> worker_environment(std::map<std::string, std::string> wanted) {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !is_inherited(text.substr(0, equals))) continue;
    wanted.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return wanted;
}

Result<void> check_command(const std::vector<std::string>& argv) {
  if (argv.empty()) return Error{ErrorCode::config, "command is empty", "name the program to run"};
  const auto shown = "command \"" + printable(argv[0], 300) + "\"";
  if (!argv[0].starts_with('/'))
    return Error{ErrorCode::config, shown + " is not an absolute path", "write the whole path"};
  struct stat facts {};
  if (::stat(argv[0].c_str(), &facts) != 0)
    return os::errno_error(shown + " can't be used", errno,
                           "install it on this node, or fix the path");
  if (!S_ISREG(facts.st_mode))
    return Error{ErrorCode::host_failed, shown + " is not a file", "name the program itself"};
  if (::access(argv[0].c_str(), X_OK) != 0)
    return os::errno_error(shown + " can't be executed", errno, "chmod +x it for the agent's user");
  return {};
}

class CommandHost : public ports::WorkerHost {
 public:
  explicit CommandHost(CommandSettings settings)
      : settings_{std::move(settings)}, link_{settings_.runtime_dir, settings_.pool} {}

  ~CommandHost() override {
    // a guard that was told to go before it started anything is reaped; any other outlives us
    if (guard_ && told_to_go_) guard_->wait(kGoneWithin);
    if (guard_) guard_->let_go();
  }
  CommandHost(const CommandHost&) = delete;
  CommandHost& operator=(const CommandHost&) = delete;

  Result<void> prepare(const core::LeaseTimings& timings) override;
  Result<void> start(Epoch epoch, Instant deadline) override;
  void extend(Instant deadline) noexcept override;
  void stop(Millis grace) noexcept override;
  WorkerStatus status() override;
  int event_descriptor() const noexcept override { return link_.event_descriptor(); }

 private:
  Result<void> try_to_prepare(const core::LeaseTimings& timings);
  Result<void> end_stale_guard();
  Result<void> spawn_guard();
  Result<void> wait_until_armed();
  bool is_ours() noexcept;
  void forget_guard() noexcept;

  CommandSettings settings_;
  GuardLink link_;
  std::optional<Process> guard_;  // the one that this process started; reaped by status()
  bool told_to_go_{false};        // while it was armed
  std::string unprepared_;        // why the last prepare() failed: status() says it until the next
};

/// An armed guard of a former agent ends by itself, since its agent is gone.
bool CommandHost::is_ours() noexcept {
  return guard_ && !guard_->ended() && guard_->pid() == link_.guard_pid();
}

/// The guard was reaped. The processes that it left behind became our children before that.
void CommandHost::forget_guard() noexcept {
  guard_.reset();
  link_.orphans_are_here();
}

WorkerStatus CommandHost::status() {
  if (guard_ && guard_->ended()) forget_guard();
  auto status = link_.status();
  if (status.phase == WorkerPhase::armed && !is_ours()) status = {.phase = WorkerPhase::absent};
  const bool idle = status.phase == WorkerPhase::absent || status.phase == WorkerPhase::empty;
  if (idle && !unprepared_.empty()) status = {WorkerPhase::broken, status.epoch, {}, unprepared_};
  return status;
}

Result<void> CommandHost::prepare(const core::LeaseTimings& timings) {
  unprepared_.clear();
  const auto seen = status();  // before a missing page is made
  switch (seen.phase) {
    case WorkerPhase::unknown:
      return Error{ErrorCode::host_failed, seen.sentence, ""};
    case WorkerPhase::running:
    case WorkerPhase::stopping:
      return Error{ErrorCode::refused,
                   "workers of pool " + settings_.pool.str() + " still run here", ""};
    case WorkerPhase::armed:
      link_.set_timings(timings);
      return {};
    default:
      break;
  }
  auto prepared = try_to_prepare(timings);
  if (!prepared) {
    const auto& [code, text, hint] = prepared.error();
    unprepared_ = hint.empty() ? text : text + "; " + hint;
  }
  return prepared;
}

Result<void> CommandHost::try_to_prepare(const core::LeaseTimings& timings) {
  if (auto checked = check_command(settings_.argv); !checked) return checked;
  // through the files that are open now: open() below makes new ones if those were removed
  if (link_.has_page())
    if (auto ended = end_stale_guard(); !ended) return ended;
  if (auto opened = link_.open(); !opened) return opened;
  reap_orphans();
  if (auto ended = end_stale_guard(); !ended) return ended;
  if (auto laid_out = link_.lay_out_for(timings); !laid_out) return laid_out;
  if (auto spawned = spawn_guard(); !spawned) return spawned;
  return wait_until_armed();
}

/// A guard of a former agent, or one that is ending after its workers have ended.
Result<void> CommandHost::end_stale_guard() {
  if (!link_.guard_alive()) return {};
  link_.ask_stop(Millis{0});
  const auto give_up = BootClock::now() + kGoneWithin;
  while (link_.guard_alive()) {
    if (BootClock::now() >= give_up)
      return Error{ErrorCode::host_failed,
                   "an old guard of pool " + settings_.pool.str() + " (process " +
                       std::to_string(link_.guard_pid()) + ") does not end",
                   "find out why it hangs: ps, /proc/PID/stack"};
    link_.status();
    link_.wait_for_news(Millis{5});
  }
  guard_.reset();
  return {};
}

/// Everything is looked up again: a user or a secret may have changed since the last start.
Result<void> CommandHost::spawn_guard() {
  auto path = settings_.guard_path;
  if (path.empty()) {
    auto found = find_guard();
    if (!found) return found.error();
    path = *found;
  }
  SpawnSettings spawn;
  spawn.argv = {path,
                "--page",
                link_.page_path(),
                "--pool",
                settings_.pool.str(),
                "--node",
                settings_.node.str(),
                "--agent",
                std::to_string(::getpid())};
  if (!settings_.use_cgroup) spawn.argv.emplace_back("--no-cgroup");
  const auto user = resolve_worker_user(settings_.user);
  if (!user) return user.error();
  spawn.argv.insert(spawn.argv.end(), user->guard_words.begin(), user->guard_words.end());
  spawn.argv.emplace_back("--");
  spawn.argv.insert(spawn.argv.end(), settings_.argv.begin(), settings_.argv.end());
  auto environment = settings_.environment;
  if (!settings_.environment_file.empty()) {
    auto secrets = read_environment_file(settings_.environment_file);
    if (!secrets) return secrets.error();
    secrets->merge(environment);
    environment = std::move(*secrets);
  }
  environment.insert(user->environment.begin(), user->environment.end());
  spawn.environment = worker_environment(std::move(environment));
  spawn.inherit_environment = false;
  spawn.output = settings_.output;
  spawn.dies_with_parent = false;
  const bool adopting = adopt_orphans();
  auto process = Process::spawn(spawn);
  if (!process) return process.error();
  guard_.emplace(std::move(*process));
  link_.expect_orphans_of(adopting ? guard_->pid() : 0);
  return {};
}

Result<void> CommandHost::wait_until_armed() {
  const auto give_up = BootClock::now() + kArmWithin;
  for (;;) {
    if (link_.status().phase == WorkerPhase::armed) return {};
    if (const auto end = guard_->ended()) {
      guard_.reset();
      return Error{
          ErrorCode::host_failed, "the guard did not arm: it " + describe(*end),
          "it said why in " + (settings_.output.empty() ? "the agent's log" : settings_.output)};
    }
    if (BootClock::now() >= give_up) {
      guard_->end(Millis{0});
      guard_.reset();
      return Error{ErrorCode::host_failed,
                   "the guard did not arm within " + short_duration(kArmWithin),
                   "this machine may be overloaded"};
    }
    link_.wait_for_news(Millis{5});
  }
}

Result<void> CommandHost::start(Epoch epoch, Instant deadline) {
  if (status().phase != WorkerPhase::armed)
    return Error{ErrorCode::refused, "no guard of pool " + settings_.pool.str() + " is armed", ""};
  link_.order_start(epoch, deadline);
  link_.signal_guard();
  const auto give_up = BootClock::now() + kGuardAnswersWithin;
  for (auto phase = link_.phase();
       phase == guard::GuardPhase::armed || phase == guard::GuardPhase::starting;
       phase = link_.phase()) {
    if (BootClock::now() >= give_up) {
      if (!link_.withdraw_start()) return {};  // the guard took it: see status()
      return Error{ErrorCode::host_failed,
                   "the guard did not answer within " + short_duration(kGuardAnswersWithin),
                   "this machine may be overloaded"};
    }
    if (!link_.guard_alive() && link_.phase() == guard::GuardPhase::armed)
      return Error{ErrorCode::host_failed, "the guard died before it started the workers", ""};
    link_.wait_for_news(Millis{5});
    link_.status();
  }
  const auto now = status();
  if (now.phase == WorkerPhase::broken)
    return Error{ErrorCode::host_failed, printable(settings_.argv[0]) + ": " + now.sentence, ""};
  return {};
}

void CommandHost::extend(Instant deadline) noexcept {
  if (link_.has_page()) link_.extend(deadline);
}

void CommandHost::stop(Millis grace) noexcept {
  if (!link_.has_page()) return;  // no guard, or one out of reach that ends by itself
  told_to_go_ = link_.phase() == guard::GuardPhase::armed;
  link_.ask_stop(grace);
}

}  // namespace

std::unique_ptr<ports::WorkerHost> make_command_host(CommandSettings settings) {
  return std::make_unique<CommandHost>(std::move(settings));
}

Result<std::string> find_guard() {
  std::array<char, 4096> self{};
  const auto length = ::readlink("/proc/self/exe", self.data(), self.size() - 1);
  if (length <= 0) return os::errno_error("cannot read /proc/self/exe", errno);
  const std::string program{self.data(), static_cast<std::size_t>(length)};
  const auto folder = program.substr(0, program.rfind('/'));
  for (const char* place : {"/jobflip-guard", "/../libexec/jobflip/jobflip-guard"})
    if (::access((folder + place).c_str(), X_OK) == 0) return folder + place;
  return Error{
      ErrorCode::host_failed,
      "jobflip-guard is neither in " + folder + " nor in " + folder + "/../libexec/jobflip",
      "install it next to jobflip"};
}

}  // namespace jobflip::host
