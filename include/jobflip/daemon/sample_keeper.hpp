#pragma once
/// Brings readings and what was learned from them to the store, while its supervisor leads: in
/// batches, on a session and a thread of its own, so that nothing urgent waits behind them. What
/// can't be kept is dropped and counted: losing it harms no flip.
///
/// Everything but the calls runs on the loop's thread.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/kept_sample.hpp"
#include "jobflip/core/sample_backlog.hpp"
#include "jobflip/daemon/deadline_call.hpp"
#include "jobflip/ports/sample_store.hpp"

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

class SampleKeeper {
 public:
  static constexpr Millis kSendEvery{10'000};
  static constexpr Millis kLearnedEvery{300'000};

  struct Parts {
    NodeName node;
    ports::SampleStore* store{};  // null: nothing is kept
    std::shared_ptr<spdlog::logger> log;
    /// What is known now, of every queue.
    std::function<std::vector<core::Learned>()> learned;
    /// What an earlier leader kept, or a person had learned: once it leads, and each time before
    /// this one keeps what it knows.
    std::function<void(std::vector<core::Learned>)> on_learned;
    Millis deadline{5000};
    Millis send_every{kSendEvery};
    Millis learned_every{kLearnedEvery};
  };

  SampleKeeper(boost::asio::io_context& loop, Parts parts);
  ~SampleKeeper();
  SampleKeeper(const SampleKeeper&) = delete;
  SampleKeeper& operator=(const SampleKeeper&) = delete;

  /// Leads under `epoch` from here on, or no more.
  void follow(std::optional<Epoch> epoch);
  void add(const PoolName& pool, const QueueName& queue, core::WaitingSample sample);
  std::size_t waiting() const noexcept { return backlog_.size(); }
  std::int64_t dropped() const noexcept { return lost_ + backlog_.dropped(); }

 private:
  void set_timer(Millis after);
  void send();
  void send_samples(std::vector<core::NewSample> samples);
  void send_learned();
  void ask_what_was_learned();
  void failed(std::size_t lost, const Error& error);
  template <class F, class Done>
  void call(F call, Done done);

  Parts parts_;
  std::optional<Epoch> epoch_;
  core::SampleBacklog backlog_;
  std::int64_t lost_{0};  // in calls that failed
  std::string last_error_;
  bool asked_{false};     // for what was learned, since it leads
  bool answered_{false};  // and it is known
  bool fresh_{false};     // as of now: what it knows may be kept
  Instant learned_at_;
  std::map<std::string, std::string> sent_;  // the documents, by pool and queue
  boost::asio::steady_timer timer_;
  DeadlineCall call_;  // last, since its destructor waits for a call that uses the rest
};

}  // namespace jobflip::daemon
