#pragma once
/// One agent on a clock that the test controls. The test also plays the store's answers and the
/// workers.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jobflip/core/agent.hpp"
#include "unit/core/mail_pool.hpp"

namespace jobflip::core {

class AgentHarness {
 public:
  AgentHarness() {
    report.settled = true;
    restart();
  }

  /// A new process on the same boot: its runtime state is what the guard reports.
  void restart(SeenOfStore seen = {}) {
    state = first_agent_state(kSelf, Uuid{"instance"}, Uuid{"run" + std::to_string(++runs_)}, now,
                              std::move(seen));
  }

  void feed(const AgentEvent& event);

  void tick() { feed(Tick{}); }
  void pass(Millis length) {
    now += length;
    tick();
  }
  void workers(WorkerPhase phase, std::string sentence = "") {
    feed(WorkersSeen{kMail, {phase, lease().epoch, lease().deadline, std::move(sentence)}});
  }

  /// Removes and returns the newest action of that kind since the last call.
  template <class Action>
  std::optional<Action> take_action() {
    for (auto it = actions.rbegin(); it != actions.rend(); ++it) {
      if (auto* found = std::get_if<Action>(&*it)) {
        Action action = *found;
        actions.erase(std::next(it).base());
        return action;
      }
    }
    return std::nullopt;
  }

  /// The call in flight, if it is of that kind.
  template <class Request>
  const Request* call() const {
    return state.call_sent ? std::get_if<Request>(&state.call) : nullptr;
  }

  template <class Answer>
  void answer(Answer value) {
    feed(StoreAnswered{Result<Answer>{std::move(value)}});
  }
  template <class Answer>
  void fail() {
    feed(StoreAnswered{Result<Answer>{Error{ErrorCode::store_timeout, "no answer", ""}}});
  }

  BeatReply reply() const {
    BeatReply value{incarnation, BeatNumber{++beats_}, {report}, history_whole, life};
    value.pools[0].settings = settings;
    return value;
  }
  /// Waits until a beat is due, sends it, and answers with `report`.
  void beat();

  void held_by(const NodeName& node, std::int64_t epoch, std::int64_t beat_number) {
    report.state = OwnerState::held;
    report.holder = node;
    report.own = node == kSelf;
    report.epoch = Epoch{epoch};
    report.lease_beat = BeatNumber{beat_number};
  }
  void released(std::int64_t epoch) {
    report.state = OwnerState::released;
    report.epoch = Epoch{epoch};
  }
  void flip(FlipState flip_state, const NodeName& from, const NodeName& to) {
    report.flip =
        FlipDirective{FlipId{17}, flip_state, from, to, false, false, false, Millis{30'000}};
  }

  /// The same, if nothing changes.
  void stalled_flip(FlipState flip_state = FlipState::draining) {
    flip(flip_state, kSelf, kOther);
    report.flip->automatic = true;
    report.flip->stalled = true;
    report.flip->drain_timeout = Millis{3000};
  }

  /// Makes the agent the holder of epoch 100, with running workers.
  void become_holder();

  /// One step without a fault: answers the beat in flight, or waits until the agent wants
  /// something.
  void beat_or_wait() {
    if (call<BeatRequest>()) {
      answer(reply());
    } else {
      now = std::max(now, wake_at);
      tick();
    }
  }

  const PoolLease* lease_or_none() const {
    const auto found = state.pools.find(kMail);
    return found == state.pools.end() ? nullptr : &found->second;
  }
  const PoolLease& lease() const { return state.pools.at(kMail); }

  ServerLife life{1};
  AgentState state;
  Instant now{std::chrono::hours{100}};
  Instant wake_at{};
  std::vector<AgentAction> actions;
  std::string last_reason;
  std::vector<LogEvent> log_events;
  Uuid incarnation{"incarnation-1"};
  bool history_whole{true};
  PoolReport report{.pool = kMail,
                    .version = SettingsVersion{1},
                    .settings = {},
                    .epoch = {},
                    .state = {},
                    .holder = {},
                    .lease_beat = {},
                    .flip = {}};
  PoolSettings settings{mail_settings()};
  bool arms{true};  // arming the guard succeeds

 private:
  int runs_{0};
  mutable std::int64_t beats_{0};
};

}  // namespace jobflip::core
