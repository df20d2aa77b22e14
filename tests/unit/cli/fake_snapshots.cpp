// The states of a fleet and the timelines that the tests of the commands begin with.
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {

using namespace std::chrono_literals;
using core::FlipState;

WallTime wall(Millis after) {
  return WallTime{Micros{1'795'402'800'000'000}} + after;
}

core::Snapshot calm_snapshot() {
  core::Snapshot s;
  s.store_time = wall();
  core::PoolView pool;
  pool.settings.name = PoolName::of("mail");
  core::QueueSettings queue;
  queue.name = QueueName::of("email");
  queue.database = "app";
  pool.settings.queues = {queue};
  pool.owner = {Epoch{4}, core::OwnerState::held, NodeName::of("job1"), 800ms, wall(-1h)};
  pool.candidates = {{NodeName::of("job1"), 10, 800ms, true, "", false, ""},
                     {NodeName::of("job2"), 20, 1100ms, true, "", false, ""},
                     {NodeName::of("job3"), 30, 900ms, true, "", true, "disk swap"}};
  core::QueueSample sample;
  sample.queue = queue.name;
  sample.runnable = 3;
  sample.oldest_runnable = 1500ms;
  sample.running = 1;
  sample.done = 1204;
  pool.queues = {{queue.name, "OK", "jobs complete", 5min, 2s, sample}};
  s.pools = {pool};
  core::PoolView supervisors;
  supervisors.settings.name = PoolName::of("jobflip.supervisor");
  supervisors.owner = {Epoch{2}, core::OwnerState::held, NodeName::of("sup1"), 500ms, wall(-2h)};
  s.supervisors = supervisors;
  return s;
}

core::Snapshot troubled_snapshot() {
  auto s = calm_snapshot();
  s.supervisors->owner.beat_age = 40s;
  s.budget.used = 3;
  auto& pool = s.pools[0];
  pool.owner.beat_age = 9s;
  pool.candidates[0].beat_age = 9s;
  pool.candidates[0].crashes = 7;
  pool.candidates[0].crash_reason = "exited with 1\x1b[31m";
  pool.candidates[1].ready = false;
  pool.candidates[1].not_ready_reason = "no such file: /usr/bin/email-worker\x1b[31m";
  pool.candidates.push_back({NodeName::of("job4"), 40, std::nullopt, false, "", false, ""});
  pool.settings.mode = core::PoolMode::observe;
  pool.pause = core::PauseView{wall(62min), 62min, "deploy \x1b]0;pwned\x07 of release 12", "ann"};
  pool.deployment = core::RunningDeployment{12, "4.2.1\x1b[2J", "ci", 3min, 7min, FlipId{6}};
  pool.cooldown = core::CooldownView{12min, 2, FlipId{6}};
  pool.frozen_for = 9s;
  core::FlipView flip = timeline_until(FlipState::draining).flip;
  flip.reason = std::string(300, 'x') + "\n";
  flip.overdue = true;
  pool.open_flip = flip;
  pool.queues[0].verdict = "STALLED";
  pool.queues[0].reason =
      "no activity for 3m10s while 3 jobs are due\n; the oldest has waited for "
      "4m20s, and nobody is legitimately busy with anything";
  pool.queues[0].sample_age = 41s;
  return s;
}

core::FlipTimeline timeline_until(FlipState state) {
  core::FlipTimeline t;
  auto& f = t.flip;
  f.id = FlipId{7};
  f.pool = PoolName::of("mail");
  f.state = state;
  f.from = NodeName::of("job1");
  f.to = NodeName::of("job2");
  f.actor = "ann";
  f.reason = "disk full";
  f.requested_at = wall();
  f.from_epoch = Epoch{4};
  f.age = 2100ms;
  f.state_age = 100ms;
  t.evidence = R"({"queues": [{"queue": "email", "verdict": "STALLED"}], "note": "a\tb"})";
  struct Step {
    FlipState state;
    Millis at;
    const char* node;
    const char* sentence;
    std::optional<WallTime> core::FlipView::*field;
  };
  const Step steps[] = {
      {FlipState::requested, 0ms, "", "asked for", nullptr},
      {FlipState::draining, 40ms, "job1", "the old node stops its workers",
       &core::FlipView::drained_at},
      {FlipState::released, 300ms, "job1", "the old node's workers are gone; it gave up the lease",
       &core::FlipView::released_at},
      {FlipState::taken, 350ms, "job2", "the new node took the lease", &core::FlipView::taken_at},
      {FlipState::started, 420ms, "job2", "the new node's workers run",
       &core::FlipView::started_at},
      {FlipState::verified, 4200ms, "sup1", "a job completed on the new node",
       &core::FlipView::ended_at},
  };
  for (const auto& step : steps) {
    t.steps.push_back({wall(step.at), std::string{name_of(step.state)}, step.node, step.sentence});
    f.last_sentence = step.sentence;
    if (step.field != nullptr) f.*(step.field) = wall(step.at);
    if (step.state == state) return t;
  }
  // Any other end comes in place of verified.
  f.last_sentence = "ended as " + std::string{name_of(state)};
  t.steps.back() = {wall(4200ms), std::string{name_of(state)}, "sup1", f.last_sentence};
  return t;
}

}  // namespace jobflip::cli
