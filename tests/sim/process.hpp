#pragma once
/// A process on a simulated host, and what the network does to its calls of the store.

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "sim/world.hpp"

namespace jobflip::sim {

/// A process in the sense of a host: it dies, stops and continues, and receives something only
/// while it runs.
class Process {
 public:
  Process(World& world, Host& host) : world_(world), host_(host) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool is_alive() const { return alive_; }
  bool is_stopped() const { return stopped_; }
  bool can_run() const { return alive_ && !stopped_ && !host_.frozen && host_.up; }
  Host& host() { return host_; }
  Instant local() const { return host_.clock.local(world_.time.now); }

  void begin_life();
  void die();
  void stop() { stopped_ = true; }
  void resume();  // after a stop, or when its host wakes up

  /// Delivers at once if the process runs, later if it is stopped, and never if it died in the
  /// meantime.
  void run_after(Nanos delay, std::function<void()> what);
  void run_at(Instant local_time, std::function<void()> what);

  /// One statement to the store, with everything that a network can do to it. `answer` is called
  /// exactly once, with store_timeout at `give_up_at`; the statement may take effect long after
  /// that.
  template <class Reply>
  void call(Instant give_up_at, std::function<Result<Reply>()> statement,
            std::function<void(Result<Reply>)> answer);

 protected:
  World& world_;
  Host& host_;

 private:
  void run_or_hold(std::function<void()> what);
  void note_arrival(std::int64_t number);

  bool alive_{false};
  bool stopped_{false};
  int life_{0};
  std::int64_t sent_{0};
  std::int64_t highest_arrived_{0};
  std::deque<std::function<void()>> held_;
};

/// What happens to a call on its way, drawn when it is sent.
struct Passage {
  bool arrives{true};
  bool refused{false};  // an error comes back at once
  bool answered{true};
  Nanos there{};
  Nanos back{};
  std::optional<Nanos> again{};  // it reaches the store a second time, this much later
};
Passage draw_passage(World& world, const Host& host);

template <class Reply>
void Process::call(Instant give_up_at, std::function<Result<Reply>()> statement,
                   std::function<void(Result<Reply>)> answer) {
  const Passage passage = draw_passage(world_, host_);
  // Shared, because a call's data would otherwise be copied a dozen times.
  const auto waiting = std::make_shared<std::function<void(Result<Reply>)>>(std::move(answer));
  const auto asked = std::make_shared<std::function<Result<Reply>()>>(std::move(statement));
  const auto answer_once = [waiting](Result<Reply> result) {
    if (const auto answer_it = std::exchange(*waiting, nullptr)) answer_it(std::move(result));
  };
  run_at(give_up_at, [answer_once] {
    answer_once(Error{ErrorCode::store_timeout, "no answer within the call deadline", ""});
  });
  const auto refuse = [this, passage, answer_once] {
    run_after(passage.back, [answer_once] {
      answer_once(Error{ErrorCode::store_unreachable, "connection refused", ""});
    });
  };
  if (passage.refused) return refuse();
  if (!passage.arrives) return;
  // From here on the statement belongs to the store: it takes effect even if the caller dies.
  const auto arrive = [this, life = life_, number = ++sent_, passage, asked, answer_once, refuse] {
    if (world_.time.now < world_.store_down_until) {
      if (life == life_) refuse();
      return;
    }
    note_arrival(number);
    world_.set_store_clock();
    const auto result = std::make_shared<Result<Reply>>((*asked)());
    const bool deaf = world_.time.now < host_.cut_until || world_.time.now < host_.deaf_until;
    if (life != life_ || !passage.answered || deaf) return;
    run_after(passage.back, [answer_once, result] { answer_once(*result); });
  };
  world_.time.after(passage.there, arrive);
  if (passage.again) world_.time.after(passage.there + *passage.again, arrive);
}

}  // namespace jobflip::sim
