#include "jobflip/daemon/teller.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "jobflip/base/check.hpp"

namespace jobflip::daemon {
namespace {

constexpr Millis kCountedFor{60'000};
constexpr std::size_t kMostThings = 1000;
constexpr std::size_t kMostAnchors = 1000;  // a chain moves slower: no anchor is left out

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

Teller::Teller(std::string role, NodeName node, ports::NoteSink* sink,
               std::shared_ptr<spdlog::logger> log)
    : role_(std::move(role)), node_(std::move(node)), sink_(sink), log_(std::move(log)) {
  JF_CHECK(log_);
}

void Teller::tell(const core::Note& note, Instant now) {
  const std::string about = note.chain.empty() ? note.pool.str() : note.chain;
  const auto repeats =
      repeats_.count(std::string{core::row_of(note.kind).name} + " " + about, core::line_of(note),
                     now, note.chain.empty() ? Repeats::kMostTexts : kMostAnchors);
  if (!repeats) return;
  if (sink_ != nullptr && sink_->write(node_, note, *repeats)) return;
  write_line(*log_, core::row_of(note.kind).priority,
             role_ + "." + core::line_of(note, *repeats) + " node=" + node_.str());
}

}  // namespace jobflip::daemon
