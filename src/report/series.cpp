#include "jobflip/report/series.hpp"

#include <algorithm>
#include <utility>

namespace jobflip::report {
namespace {

constexpr std::size_t kStretches = kMostPoints / 4;

bool is_bad(core::QueueState verdict) noexcept {
  using enum core::QueueState;
  // whoever pauses a queue, or has just started, is in no trouble
  return !is_well(verdict) && verdict != paused && verdict != warmup && verdict != silent;
}

Point point_of(const core::KeptSample& kept) {
  Point out;
  out.at = kept.at;
  out.verdict = core::parse_queue_state(kept.verdict);
  if (!kept.sample) return out;
  out.read = true;
  out.waiting = kept.sample->runnable + kept.sample->unpromoted;
  out.oldest = kept.sample->oldest_runnable;
  out.running = kept.sample->running;
  out.done = kept.sample->done;
  return out;
}

bool is_older(const Point& one, const std::optional<Point>& other) {
  return one.oldest && (!other || !other->oldest || *one.oldest > *other->oldest);
}

/// A counter that fell was reset, or counts the last minutes: its newest completion tells then.
bool completed_between(const core::QueueSample& before, const core::QueueSample& after) {
  return after.done > before.done ||
         (after.last_done_at && before.last_done_at && *after.last_done_at > *before.last_done_at);
}

}  // namespace

bool is_well(core::QueueState verdict) noexcept {
  using enum core::QueueState;
  return verdict == ok || verdict == idle || verdict == busy;
}

SeriesBuilder::SeriesBuilder(const QueueName& queue, core::DoneKind done_kind,
                             const SeriesRange& range)
    : range_{range} {
  series_.queue = queue;
  series_.done_kind = done_kind;
}

void SeriesBuilder::add(const core::KeptSample& sample) {
  if (sample.at < range_.since || sample.at >= range_.until) return;
  const auto point = point_of(sample);
  ++series_.readings;
  if (!point.read) ++series_.failed;
  series_.last = point.at;
  note_trouble(point);
  note_cure(sample, point);
  add_point(point);
}

void SeriesBuilder::note_trouble(const Point& point) {
  if (point.at < range_.onset || (range_.over && point.at > *range_.over)) return;
  if (point.verdict) series_.was_judged = true;
  if (point.verdict && is_bad(*point.verdict)) series_.in_trouble = true;
  if (!point.read) return;
  if (!series_.most_waiting || point.waiting > series_.most_waiting->waiting)
    series_.most_waiting = point;
  if (is_older(point, series_.longest_wait)) series_.longest_wait = point;
}

void SeriesBuilder::note_cure(const core::KeptSample& sample, const Point& point) {
  if (!range_.started) return;
  if (sample.sample) {
    const bool is_after = sample.at >= *range_.started;
    if (is_after && !series_.first_done && last_ && completed_between(*last_, *sample.sample))
      series_.first_done = sample.at;
    last_ = *sample.sample;
  }
  if (series_.first_done && !series_.well_again && point.verdict && is_well(*point.verdict))
    series_.well_again = sample.at;
}

void SeriesBuilder::add_point(const Point& point) {
  if (stretches_.empty() && all_.size() < kMostPoints) {
    all_.push_back(point);
    return;
  }
  if (stretches_.empty()) {
    stretches_.resize(kStretches);
    for (const Point& earlier : std::exchange(all_, {})) add_point(earlier);
  }
  const auto length = std::max<std::int64_t>(1, (range_.until - range_.since).count());
  const double part =
      static_cast<double>((point.at - range_.since).count()) / static_cast<double>(length);
  const auto nth = static_cast<std::size_t>(part * static_cast<double>(kStretches));
  Stretch& stretch = stretches_[std::min(nth, kStretches - 1)];
  if (stretch.kept.empty()) stretch.kept.push_back(point);
  if (!point.read) return;
  if (!stretch.most || point.waiting > stretch.most->waiting) stretch.most = point;
  if (!stretch.fewest || point.waiting < stretch.fewest->waiting) stretch.fewest = point;
  if (is_older(point, stretch.oldest)) stretch.oldest = point;
}

Series SeriesBuilder::finish() {
  auto points = std::move(all_);
  for (const Stretch& stretch : stretches_) {
    points.insert(points.end(), stretch.kept.begin(), stretch.kept.end());
    for (const auto* one : {&stretch.fewest, &stretch.most, &stretch.oldest})
      if (*one) points.push_back(**one);
  }
  std::ranges::stable_sort(points, {}, &Point::at);
  points.erase(std::unique(points.begin(), points.end()), points.end());
  series_.points = std::move(points);
  return std::move(series_);
}

}  // namespace jobflip::report
