#include "detector/reading.hpp"

namespace jobflip::detsim {
namespace {

constexpr double kFailsDuringBackup = 0.5;

const WallTime kBegin = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 6h;

}  // namespace

Columns Columns::drawn(Random& random) {
  Columns columns;
  columns.done = static_cast<core::DoneKind>(random.between(0, 2));
  columns.last_done = columns.done == core::DoneKind::window || random.chance(0.5);
  columns.marker = random.chance(0.6);
  columns.deferred = random.chance(0.5);
  columns.paused = random.chance(0.5);
  columns.head = random.chance(0.3);
  // a system that shows neither shows no failing at all: docs/configuration.md wants a marker
  columns.counts_attempts = !columns.marker || random.chance(0.5);
  columns.whole_seconds = random.chance(0.3);
  return columns;
}

Read Probe::read(const Model& model, std::size_t queue) {
  Millis took = random_.spread_around(15ms, 0.5);
  bool fails = random_.chance(profile_.hiccups);
  if (model.trouble(TroubleKind::backup) != nullptr) {
    took = random_.between(2s, 8s);
    fails = fails || random_.chance(kFailsDuringBackup);
  }
  if (fails)
    return {Error{ErrorCode::database_failed, "canceling statement due to timeout", ""}, took};
  return {sample_of(model.row_of(queue), queue), took};
}

core::QueueSample Probe::sample_of(const Row& row, std::size_t queue) {
  const auto age = [&](Millis truth) {
    return columns_.whole_seconds ? Millis{truth.count() / 1000 * 1000} : truth;
  };
  core::QueueSample sample;
  sample.queue = QueueName::of("q" + std::to_string(queue));
  sample.runnable = row.due;
  if (row.due > 0) sample.oldest_runnable = age(row.oldest_due);
  sample.running = row.running;
  if (row.running > 0) sample.oldest_running = age(row.oldest_running);
  others_done_ += random_.between(0, 3);
  sample.done = row.done;
  if (columns_.done == core::DoneKind::window) sample.done = row.done_in_window;
  if (columns_.done == core::DoneKind::table) sample.done += others_done_;
  const bool forgotten = columns_.done == core::DoneKind::window && row.done_in_window == 0;
  if (columns_.last_done && row.last_done && !forgotten)
    sample.last_done_at = kBegin + *row.last_done;
  sample.failed = columns_.counts_attempts ? row.failed_attempts : row.given_up;
  if (columns_.marker) sample.marker = row.claims;
  if (columns_.deferred) sample.deferred = row.deferred;
  if (columns_.deferred && row.deferred > 0) sample.oldest_deferred = age(row.oldest_deferred);
  if (columns_.paused || row.paused) sample.paused = row.paused;
  if (columns_.head && row.due > 0) sample.head = std::to_string(row.head);
  return sample;
}

}  // namespace jobflip::detsim
