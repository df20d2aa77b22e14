#include "cli/queue_trials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "jobflip/base/escape.hpp"
#include "jobflip/core/sample_document.hpp"

namespace jobflip::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Millis kLooksEvery{100};  // how often the caller looks whether it was interrupted

/// The threads take one database after the other; what they share is behind the lock.
class Trials {
 public:
  Trials(ports::QueueProbe& probe, std::vector<QueueTrial>& trials, Millis limit)
      : trials_(trials), give_up_(Clock::now() + limit), limit_(limit) {
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      auto source = probe.source_of(trials_[i].queue);
      if (!source) {
        trials_[i].sample = source.error();
        continue;
      }
      const auto same = std::ranges::find(databases_, trials_[i].queue.database, &Database::name);
      if (same == databases_.end())
        databases_.push_back({trials_[i].queue.database, std::move(*source), {i}});
      else
        same->queues.push_back(i);
    }
  }

  void run(std::size_t threads, const std::function<bool()>& interrupted) {
    std::vector<std::jthread> readers;
    for (std::size_t i = 0; i < std::min(threads, databases_.size()); ++i)
      readers.emplace_back([this] { read_databases(); });
    std::unique_lock lock{mutex_};
    while (done_ < databases_.size()) {
      changed_.wait_for(lock, kLooksEvery);
      if (!ended_ && (Clock::now() >= give_up_ || interrupted())) ended_ = true;
      // again and again: a reading may have begun just after the last time
      if (ended_)
        for (const auto& database : databases_) database.source->cancel();
    }
  }

 private:
  struct Database {
    std::string name;
    std::shared_ptr<ports::QueueSource> source;
    std::vector<std::size_t> queues;
  };

  bool is_over() {
    const std::lock_guard lock{mutex_};
    return ended_;
  }

  void read_databases() {
    for (;;) {
      Database* database = nullptr;
      {
        const std::lock_guard lock{mutex_};
        if (next_ == databases_.size()) return;
        database = &databases_[next_++];
      }
      for (const auto i : database->queues) read(*database->source, trials_[i]);
      const std::lock_guard lock{mutex_};
      ++done_;
      changed_.notify_all();
    }
  }

  /// Nobody else touches this trial until all threads have ended.
  void read(ports::QueueSource& source, QueueTrial& trial) {
    const Error late{ErrorCode::probe_failed,
                     "queue " + trial.queue.name.str() + ": was not read within the " +
                         short_duration(limit_) + " for all queues",
                     "try it alone with `jobflip probe`"};
    if (is_over()) {
      trial.sample = late;
      return;
    }
    const auto began = Clock::now();
    auto sample = source.sample(trial.queue);
    trial.took = std::chrono::duration_cast<Millis>(Clock::now() - began);
    const bool was_cancelled = !sample && is_over();
    trial.sample = was_cancelled ? late : std::move(sample);
  }

  std::vector<QueueTrial>& trials_;
  const Clock::time_point give_up_;
  const Millis limit_;
  std::vector<Database> databases_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_{0};
  std::size_t done_{0};
  bool ended_{false};
};

std::string name_of(const QueueTrial& trial) {
  return trial.pool.str() + "/" + trial.queue.name.str();
}

/// "mail/email: there is no table ..."; some errors name the queue themselves.
std::string error_of(const QueueTrial& trial) {
  auto text = trial.sample.error().text;
  const auto own = "queue " + trial.queue.name.str() + ": ";
  if (text.starts_with(own)) text.erase(0, own.size());
  return name_of(trial) + ": " + text;
}

}  // namespace

std::vector<QueueTrial> try_queues(ports::QueueProbe& probe,
                                   const std::vector<core::PoolSettings>& pools,
                                   const TrialLimits& limits,
                                   const std::function<bool()>& interrupted) {
  std::vector<QueueTrial> trials;
  for (const auto& pool : pools)
    for (const auto& queue : pool.queues) trials.push_back({pool.name, queue, core::QueueSample{}});
  Trials{probe, trials, limits.whole}.run(limits.databases, interrupted);
  return trials;
}

void show_trials(Session& session, const std::vector<QueueTrial>& trials) {
  Table table{{"QUEUE", "RUNNABLE", "OLDEST", "RUNNING", "DONE", "FAILED", "PAUSE", "TOOK"}, {}};
  const auto age = [](const std::optional<Millis>& length) {
    return length ? short_duration(*length) : std::string{"-"};
  };
  for (const auto& trial : trials) {
    if (!trial.sample) continue;
    const auto& row = *trial.sample;
    table.rows.push_back(
        {name_of(trial), std::to_string(row.runnable), age(row.oldest_runnable),
         std::to_string(row.running), std::to_string(row.done), std::to_string(row.failed),
         row.paused ? (*row.paused ? "yes" : "no") : "-", short_duration(trial.took)});
  }
  if (session.format() == Format::table && !table.rows.empty()) {
    session.out() << '\n';
    session.print(table);
  }
  for (const auto& trial : trials)
    if (trial.sample.has_error())
      session.error(ExitCode::failed, error_of(trial), "", trial.sample.error().hint);
}

nlohmann::ordered_json json_of(const std::vector<QueueTrial>& trials) {
  auto out = nlohmann::ordered_json::array();
  for (const auto& trial : trials) {
    nlohmann::ordered_json one{{"pool", trial.pool.str()},
                               {"queue", trial.queue.name.str()},
                               {"database", trial.queue.database},
                               {"took_ms", trial.took.count()}};
    if (trial.sample) {
      one["row"] = nlohmann::ordered_json::parse(core::sample_document(*trial.sample));
      one["error"] = nullptr;
    } else {
      one["row"] = nullptr;
      one["error"] = {{"text", trial.sample.error().text}, {"hint", trial.sample.error().hint}};
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace jobflip::cli
