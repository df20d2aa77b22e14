#include "jobflip/daemon/teller.hpp"

#include <spdlog/spdlog.h>

#include "jobflip/base/check.hpp"

namespace jobflip::daemon {
namespace {

constexpr Millis kCountedFor{60'000};
constexpr std::size_t kMostRemembered = 1000;

void write_line(spdlog::logger& log, int priority, const std::string& line) {
  if (priority <= 3) return log.error(line);
  if (priority == 4) return log.warn(line);
  log.info(line);
}

}  // namespace

Teller::Teller(std::string role, NodeName node, ports::NoteSink* sink,
               std::shared_ptr<spdlog::logger> log)
    : role_(std::move(role)), node_(std::move(node)), sink_(sink), log_(std::move(log)) {
  JF_CHECK(log_);
}

void Teller::tell(const core::Note& note, Instant now) {
  const std::string about = note.chain.empty() ? note.pool.str() : note.chain;
  if (told_.size() >= kMostRemembered) told_.clear();
  Told& last = told_[{note.kind, about}];
  if (last.note == note && now - last.at < kCountedFor) {
    ++last.repeats;
    return;
  }
  const int repeats = std::exchange(last.repeats, 0);
  last.note = note;
  last.at = now;
  if (sink_ != nullptr && sink_->write(node_, note, repeats)) return;
  write_line(*log_, core::row_of(note.kind).priority,
             role_ + "." + core::line_of(note, repeats) + " node=" + node_.str());
}

}  // namespace jobflip::daemon
