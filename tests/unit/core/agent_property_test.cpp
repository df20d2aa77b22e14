// Things that an agent must never do, whatever happens in whatever order. Each run is drawn from a
// seed, which a failure prints.
#include <optional>
#include <random>
#include <utility>

#include "unit/core/agent_harness.hpp"

namespace jobflip::core {
namespace {

using namespace std::chrono_literals;

class RandomLife {
 public:
  explicit RandomLife(unsigned seed) : random_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      step();
      check();
    }
  }

 private:
  int draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  void step() {
    agent_.actions.clear();
    agent_.now += Millis{draw(4) == 0 ? draw(6000) : draw(300)};
    switch (draw(7)) {
      case 6:
        return end_look();
      case 0:
        return agent_.tick();
      case 1:
        return agent_.feed(WakeUp{});
      case 2:
        return report_something();
      case 3:
        return play_workers();
      default:
        return answer();
    }
  }

  void end_look() {
    if (!look_) return;
    agent_.feed(BlackBoxCaptured{{*std::exchange(look_, std::nullopt), "{}"}});
  }

  void report_something() {
    const NodeName names[] = {kSelf, kOther, kThird};
    switch (draw(5)) {
      case 0:
        return agent_.held_by(names[draw(3)], agent_.report.epoch.value + draw(2), draw(1000));
      case 1:
        return agent_.released(agent_.report.epoch.value);
      case 2:
        agent_.flip(static_cast<FlipState>(draw(6)), names[draw(3)], names[draw(3)]);
        agent_.report.flip->stalled = draw(2) == 0;
        return;
      case 3:
        agent_.report.flip.reset();
        return;
      default:
        agent_.report.paused = draw(2) == 0;
        agent_.report.frozen = draw(5) == 0;
    }
  }

  void play_workers() {
    if (!agent_.lease_or_none()) return;
    const WorkerPhase phase = agent_.lease().workers.phase;
    if (phase == WorkerPhase::running) {
      const WorkerPhase next[] = {WorkerPhase::stopping, WorkerPhase::empty};
      workers(next[draw(2)]);
    } else if (phase == WorkerPhase::stopping) {
      workers(WorkerPhase::empty);
    }
  }

  void workers(WorkerPhase phase) {
    agent_.feed(
        WorkersSeen{kMail, {phase, running_epoch_, running_until_, "played", draw(3) == 0}});
  }

  void answer() {
    if (!agent_.state.call_sent) return;
    const bool lost = draw(5) == 0;
    if (agent_.call<BeatRequest>())
      return lost ? agent_.fail<BeatReply>() : agent_.answer(agent_.reply());
    if (agent_.call<ReleaseRequest>())
      return lost ? agent_.fail<ReleaseOutcome>()
                  : agent_.answer(static_cast<ReleaseOutcome>(draw(3)));
    if (agent_.call<FlipStepRequest>())
      return lost ? agent_.fail<FlipStepOutcome>()
                  : agent_.answer(static_cast<FlipStepOutcome>(draw(4)));
    if (agent_.call<KeepBlackBoxRequest>())
      return lost ? agent_.fail<BlackBoxReply>()
                  : agent_.answer(static_cast<BlackBoxReply>(draw(2)));
    if (lost) return agent_.fail<TakeReply>();
    TakeReply reply{static_cast<TakeOutcome>(draw(2) == 0 ? 0 : draw(9)),
                    Epoch{agent_.report.epoch.value + 1}, ""};
    if (reply.outcome == TakeOutcome::taken) agent_.held_by(kSelf, reply.epoch.value, 1);
    agent_.answer(reply);
  }

  void check() {
    int calls = 0;
    for (const AgentAction& action : agent_.actions) {
      if (const auto* call = std::get_if<CallStore>(&action)) {
        ++calls;
        check_call(*call);
      } else if (const auto* look = std::get_if<CaptureBlackBox>(&action)) {
        look_ = look->of;
      } else if (const auto* start = std::get_if<StartWorkers>(&action)) {
        EXPECT_LT(agent_.now, start->deadline) << "a start without a live lease";
        EXPECT_LE(start->deadline, agent_.now + mail_settings().timings.lease);
        running_epoch_ = start->epoch;
        running_until_ = start->deadline;
      } else if (const auto* extend = std::get_if<ExtendDeadline>(&action)) {
        EXPECT_LE(extend->deadline, agent_.now + mail_settings().timings.lease)
            << "counted from the reply";
        running_until_ = std::max(running_until_, extend->deadline);
      }
    }
    EXPECT_LE(calls, 1);
    for (const AgentAction& action : std::vector<AgentAction>(agent_.actions))
      if (std::holds_alternative<StartWorkers>(action))
        workers(draw(4) == 0 ? WorkerPhase::broken : WorkerPhase::running);
  }

  void check_call(const CallStore& call) {
    if (const auto* beat = std::get_if<BeatRequest>(&call.request)) {
      for (const LeaseRenewal& renewal : beat->renewals) {
        EXPECT_EQ(renewal.epoch, agent_.lease().epoch);
        EXPECT_LT(agent_.now, agent_.lease().deadline) << "renewed after its own deadline";
      }
    } else if (std::holds_alternative<ReleaseRequest>(call.request)) {
      const WorkerPhase phase = agent_.lease().workers.phase;
      EXPECT_TRUE(phase != WorkerPhase::running && phase != WorkerPhase::stopping)
          << "released with workers left";
    } else if (const auto* take = std::get_if<TakeRequest>(&call.request)) {
      const WorkerPhase phase = agent_.lease().workers.phase;
      EXPECT_TRUE(phase != WorkerPhase::running && phase != WorkerPhase::stopping)
          << "took beside own workers";
      const bool by_silence = take->stood_still > 0ms && !take->confirmed_empty;
      EXPECT_TRUE(!by_silence || take->polls >= 1);
      EXPECT_TRUE(!by_silence || take->polls >= 3 ||
                  take->stood_still < mail_settings().timings.takeover_after);
    }
  }

  std::mt19937 random_;
  AgentHarness agent_;
  Epoch running_epoch_;
  Instant running_until_;
  std::optional<BlackBoxOf> look_;
};

TEST(AgentProperty, NeverBreaksItsInvariantsInRandomLives) {
  for (unsigned seed = 1; seed <= 400 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed=" + std::to_string(seed));
    RandomLife{seed}.run(600);
  }
}

}  // namespace
}  // namespace jobflip::core
