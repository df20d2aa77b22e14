#include "host/systemd_host.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "host/guard_link.hpp"
#include "host/unit_check.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/os/bounded_file.hpp"

namespace jobflip::host {

using core::WorkerPhase;
using core::WorkerStatus;

namespace {

constexpr Millis kUnitStartsWithin{1000};
constexpr Millis kLookEvery{20};
constexpr Millis kFirstBusPause{250};
constexpr Millis kLongestBusPause{16'000};

/// Each call to a bus that does not answer costs a second: the pauses between calls grow, so that
/// the other pools' beats are not late.
class BusPause {
 public:
  bool goes_on() const { return BootClock::now() < until_; }
  void begin() {
    until_ = BootClock::now() + length_;
    length_ = std::min(2 * length_, kLongestBusPause);
  }

 private:
  Millis length_{kFirstBusPause};
  Instant until_{};
};

std::string own_user() {
  const ::passwd* found = ::getpwuid(::geteuid());
  return found != nullptr ? found->pw_name : "";
}

class SystemdHost : public ports::WorkerHost {
 public:
  SystemdHost(std::unique_ptr<UnitBus> bus, SystemdSettings settings, std::string cgroup_root)
      : bus_{std::move(bus)},
        settings_{std::move(settings)},
        cgroup_root_{std::move(cgroup_root)},
        link_{settings_.runtime_dir, settings_.pool} {}

  Result<void> prepare(const core::LeaseTimings& timings) override;
  Result<void> start(Epoch epoch, Instant deadline) override;
  void extend(Instant deadline) noexcept override {
    if (link_.has_page()) link_.extend(deadline);
  }
  void stop(Millis grace) noexcept override;
  WorkerStatus status() override;
  int event_descriptor() const noexcept override { return link_.event_descriptor(); }

 private:
  Result<void> try_to_prepare(const core::LeaseTimings& timings);
  Result<void> check_idle(const UnitFacts& facts) const;
  Result<void> wait_until_started();
  Result<void> give_up_start(std::string why);
  void learn_control_group();
  bool start_is_settled(const WorkerStatus& seen);
  bool unit_is_populated() const;

  std::unique_ptr<UnitBus> bus_;
  SystemdSettings settings_;
  std::string cgroup_root_;
  GuardLink link_;
  bool prepared_{false};        // the unit passes its checks, the page is laid out, nothing runs
  std::string unprepared_;      // why not: the node reports it until the next try
  bool start_in_doubt_{false};  // a start was requested, and its result is not known
  BusPause bus_pause_;
  bool asked_for_group_{false};
  std::string control_group_;  // of the unit, once it has been seen running
};

Result<void> SystemdHost::check_idle(const UnitFacts& facts) const {
  if (facts.active_state == "inactive" || facts.active_state == "failed") return {};
  return Error{
      ErrorCode::refused,
      "unit " + settings_.unit + " is " + facts.active_state + ", and no lease of ours started it",
      "systemctl stop " + settings_.unit + ", and leave its starts to the agent"};
}

Result<void> SystemdHost::prepare(const core::LeaseTimings& timings) {
  unprepared_.clear();
  const auto seen = status();
  const auto phase = seen.phase;
  if (phase == WorkerPhase::unknown) return Error{ErrorCode::host_failed, seen.sentence, ""};
  if (phase == WorkerPhase::running || phase == WorkerPhase::stopping)
    return Error{ErrorCode::refused, "workers of pool " + settings_.pool.str() + " still run here",
                 ""};
  auto prepared = try_to_prepare(timings);
  if (!prepared) {
    const auto& [code, text, hint] = prepared.error();
    unprepared_ = hint.empty() ? text : text + "; " + hint;
  }
  return prepared;
}

Result<void> SystemdHost::try_to_prepare(const core::LeaseTimings& timings) {
  if (auto named = check_unit_name(settings_.unit); !named) return named;
  if (auto opened = link_.open(); !opened) return opened;
  prepared_ = false;
  const auto facts = bus_->read(settings_.unit);
  if (!facts) return facts.error();
  const WantedUnit wanted{settings_.unit, settings_.pool, settings_.node, link_.page_path(),
                          own_user()};
  if (auto checked = check_unit(*facts, wanted); !checked) return checked;
  if (auto idle = check_idle(*facts); !idle) return idle;
  if (auto allowed = bus_->try_control(settings_.unit); !allowed) return allowed;
  // it may be ending, after its workers
  for (int look = 0; look < 50 && link_.guard_alive(); ++look) {
    link_.status();
    link_.wait_for_news(Millis{5});
  }
  if (auto laid_out = link_.lay_out_for(timings); !laid_out) return laid_out;
  control_group_.clear();
  link_.set_seen_by_caller(false);
  asked_for_group_ = false;
  bus_pause_ = {};
  prepared_ = true;
  return {};
}

Result<void> SystemdHost::start(Epoch epoch, Instant deadline) {
  if (status().phase != WorkerPhase::armed)
    return Error{ErrorCode::refused, "unit " + settings_.unit + " is not prepared", ""};
  prepared_ = false;
  link_.order_start(epoch, deadline);
  if (auto begun = bus_->start(settings_.unit); !begun) {
    // Perhaps only the answer was lost, and a guard is coming; it starts nothing without the order.
    start_in_doubt_ = true;
    bus_pause_.begin();
    link_.withdraw_start();
    return begun;
  }
  return wait_until_started();
}

Result<void> SystemdHost::wait_until_started() {
  const auto give_up = BootClock::now() + kUnitStartsWithin;
  for (;;) {
    const auto phase = link_.phase();
    if (phase == guard::GuardPhase::broken)
      return Error{ErrorCode::host_failed,
                   "unit " + settings_.unit + ": " + link_.status().sentence, ""};
    if (phase == guard::GuardPhase::running || phase == guard::GuardPhase::stopping ||
        phase == guard::GuardPhase::empty)
      break;
    if (BootClock::now() >= give_up)
      return give_up_start("did not start within " + short_duration(kUnitStartsWithin));
    link_.wait_for_news(kLookEvery);
    link_.status();
    if (link_.phase() != guard::GuardPhase::none) continue;
    const auto facts = bus_->read(settings_.unit);
    if (facts && facts->active_state == "failed")
      return give_up_start(facts->status_text.empty() ? "failed before the guard armed"
                                                      : "failed before the guard armed: " +
                                                            printable(facts->status_text, 300));
  }
  learn_control_group();
  return {};
}

/// If the guard has taken the order in the meantime, the start goes on: see status().
Result<void> SystemdHost::give_up_start(std::string why) {
  if (!link_.withdraw_start() && link_.phase() != guard::GuardPhase::none) return {};
  start_in_doubt_ = true;
  const auto stopped = bus_->stop(settings_.unit);
  if (!stopped) bus_pause_.begin();
  if (!stopped) why += "; and " + stopped.error().text;
  return Error{ErrorCode::host_failed, "unit " + settings_.unit + " " + why,
               "look at journalctl -u " + settings_.unit};
}

void SystemdHost::learn_control_group() {
  if (std::exchange(asked_for_group_, true))
    return;  // only once: a bus that is gone must not hold us up
  const auto facts = bus_->read(settings_.unit);
  if (!facts) return;
  control_group_ = facts->control_group;
  const bool ended = facts->active_state == "inactive" || facts->active_state == "failed";
  link_.set_seen_by_caller(ended || !control_group_.empty());
}

/// True once the page or an idle unit shows how the start ended.
bool SystemdHost::start_is_settled(const WorkerStatus& seen) {
  const bool known = seen.phase == WorkerPhase::running || seen.phase == WorkerPhase::stopping ||
                     seen.phase == WorkerPhase::empty || seen.phase == WorkerPhase::broken;
  if (known) return true;
  if (seen.phase == WorkerPhase::unknown || bus_pause_.goes_on()) return false;
  // it also takes a start out of systemd's queue
  (void)bus_->stop(settings_.unit).has_value();
  const auto facts = bus_->read(settings_.unit);
  if (facts && check_idle(*facts)) return true;
  bus_pause_.begin();
  return false;
}

/// Seen from outside: `empty` does not depend on the guard's word alone.
bool SystemdHost::unit_is_populated() const {
  if (control_group_.empty()) return false;
  const auto events = cgroup_root_ + control_group_ + "/cgroup.events";
  const auto text = os::read_bounded(events, 4096);
  if (text) return text->find("populated 1") != std::string::npos;
  // gone with the unit: one that is there and can't be read may have processes
  return ::access(events.c_str(), F_OK) == 0;
}

WorkerStatus SystemdHost::status() {
  auto status = link_.status();
  if (start_in_doubt_) start_in_doubt_ = !start_is_settled(status);
  if (start_in_doubt_)
    return {.phase = WorkerPhase::unknown,
            .epoch = {},
            .deadline = {},
            .sentence = "unit " + settings_.unit + " may be starting: waiting for its stop"};
  if (!link_.is_in_place()) prepared_ = false;  // a guard would not find its page
  if (status.phase == WorkerPhase::absent && prepared_) status.phase = WorkerPhase::armed;
  if (status.phase == WorkerPhase::armed && !prepared_) {
    link_.ask_stop(Millis{0});  // the guard came without an order, or its agent is gone
    status.phase = WorkerPhase::absent;
  }
  const bool at_work =
      status.phase == WorkerPhase::running || status.phase == WorkerPhase::stopping;
  if (at_work) learn_control_group();
  if (status.phase == WorkerPhase::empty && unit_is_populated()) {
    status.phase = WorkerPhase::stopping;
    status.sentence = "waiting for the last process of " + settings_.unit;
    link_.look_again_soon();
  }
  const bool idle = status.phase == WorkerPhase::absent || status.phase == WorkerPhase::empty;
  if (idle && !unprepared_.empty()) status = {WorkerPhase::broken, status.epoch, {}, unprepared_};
  return status;
}

void SystemdHost::stop(Millis grace) noexcept {
  prepared_ = false;
  if (!link_.has_page()) return;
  link_.ask_stop(grace);
  const auto phase = link_.phase();
  const bool at_work = phase == guard::GuardPhase::starting ||
                       phase == guard::GuardPhase::running || phase == guard::GuardPhase::stopping;
  // if we may not signal the guard, systemd stops it, and it stops its workers
  if (at_work && !link_.signal_guard()) (void)bus_->stop(settings_.unit).has_value();
}

}  // namespace

std::unique_ptr<ports::WorkerHost> make_systemd_host_on(std::unique_ptr<UnitBus> bus,
                                                        SystemdSettings settings,
                                                        std::string cgroup_root) {
  return std::make_unique<SystemdHost>(std::move(bus), std::move(settings), std::move(cgroup_root));
}

std::unique_ptr<ports::WorkerHost> make_systemd_host(SystemdSettings settings) {
  return make_systemd_host_on(make_system_units(), std::move(settings));
}

}  // namespace jobflip::host
