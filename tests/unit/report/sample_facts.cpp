#include "unit/report/sample_facts.hpp"

#include <algorithm>

#include "jobflip/core/evidence.hpp"
#include "jobflip/report/derived.hpp"

namespace jobflip::report {

using namespace std::chrono_literals;

WallTime at(Millis after) {
  using namespace std::chrono;
  return sys_days{year{2026} / 11 / 23} + 3h + after;
}

namespace {

SeriesRange sample_range() {
  SeriesRange range;
  range.since = at(-2min);
  range.until = at(5min);
  range.onset = at(0ms);
  range.over = at(150s);
  range.started = at(93s);
  return range;
}

core::KeptSample sample_at(Millis after) {
  core::KeptSample out;
  out.at = at(after);
  out.took = 12ms;
  core::QueueSample sample;
  const auto stalled = std::clamp<std::int64_t>(after.count(), 0, 95'000) / 1000;
  const auto worked_off = std::max<std::int64_t>(0, after.count() / 1000 - 95) * 4;
  sample.runnable = std::max<std::int64_t>(3, 3 + 2 * stalled - worked_off);
  sample.oldest_runnable = Millis{std::max<std::int64_t>(1500, stalled * 1000 - worked_off * 250)};
  sample.running = after > 0ms && after < 93s ? 2 : 4;
  sample.done =
      1000 + after.count() / 500 - (after > 0ms ? std::min(after, Millis{95s}).count() / 500 : 0);
  out.sample = sample;
  out.verdict = after < 60s || after >= 150s ? "OK" : after < 93s ? "STALLED" : "LAGGING";
  return out;
}

core::Evidence sample_evidence() {
  core::Evidence out;
  out.automatic = true;
  out.pool = PoolName::of("mail");
  out.epoch = Epoch{1'795'828'470'423'355};
  out.holder = NodeName::of("job1");
  out.plan.target = NodeName::of("job2");
  out.plan.gates = {{core::Rule::pause, true, true, "not paused"},
                    {core::Rule::hold_down, true, true, "STALLED for 30.0s, 30.0s wanted"},
                    {core::Rule::budget, true, true, "0 of 3 flips used in 1h"}};
  out.plan.candidates = {
      {NodeName::of("job5"), true, "ready, beat 0.3s ago, in a crash loop (4 ends)", 50, 4},
      {NodeName::of("job1"), false, "holds the pool", 100, 0},
      {NodeName::of("job2"), true, "ready, beat 0.4s ago", 100, 0},
      {NodeName::of("job3"), true, "ready, beat 0.2s ago", 100, 0},
      {NodeName::of("job4"), false, "drained by ann: disk swap", 100, 0}};
  core::QueueEvidence email;
  email.queue = QueueName::of("email");
  email.verdict = core::QueueState::stalled;
  email.verdict_age = 30s;
  email.window = 60s;
  email.quiet = 90s;
  email.reason =
      "no job was taken, completed or failed for 1m30s (limit 1m00s); 183 due, 2 running";
  email.newest_first = {*sample_at(90s).sample};
  core::QueueEvidence push;
  push.queue = QueueName::of("push");
  push.verdict = core::QueueState::ok;
  push.verdict_age = 2h;
  push.reason = "a job completed 800ms ago";
  out.queues = {email, push};
  return out;
}

core::FlipTimeline sample_flip() {
  core::FlipTimeline out;
  auto& flip = out.flip;
  flip.id = FlipId{7};
  flip.pool = PoolName::of("mail");
  flip.state = core::FlipState::verified;
  flip.from = NodeName::of("job1");
  flip.to = NodeName::of("job2");
  flip.automatic = true;
  flip.actor = "supervisor sup1";
  flip.reason = "queue email is STALLED: no job was taken, completed or failed for 1m30s";
  flip.requested_at = at(90s);
  flip.drained_at = at(90'400ms);
  flip.released_at = at(92'100ms);
  flip.taken_at = at(92'300ms);
  flip.started_at = at(93s);
  flip.ended_at = at(97s);
  flip.from_epoch = Epoch{1'795'828'470'423'355};
  flip.epoch = Epoch{1'795'828'470'423'999};
  flip.last_sentence = "a job completed on the new node";
  out.evidence = core::evidence_json(sample_evidence());
  out.steps = {
      {at(90s), "requested", "", "requested by supervisor sup1: " + flip.reason},
      {at(90'400ms), "draining", "job1", "the old node stops its workers"},
      {at(92'100ms), "released", "job1", "the old node's workers are gone; it gave up the lease"},
      {at(92'120ms), "black_box", "job1", "black box: 866 bytes"},
      {at(92'300ms), "taken", "job2", "the new node took the lease"},
      {at(93s), "started", "job2", "the new node's workers run"},
      {at(97s), "verified", "sup1", "a job completed on the new node"}};
  out.black_boxes = {{NodeName::of("job1"), at(92'120ms), std::string(64, 'a'),
                      R"({"taken_at":"2026-11-23T03:01:31Z","source":"guard","processes":[)"
                      R"({"pid":7,"state":"S","wchan":"sk_wait_data"},{"pid":8,"state":"D"}],)"
                      R"("tcp":[{"state":"ESTABLISHED","send_queue":12,"receive_queue":0}]})"}};
  core::LeftBehind left;
  left.workers = core::WorkersEnd::killed;
  left.jobs = 2;
  left.queues = {{QueueName::of("email"), "pg-boss", 2, {"8117", "8120"}, 800ms}};
  out.left_behind = left;
  return out;
}

core::AuditEvent event_at(Millis after, const std::string& kind, std::int64_t seq) {
  core::AuditEvent out;
  out.chain = "mail";
  out.seq = seq;
  out.at = at(after);
  out.kind = kind;
  out.session_user = "jobflip_sup1";
  out.payload = "{}";
  out.previous_hash = std::string(32, '\0');
  out.hash = std::string(32, '\1');
  return out;
}

std::vector<core::AuditEvent> sample_events() {
  auto held = event_at(70s, "hold", 41);
  held.actor = "supervisor sup1";
  held.reason = "queue email is STALLED";
  held.payload = R"({"rule":"hold-down","not_recorded":2})";
  auto paused = event_at(-60s, "paused", 40);
  paused.actor = "ann";
  paused.reason = "database upgrade";
  paused.payload = R"({"length_ms":30000})";
  auto requested = event_at(90s, "flip_requested", 42);
  requested.flip = 7;
  auto taken = event_at(92'300ms, "lease_taken", 43);
  taken.node = "job2";
  taken.epoch = 1'795'828'470'423'999;
  taken.payload = R"({"from":"job1"})";
  auto refused = event_at(2min, "flip_refused", 44);
  refused.actor = "bob";
  refused.reason = "is it still broken?";
  refused.payload = R"({"rule":"flip-open","sentence":"flip 7 is under way","pool":"mail"})";
  return {paused, held, requested, taken, refused};
}

core::Incident sample_incident() {
  core::Incident out;
  out.id = IncidentId{12};
  out.pool = PoolName::of("mail");
  out.severity = core::Severity::major;
  out.cause = core::IncidentCause::verdict;
  out.sentence = "queue email is STALLED";
  out.opened_at = at(60s);
  out.opened_by = "supervisor sup1";
  out.closed_at = at(150s);
  out.closed_by = "supervisor sup1";
  out.perceptible = {true, ""};
  out.downtime = {true, "ann"};
  out.most_waiting = 193;
  out.longest_wait = 95s;
  using enum core::IncidentStage;
  const auto stage = [&](core::IncidentStage which, Millis after, std::optional<FlipId> flip) {
    const auto sample = *sample_at(after).sample;
    out.stages.push_back(
        {which, at(after), flip, "email", sample.runnable, sample.oldest_runnable});
  };
  stage(onset, 0ms, {});
  stage(detected, 60s, {});
  stage(decided, 90s, FlipId{7});
  stage(stopped, 92'100ms, FlipId{7});
  stage(granted, 92'300ms, FlipId{7});
  stage(started, 93s, FlipId{7});
  stage(first_job, 95s, FlipId{7});
  stage(recovered, 150s, {});
  out.flips = {FlipId{7}};
  out.holds = 3;
  out.notes = {{at(10min), "ann", "ops1", "the mail library hung on a dead connection"}};
  out.labels = {"smtp", "release-41"};
  core::Deployment one;
  one.id = 12;
  one.pool = out.pool;
  one.version = "4.2.1";
  one.state = core::DeploymentState::done;
  one.started_at = at(-8min);
  one.started_by = "ci";
  one.ended_at = at(-3min);
  one.ended_by = "ci";
  one.flip = FlipId{6};
  one.reason = "release 41";
  out.deployments = {one};
  return out;
}

}  // namespace

Series series_of(const std::string& queue, Millis every) {
  SeriesBuilder builder{QueueName::of(queue), core::DoneKind::queue, sample_range()};
  for (Millis after = -2min; after < 5min; after += every) builder.add(sample_at(after));
  return builder.finish();
}

Facts full_facts() {
  Facts out;
  out.incident = sample_incident();
  out.flips = {sample_flip()};
  out.events = sample_events();
  out.queues = {series_of("email")};
  auto push = series_of("push");
  push.in_trouble = false;
  out.queues.push_back(std::move(push));
  out.since = at(-2min);
  out.until = at(5min);
  out.zone = {"Europe/Zurich", {{at(-2min), 1h, "CET"}}};
  out.made_at = at(1h);
  out.version = "0.1.0";
  out.remarks = {"The readings of queue fax can't be read: permission denied"};
  return out;
}

Facts hostile_facts(const std::string& text) {
  auto out = full_facts();
  auto& i = out.incident;
  i.sentence = i.opened_by = i.closed_by = i.perceptible.by = i.downtime.by = text;
  for (auto& stage : i.stages) stage.queue = text;
  for (auto& note : i.notes) note.actor = note.login = note.text = text;
  i.labels = {text, text};
  for (auto& one : i.deployments) one.version = one.started_by = one.ended_by = one.reason = text;
  auto& timeline = out.flips[0];
  timeline.flip.actor = timeline.flip.reason = timeline.flip.last_sentence = text;
  for (auto& step : timeline.steps) step.state = step.node = step.sentence = text;
  for (auto& box : timeline.black_boxes) box.sha256 = text;
  auto& left = *timeline.left_behind;
  left.queues[0].preset = text;
  left.queues[0].ids = {text, text};
  auto evidence = sample_evidence();
  for (auto& gate : evidence.plan.gates) gate.text = text;
  for (auto& one : evidence.plan.candidates) one.text = text;
  for (auto& queue : evidence.queues) queue.reason = text;
  timeline.evidence = core::evidence_json(evidence);
  for (auto& event : out.events) {
    event.kind = event.session_user = event.reason = text;
    event.actor = event.node = text;
    event.payload = text;
  }
  auto held = out.events[0];
  held.kind = "hold";
  out.events.push_back(held);
  out.zone.name = out.version = text;
  out.zone.spans[0].abbreviation = text;
  out.remarks = {text};
  return out;
}

Facts large_facts(std::size_t queues) {
  auto out = full_facts();
  out.queues.clear();
  auto range = sample_range();
  range.since = at(-30min);
  range.until = at(30min);
  for (std::size_t i = 0; i < queues; ++i) {
    SeriesBuilder builder{QueueName::of("queue" + std::to_string(i)), core::DoneKind::queue, range};
    for (Millis after = -30min; after < 30min; after += 10s) builder.add(sample_at(after));
    out.queues.push_back(builder.finish());
  }
  out.since = range.since;
  out.until = range.until;
  const auto event = out.events[1];
  out.events.assign(kMostEvents, event);
  const auto flip = out.flips[0];
  out.flips.assign(kMostFlips, flip);
  return out;
}

}  // namespace jobflip::report
