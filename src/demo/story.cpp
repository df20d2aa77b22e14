#include "demo/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "demo/settings_text.hpp"

namespace jobflip::demo {
namespace {

std::string pids(const std::vector<Seen>& processes) {
  std::string text;
  for (const Seen& seen : processes) text += (text.empty() ? "" : ", ") + std::to_string(seen.pid);
  return text;
}

bool all_stopped(const std::vector<Seen>& processes) {
  return std::ranges::all_of(processes, [](const Seen& seen) {
    const auto now = process(seen.pid);
    return !now.empty() && now.front().state == 'T';
  });
}

bool all_gone(const std::vector<Seen>& processes) {
  return std::ranges::all_of(processes, [](const Seen& seen) { return process(seen.pid).empty(); });
}

}  // namespace

Result<void> Story::play() {
  for (auto scene : {&Story::found_the_pool, &Story::start_daemons, &Story::queue_mails})
    if (auto played = (this->*scene)(); !played) return played;
  // A scene that fails is a fault; the mails are counted all the same.
  for (auto scene : {&Story::hang_the_workers, &Story::kill_the_agent, &Story::cut_the_power}) {
    const auto played = (this->*scene)();
    if (stage_.interrupted()) return played;
    expect(played.has_value(), played ? "" : played.error().text);
  }
  return deliver_the_rest();
}

Result<void> Story::await(std::string_view what, const std::string& log, Millis at_most,
                          const Condition& holds) {
  return stage_.await(what, log, at_most, [&]() -> Result<bool> {
    if (auto kept = keep_alive(); !kept) return kept.error();
    auto answer = holds();
    // the store may be starting again
    if (!answer && answer.error().code == ErrorCode::store_unreachable) return false;
    return answer;
  });
}

// While this runs, people may kill any process. It restarts those that a service manager would
// restart.
Result<void> Story::keep_alive() {
  const auto revived = fleet_.revive();
  if (!revived) return revived.error();
  for (const Revived& one : *revived) {
    const std::string how = one.name + " " + host::describe(one.end);
    stage_.tell(how + "; it is started again, as systemd would");
    const int signal = one.end.signal;
    expect(one.end == host::ProcessEnd{} || signal == SIGKILL || signal == SIGTERM,
           how + " by itself");
  }
  if (!cluster_.alive()) {
    stage_.tell("PostgreSQL ended; it is started again");
    if (auto started = cluster_.start_again(); !started) return started;
  }
  if (!sink_.alive()) {
    stage_.tell("the SMTP server ended; it is started again");
    if (auto started = sink_.start_again(); !started) return started;
  }
  return {};
}

Result<void> Story::keep_running() {
  while (!stage_.interrupted()) {
    if (auto kept = keep_alive(); !kept) return kept;
    stage_.pause(Millis{500});
  }
  return {};
}

Result<PoolReading> Story::pool_now() {
  PoolReading reading;
  auto read = await("a node holds the pool", folders_.logs, kQuick, [&]() -> Result<bool> {
    auto pool = read_pool(fleet_);
    if (!pool) return pool.error();
    reading = *pool;
    return !reading.holder.empty();
  });
  if (!read) return read.error();
  return reading;
}

Result<void> Story::await_mails(int share_of_100, const std::string& log, Millis at_most) {
  const int wanted = std::max(1, mails_ * share_of_100 / 100);
  return await(fmt::format("{} of {} e-mails are delivered", wanted, mails_), log, at_most,
               [&]() -> Result<bool> {
                 auto deliveries = read_deliveries(folders_.mail);
                 if (!deliveries) return deliveries.error();
                 return tally(*deliveries, mails_).delivered >= wanted;
               });
}

void Story::expect(bool holds, const std::string& fault) {
  if (!holds) faults_.push_back(fault);
}

Result<std::vector<Seen>> Story::workers_of(const std::string& node) {
  std::vector<Seen> workers;
  auto seen = await("workers run on " + node, fleet_.log_of(node), kQuick, [&]() -> Result<bool> {
    workers = fleet_.workers_of(node);
    return !workers.empty();
  });
  if (!seen) return seen.error();
  return workers;
}

Result<void> Story::found_the_pool() {
  if (auto ran = fleet_.verb({"init", "--yes"}, "postgres"); !ran) return ran.error();
  stage_.tell("`jobflip init`: the schema and the roles are installed");
  auto table = fleet_.email_schema();
  if (!table) return table.error();
  if (auto made = cluster_.sql(*table + logins_sql()); !made) return made.error();
  auto file = fleet_.write_settings();
  if (!file) return file.error();
  if (auto ran = fleet_.verb({"apply", *file, "--reason", "the demo"}); !ran) return ran.error();
  stage_.tell(
      "`jobflip apply`: pool mail with the queue email is set up; job1, job2 and job3 may run "
      "it");
  return {};
}

Result<void> Story::start_daemons() {
  for (const std::string& node : kNodes)
    if (auto started = fleet_.start_agent(node); !started) return started;
  for (const std::string& name : kSupervisors)
    if (auto started = fleet_.start_supervisor(name); !started) return started;
  stage_.tell("three agents and two supervisors run, each with a database login of its own");
  std::string holder;
  auto active = await("a node becomes active", folders_.logs, kSlow, [&]() -> Result<bool> {
    auto pool = read_pool(fleet_);
    if (!pool) return pool.error();
    holder = pool->holder;
    return !holder.empty() && !fleet_.workers_of(holder).empty() && pool->ready_nodes == 3;
  });
  if (!active) return active;
  stage_.tell(holder + " is active: it holds the lease, and its workers run");
  return {};
}

Result<void> Story::queue_mails() {
  if (auto queued = cluster_.sql(producer_sql(mails_), "producer"); !queued) return queued.error();
  stage_.tell(fmt::format("{} e-mails are queued in the table app.email", mails_));
  if (auto sent = await_mails(25, folders_.logs, kSlow); !sent) return sent;
  auto deliveries = read_deliveries(folders_.mail);
  if (!deliveries) return deliveries.error();
  stage_.tell(
      fmt::format("mail flows: {} are in the files of the SMTP server", deliveries->size()));
  return {};
}

Result<void> Story::hang_the_workers() {
  auto pool = pool_now();
  if (!pool) return pool.error();
  auto workers = workers_of(pool->holder);
  if (!workers) return workers.error();
  for (const Seen& worker : *workers) ::kill(worker.pid, SIGSTOP);
  const WallTime stalled = wall_now();
  stage_.tell(
      fmt::format("NOW the worker of {} hangs (SIGSTOP to process {}): alive, and doing no work",
                  pool->holder, pids(*workers)));
  Millis beat_age{};
  bool still_there = false;
  std::optional<MoveReading> flip;
  auto called = await("the supervisor calls the stall and asks for a flip", fleet_.log_of("sup1"),
                      kSlow, [&]() -> Result<bool> {
                        if (all_stopped(*workers)) {
                          auto now = read_pool(fleet_);
                          if (!now) return now.error();
                          still_there = all_stopped(*workers);
                          beat_age = now->beat_age.value_or(Millis{-1});
                        }
                        auto moves = read_moves(fleet_);
                        if (!moves) return moves.error();
                        const auto found =
                            std::ranges::find(*moves, core::HistoryKind::flip, &MoveReading::kind);
                        if (found == moves->end()) return false;
                        flip = *found;
                        return true;
                      });
  if (!called) return called;
  expect(still_there, "the hung worker was gone before the verdict");
  flip_ = flip->flip;
  figures_.stall_to_verdict = between(stalled, flip->at);
  stage_.tell(
      fmt::format("the process was alive and the last heartbeat {} old, but:", seconds(beat_age)));
  stage_.tell(
      fmt::format("STALLED after {}: \"{}\"", seconds(figures_.stall_to_verdict), flip->reason));
  stage_.tell(fmt::format("the supervisor flips the pool: {} -> {} (flip {})", flip->from, flip->to,
                          flip_.value_or(0)));
  auto cured = await_cure(flip_.value_or(0), pool->epoch, stalled);
  expect(all_gone(*workers), "the hung worker outlived the flip");
  return cured;
}

Result<void> Story::await_cure(std::int64_t flip, std::int64_t old_epoch, WallTime stalled) {
  MoveReading seen;
  const auto reached = [&](const std::vector<std::string>& states) {
    return [&, states]() -> Result<bool> {
      auto moves = read_moves(fleet_);
      if (!moves) return moves.error();
      for (const MoveReading& move : *moves)
        if (move.flip == flip) seen = move;
      const auto state = core::parse_flip_state(seen.state);
      const bool ended_badly = state == core::FlipState::failed ||
                               state == core::FlipState::aborted ||
                               state == core::FlipState::ineffective;
      if (ended_badly)
        return Error{ErrorCode::host_failed, fmt::format("flip {} ended as {}", flip, seen.state),
                     ""};
      return std::ranges::find(states, seen.state) != states.end();
    };
  };
  if (auto started = await("the new node's workers run", folders_.logs, kQuick,
                           reached({"started", "verified"}));
      !started)
    return started;
  figures_.verdict_to_active = seen.to_active.value_or(Millis{-1});
  expect(seen.to_active.has_value(), "the history does not say when the new node became active");
  stage_.tell(fmt::format("{} is active {} after the verdict; the old worker was killed first",
                          seen.to, seconds(figures_.verdict_to_active)));
  if (auto cured = await("the supervisor sees a job completed there", fleet_.log_of("sup1"), kQuick,
                         reached({"verified"}));
      !cured)
    return cured;
  auto deliveries = read_deliveries(folders_.mail);
  if (!deliveries) return deliveries.error();
  const auto first =
      std::ranges::find_if(*deliveries, [&](const Delivery& one) { return one.epoch > old_epoch; });
  expect(first != deliveries->end(), "the flip was verified before any mail of the new node came");
  if (first != deliveries->end()) figures_.stall_to_mail = between(stalled, first->at);
  stage_.tell(fmt::format("verified: mail flows again, {} after the hang began",
                          seconds(figures_.stall_to_mail)));
  return {};
}

}  // namespace jobflip::demo
