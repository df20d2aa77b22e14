#pragma once
/// A pool at work while its schema is changed: the holder sends full and short beats, a candidate
/// watches, and a worker fences one transaction after another. All failures are collected.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <pqxx/pqxx>
#include <string>
#include <thread>
#include <vector>

#include "contract/pg_fixture.hpp"

namespace jobflip::test {

class LivePool {
 public:
  /// The shortest timings that are practical for a pool: a beat that has to wait longer fails.
  static constexpr Millis kDeadline{1000};

  /// `request`: the beat of job1, which holds mail at `epoch`.
  LivePool(const PgStore& store, core::BeatRequest request, Epoch epoch)
      : conninfo_of_job1_{store.conninfo("job1")},
        conninfo_of_job2_{store.conninfo("job2")},
        conninfo_of_worker_{store.conninfo("worker1")} {
    threads_.emplace_back(
        [this, request = std::move(request)](const std::stop_token& stop) mutable {
          beat_of_job1(stop, std::move(request));
        });
    threads_.emplace_back([this](const std::stop_token& stop) { beat_of_job2(stop); });
    threads_.emplace_back([this, epoch](const std::stop_token& stop) { fence(stop, epoch); });
  }
  ~LivePool() { end(); }
  LivePool(const LivePool&) = delete;
  LivePool& operator=(const LivePool&) = delete;

  /// Waits until each of the three has worked `times` more.
  bool goes_on(int times = 5) {
    const int wanted[] = {beats_ + times, watches_ + times, fences_ + times};
    return eventually(
        [&] { return beats_ >= wanted[0] && watches_ >= wanted[1] && fences_ >= wanted[2]; });
  }
  void end() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
  }
  /// Valid after end(): failed beats and refused fences.
  const std::vector<std::string>& failures() const { return failures_; }
  int unchanged_beats() const { return unchanged_beats_; }

 private:
  void beat_of_job1(const std::stop_token& stop, core::BeatRequest request) {
    const auto store = store::open_agent_store({conninfo_of_job1_, kDeadline, "live"});
    for (int i = 0; !stop.stop_requested(); ++i) {
      request.in_full = i % 4 == 0;
      if (const auto reply = store->beat(request); !reply)
        fail("beat " + std::to_string(i) + ": " + reply.error().text);
      else if (!request.in_full)
        ++unchanged_beats_;
      ++beats_;
      pause(stop);
    }
  }
  void beat_of_job2(const std::stop_token& stop) {
    const auto store = store::open_agent_store({conninfo_of_job2_, kDeadline, "live"});
    const core::BeatRequest request{job2, random_uuid(), {}, {mail, paper}, "", {}, {}};
    while (!stop.stop_requested()) {
      if (const auto reply = store->beat(request); !reply) fail("watch: " + reply.error().text);
      ++watches_;
      pause(stop);
    }
  }
  void fence(const std::stop_token& stop, Epoch epoch) {
    try {
      pqxx::connection connection{conninfo_of_worker_};
      while (!stop.stop_requested()) {
        pqxx::work job{connection};
        job.exec("select jobflip.fence('mail', " + std::to_string(epoch.value) + ")");
        pause(stop);
        job.commit();
        ++fences_;
      }
    } catch (const std::exception& error) {
      fail(std::string{"fence: "} + error.what());
    }
  }
  /// The load of a pool, not of three busy loops that use up every processor.
  void pause(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    ended_.wait_for(lock, stop, std::chrono::milliseconds{5}, [] { return false; });
  }
  void fail(std::string what) {
    const std::lock_guard lock{mutex_};
    failures_.push_back(std::move(what));
  }

  std::string conninfo_of_job1_, conninfo_of_job2_, conninfo_of_worker_;
  std::atomic<int> beats_{0}, unchanged_beats_{0}, watches_{0}, fences_{0};
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::vector<std::string> failures_;
  std::vector<std::jthread> threads_;
};

}  // namespace jobflip::test
