#include "jobflip/daemon/event_logger.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "jobflip/base/check.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::daemon {
namespace {

constexpr Millis kCountedFor{60'000};
constexpr std::size_t kMostThings = 1000;
constexpr std::size_t kMostAnchors = 1000;  // chains grow more slowly, so no anchor is left out

void write_line(spdlog::logger& log, int priority, const std::string& line) {
  if (priority <= 3) return log.error(line);
  if (priority == 4) return log.warn(line);
  log.info(line);
}

}  // namespace

std::optional<int> Repeats::count(const std::string& about, const std::string& text, Instant now,
                                  std::size_t most) {
  if (lines_.size() >= kMostThings && !lines_.contains(about)) lines_.clear();
  Lines& lines = lines_[about];
  std::erase_if(lines.written, [now](const auto& one) { return now - one.second >= kCountedFor; });
  if (lines.written.contains(text) || lines.written.size() >= most) {
    ++lines.counted;
    return std::nullopt;
  }
  lines.written[text] = now;
  return std::exchange(lines.counted, 0);
}

EventLogger::EventLogger(std::string role, NodeName node, ports::EventSink* sink,
                         std::shared_ptr<spdlog::logger> log)
    : role_(std::move(role)), node_(std::move(node)), sink_(sink), log_(std::move(log)) {
  JF_CHECK(log_);
}

void EventLogger::log(const core::LogEvent& log_event, Instant now) {
  // The "workers" of this pool are the supervisor itself: it says `leading` and `not_leading`.
  if (log_event.pool.str() == core::kSupervisorPool) return;
  const std::string about = log_event.chain.empty() ? log_event.pool.str() : log_event.chain;
  const auto repeats = repeats_.count(std::string{core::row_of(log_event.kind).name} + " " + about,
                                      core::line_of(log_event), now,
                                      log_event.chain.empty() ? Repeats::kMostTexts : kMostAnchors);
  if (!repeats) return;
  if (sink_ != nullptr && sink_->write(node_, log_event, *repeats)) return;
  write_line(*log_, core::row_of(log_event.kind).priority,
             role_ + "." + core::line_of(log_event, *repeats) + " node=" + node_.str());
}

}  // namespace jobflip::daemon
