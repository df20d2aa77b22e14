#pragma once
/// Writes the log events of a daemon's steps to the journal, or to the log if there is none. An
/// event that repeats within a minute is counted instead of written, also if two alternate (A, B,
/// A, B); the next one of its kind carries the count. Of events that differ in a figure, ten a
/// minute are written.
///
/// Invariant: it remembers a bounded number of lines, however many events there are.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "jobflip/base/time.hpp"
#include "jobflip/core/log_event.hpp"
#include "jobflip/ports/event_sink.hpp"

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

/// Decides which of the lines about one thing are written: each text once a minute, and at most
/// `most` different texts a minute. The others are counted.
class Repeats {
 public:
  static constexpr std::size_t kMostTexts = 10;

  /// If this one is to be written, how many were only counted since the last that was; else empty.
  std::optional<int> count(const std::string& about, const std::string& text, Instant now,
                           std::size_t most = kMostTexts);

 private:
  struct Lines {
    std::map<std::string, Instant> written;  // within the last minute
    int counted{0};
  };
  std::map<std::string, Lines> lines_;
};

class EventLogger {
 public:
  /// `role`: "agent" or "supervisor". `sink` may be null: no journal.
  EventLogger(std::string role, NodeName node, ports::EventSink* sink,
              std::shared_ptr<spdlog::logger> log);

  void log(const core::LogEvent& log_event, Instant now);

 private:
  std::string role_;
  NodeName node_;
  ports::EventSink* sink_;
  std::shared_ptr<spdlog::logger> log_;
  Repeats repeats_;
};

}  // namespace jobflip::daemon
