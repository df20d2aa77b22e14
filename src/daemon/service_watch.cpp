#include "jobflip/daemon/service_watch.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::daemon {
namespace {

constexpr Millis kCheckGrace{3000};  // a check's own timeout comes first

core::ServiceSeen row_of(const core::ServiceSettings& settings,
                         const core::ServiceJudgement& judgement, Instant seen_at, Instant now) {
  const auto ago = [&](Instant at) {
    return std::max(Millis{0}, std::chrono::duration_cast<Millis>(now - at));
  };
  core::ServiceSeen row;
  row.service = settings.name;
  row.state = judgement.state;
  row.checked_ago = ago(seen_at);
  row.since_ago = judgement.state ? ago(judgement.since) : row.checked_ago;
  if (judgement.state) row.latency = judgement.latency;
  row.sentence = judgement.sentence;
  return row;
}

}  // namespace

ServiceWatch::ServiceWatch(boost::asio::io_context& loop, Parts parts)
    : loop_(loop), parts_(std::move(parts)), timer_(loop), call_(loop) {
  JF_CHECK(!parts_.store || (parts_.checker && parts_.log));
}

ServiceWatch::~ServiceWatch() {
  for (auto& [key, one] : watched_) one.call.cancel();  // then their ends are waited for together
  call_.cancel();
}

void ServiceWatch::follow(std::optional<Epoch> epoch) {
  if (!parts_.store || epoch == epoch_) return;
  epoch_ = epoch;
  drop_all();
  if (epoch_) {
    read_services();
    return;
  }
  timer_.cancel();
  call_.cancel();
}

void ServiceWatch::set_timer(Millis after) {
  timer_.expires_after(after);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) read_services();
  });
}

template <class F, class Done>
void ServiceWatch::call(F call, Done done) {
  call_.run(
      BootClock::now() + parts_.deadline, std::move(call),
      [store = parts_.store] { store->cancel(); },
      [this, epoch = epoch_, done = std::move(done)](auto answer) mutable {
        if (epoch != epoch_) {  // it leads no more, or again
          if (epoch_) read_services();
          return;
        }
        done(std::move(answer));
        if (!call_.in_flight()) set_timer(parts_.report_every);
      });
}

void ServiceWatch::read_services() {
  if (!epoch_ || call_.in_flight()) return;
  call([store = parts_.store] { return store->services(); },
       [this](Result<std::vector<core::ServiceStatus>> services) {
         if (!services) return failed(services.error());
         take_services(*services);
         send();
       });
}

/// New ones are spread over the time between two checks.
void ServiceWatch::take_services(const std::vector<core::ServiceStatus>& services) {
  std::set<ServiceName> wanted;
  int place = 0;
  for (const auto& status : services) {
    if (status.is_damaged) continue;
    const ServiceName& name = status.settings.name;
    wanted.insert(name);
    if (const auto found = key_of_.find(name); found != key_of_.end())
      watched_.at(found->second).settings = status.settings;
    else
      add(status, status.settings.every * place / static_cast<int>(services.size()));
    ++place;
  }
  std::vector<Key> gone;
  for (const auto& [name, key] : key_of_)
    if (!wanted.contains(name)) gone.push_back(key);
  for (const Key key : gone) drop(key);
}

void ServiceWatch::add(const core::ServiceStatus& status, Millis first_check_in) {
  const Key key = ++last_key_;
  Watched& one = watched_.try_emplace(key, loop_).first->second;
  one.settings = status.settings;
  const Instant now = BootClock::now();
  if (status.state)
    one.judgement =
        core::judgement_of(*status.state, now - status.since_ago, now - status.seen_ago);
  key_of_.emplace(status.settings.name, key);
  check_after(key, first_check_in);
}

void ServiceWatch::drop(Key key) {
  const auto found = watched_.find(key);
  Watched& one = found->second;
  key_of_.erase(one.settings.name);
  one.is_dropped = true;
  one.timer.cancel();
  if (one.call.in_flight())
    one.call.cancel();
  else
    watched_.erase(found);
}

void ServiceWatch::drop_all() {
  const auto keys = key_of_;
  for (const auto& [name, key] : keys) drop(key);
}

void ServiceWatch::check_after(Key key, Millis after) {
  auto& timer = watched_.at(key).timer;
  timer.expires_after(after);
  timer.async_wait([this, key](const boost::system::error_code& cancelled) {
    if (!cancelled) check(key);
  });
}

void ServiceWatch::check(Key key) {
  const auto found = watched_.find(key);  // a timer that had fired when it was dropped
  if (found == watched_.end() || found->second.is_dropped) return;
  Watched& one = found->second;
  check_after(key, one.settings.every);
  if (one.call.in_flight()) return;
  auto its_check = parts_.checker->open();
  one.call.run(
      BootClock::now() + one.settings.timeout + kCheckGrace,
      [its_check, settings = one.settings] { return its_check->run(settings); },
      [its_check] { its_check->cancel(); },
      [this, key](const core::CheckResult& result) { checked(key, result); });
}

void ServiceWatch::checked(Key key, const core::CheckResult& result) {
  const auto found = watched_.find(key);
  Watched& one = found->second;
  if (one.is_dropped) {
    watched_.erase(found);
    return;
  }
  const Instant now = BootClock::now();
  const auto before = one.judgement;
  one.judgement = core::service_step(one.settings, before, result, now);
  one.is_new = true;
  if (before.state && before.state != one.judgement.state && one.seen_at)
    one.past.push_back({++last_change_, before, *one.seen_at});
  if (one.past.size() > kChangesMax) one.past.pop_front();
  one.seen_at = now;
  if (before.state == one.judgement.state &&
      (one.judgement.state || before.sentence == one.judgement.sentence))
    return;
  const auto state = one.judgement.state ? name_of(*one.judgement.state) : "not watched";
  parts_.log->info("service {} is {}: {}", one.settings.name.str(), state,
                   printable(one.judgement.sentence, 300));
}

void ServiceWatch::send() {
  const Instant now = BootClock::now();
  core::ServiceReport report{parts_.node, *epoch_, {}};
  std::set<Key> sent;
  for (auto& [key, one] : watched_) {
    if (one.is_dropped || !one.is_new) continue;
    if (report.seen.size() + one.past.size() >= core::kServiceReportMax) break;
    for (const Past& past : one.past)
      report.seen.push_back(row_of(one.settings, past.judgement, past.seen_at, now));
    if (one.judgement.state || !one.judgement.sentence.empty())
      report.seen.push_back(row_of(one.settings, one.judgement, *one.seen_at, now));
    one.is_new = false;
    sent.insert(key);
  }
  if (report.seen.empty()) return;
  call([store = parts_.store, report = std::move(report)] { return store->report(report); },
       [this, sent = std::move(sent), newest = last_change_](Result<bool> kept) {
         for (const Key key : sent) {
           const auto found = watched_.find(key);
           if (found == watched_.end()) continue;
           Watched& one = found->second;
           if (kept)
             std::erase_if(one.past, [&](const Past& past) { return past.number <= newest; });
           else
             one.is_new = true;
         }
         if (kept)
           last_error_.clear();
         else
           failed(kept.error());
       });
}

/// Once for each error, not for each report.
void ServiceWatch::failed(const Error& error) {
  if (error.text == last_error_) return;
  last_error_ = error.text;
  parts_.log->warn("services can't be reported: {}", printable(error.text, 500));
}

}  // namespace jobflip::daemon
