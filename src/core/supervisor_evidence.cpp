#include <string_view>

#include "core/supervisor_parts.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/core/gates.hpp"

namespace jobflip::core::supervisor {
namespace {

/// The store takes 48 KiB; the rest is for what closes the brackets.
constexpr std::size_t kMostBytes = 47 * 1024;
constexpr std::size_t kMostText = 300;

/// A JSON string. printable() leaves no control character and only valid UTF-8.
std::string text(std::string_view raw) {
  std::string out = "\"";
  for (const char c : printable(raw, kMostText)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string number(std::int64_t value) {
  return std::to_string(value);
}
std::string number(Millis value) {
  return std::to_string(value.count());
}

template <class T, class Print>
std::string maybe(const std::optional<T>& value, Print print) {
  return value ? print(*value) : "null";
}

std::string json_of(const QueueSample& s) {
  const auto ms = [](Millis value) { return number(value); };
  return "{\"runnable\":" + number(s.runnable) +
         ",\"oldest_runnable_ms\":" + maybe(s.oldest_runnable, ms) +
         ",\"unpromoted\":" + number(s.unpromoted) + ",\"running\":" + number(s.running) +
         ",\"oldest_running_ms\":" + maybe(s.oldest_running, ms) + ",\"done\":" + number(s.done) +
         ",\"last_done_at\":" +
         maybe(s.last_done_at, [](WallTime at) { return text(rfc3339(at)); }) +
         ",\"failed\":" + number(s.failed) + ",\"paused\":" +
         maybe(s.paused, [](bool b) { return std::string{b ? "true" : "false"}; }) +
         ",\"marker\":" + maybe(s.marker, [](std::int64_t m) { return number(m); }) +
         ",\"head\":" + maybe(s.head, [](const std::string& head) { return text(head); }) + "}";
}

std::string json_of(const FlipPlan& plan) {
  std::string out = "\"gates\":[";
  for (const GateResult& gate : plan.gates) {
    if (out.back() != '[') out += ',';
    out += "{\"rule\":" + text(name_of(gate.rule)) + ",\"open\":" + (gate.allows ? "true" : "false") +
           ",\"text\":" + text(gate.text) + "}";
  }
  out += "],\"candidates\":[";
  for (const CandidateResult& candidate : plan.candidates) {
    if (out.back() != '[') out += ',';
    if (out.size() > kMostBytes / 4) break;  // some dozens of nodes
    out += "{\"node\":" + text(candidate.node.str()) +
           ",\"eligible\":" + (candidate.eligible ? "true" : "false") +
           ",\"text\":" + text(candidate.text) + "}";
  }
  if (out.back() == ',') out.pop_back();
  return out + "]";
}

/// A sample can't show that the holder's workers end again and again.
std::string json_of(const CandidateView* crashing) {
  if (crashing == nullptr) return "null";
  return "{\"node\":" + text(crashing->node.str()) + ",\"ends\":" + number(crashing->crashes) +
         ",\"reason\":" + text(crashing->crash_reason) + "}";
}

Millis quiet_of(const DetectorState& d, Instant now) {
  if (!d.busy_since) return Millis{0};
  const Instant since = std::max(*d.busy_since, d.last_activity.value_or(*d.busy_since));
  return std::chrono::duration_cast<Millis>(now - since);
}

/// What was STALLED brings its samples, the newest first, as far as there is room.
std::string json_of(const QueueWatch& queue, Instant now, std::size_t room) {
  const DetectorState& d = queue.detector;
  std::string out = "{\"queue\":" + text(queue.settings.name.str()) +
                    ",\"state\":" + text(name_of(d.state)) +
                    ",\"window_ms\":" + number(stall_window(queue.settings)) +
                    ",\"quiet_ms\":" + number(quiet_of(d, now)) +
                    ",\"reason\":" + text(queue.reason) + ",\"samples_newest_first\":[";
  const std::size_t wanted = d.state == QueueState::stalled ? queue.recent.size() : 1;
  std::size_t printed = 0;
  for (auto sample = queue.recent.rbegin(); sample != queue.recent.rend() && printed < wanted;
       ++sample, ++printed) {
    const std::string one = json_of(*sample);
    if (out.size() + one.size() + 3 > room) break;
    if (printed > 0) out += ',';
    out += one;
  }
  return out + "]}";
}

}  // namespace

std::string make_evidence(const PoolWatch& watch, const PoolView& view, const FlipPlan& plan,
                          Instant now) {
  std::string out = "{\"pool\":" + text(view.settings.name.str()) +
                    ",\"epoch\":" + number(view.owner.epoch.value) +
                    ",\"holder\":" + text(view.owner.holder.str()) +
                    ",\"crash_loop\":" + json_of(find_crashing_holder(view)) + "," + json_of(plan) +
                    ",\"queues\":[";
  // the STALLED ones first: they are what it is about
  std::size_t left_out = 0;
  for (const bool stalled : {true, false}) {
    for (const auto& [name, queue] : watch.queues) {
      if ((queue.detector.state == QueueState::stalled) != stalled) continue;
      const std::size_t room = kMostBytes > out.size() ? kMostBytes - out.size() : 0;
      const std::string one = json_of(queue, now, room);
      if (one.size() + 1 > room) {
        ++left_out;
        continue;
      }
      if (out.back() != '[') out += ',';
      out += one;
    }
  }
  return out + "],\"queues_left_out\":" + number(static_cast<std::int64_t>(left_out)) + "}";
}

}  // namespace jobflip::core::supervisor
