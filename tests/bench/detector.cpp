/// How many readings a second one core judges. Prints two numbers: with core::detect alone, and
/// with the sentence for each verdict too, which is what a supervisor does.
///
///   bench_detector SECONDS   for each of the two

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "jobflip/core/detector.hpp"

namespace {

using namespace jobflip;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadings = 8192;

/// A busy queue that pauses, stalls, fails and recovers: what occurs, occurs here too.
std::vector<Result<core::QueueSample>> some_readings() {
  std::vector<Result<core::QueueSample>> readings;
  core::QueueSample sample;
  sample.queue = QueueName::of("mail");
  sample.paused = false;
  sample.marker = 0;
  for (std::size_t i = 0; i < kReadings; ++i) {
    const std::size_t minute = i / 6 % 120;
    const bool hangs = minute >= 60 && minute < 70;
    const bool fails = minute >= 90 && minute < 100;
    sample.runnable = hangs ? sample.runnable + 20 : static_cast<std::int64_t>(i * 7 % 13);
    sample.oldest_runnable = hangs ? sample.oldest_runnable.value_or(0ms) + 10s : 2s;
    sample.running = hangs ? 10 : static_cast<std::int64_t>(i * 5 % 11);
    sample.oldest_running = hangs ? sample.oldest_running.value_or(0ms) + 10s : 1s;
    if (!hangs && !fails) {
      sample.done += 20;
      sample.last_done_at = WallTime{std::chrono::seconds{10 * i}};
    }
    if (fails) sample.failed += 20;
    if (!hangs) *sample.marker += 20;
    if (i % 97 == 0)
      readings.emplace_back(Error{ErrorCode::probe_failed, "timeout", ""});
    else
      readings.emplace_back(sample);
  }
  return readings;
}

double readings_a_second(std::chrono::duration<double> length, bool with_reason) {
  const auto readings = some_readings();
  core::QueueSettings settings;
  settings.name = QueueName::of("mail");
  Instant now{1000h};
  core::DetectorState state = core::first_detector_state(settings, {}, now);
  std::size_t judged = 0;
  std::size_t bytes = 0;
  const auto begun = Clock::now();
  std::chrono::duration<double> took{};
  while (took < length) {
    for (const auto& reading : readings) {
      now += settings.sample_every;
      auto detection = core::detect(settings, std::move(state), reading, now);
      state = std::move(detection.next);
      bytes += with_reason ? core::reason_of(settings, state, now).size() : 1;
    }
    judged += readings.size();
    took = Clock::now() - begun;
  }
  if (bytes == 0) std::abort();  // so that nothing is left out
  return static_cast<double>(judged) / took.count();
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc == 2 ? std::atof(argv[1]) : 0;
  if (!(seconds > 0)) {
    std::fprintf(stderr, "usage: bench_detector SECONDS\n");
    return 2;
  }
  for (const bool with_reason : {false, true})
    std::printf("%.0f\n", readings_a_second(std::chrono::duration<double>{seconds}, with_reason));
  return 0;
}
