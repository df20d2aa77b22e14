#pragma once
/// Hands the notes of a daemon's steps to the journal, or to the log where there is none. The same
/// note within a minute is counted, not written again; the next one of its kind has the count. So
/// is what comes and goes (A, B, A, B), and what has another figure in it each time.
///
/// Invariant: it remembers a bounded number of lines, whatever there is to tell.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "jobflip/base/time.hpp"
#include "jobflip/core/note.hpp"
#include "jobflip/ports/note_sink.hpp"

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

/// Which of the lines about one thing are written: a text that was not written within the last
/// minute, of at most `most` texts a minute. All others are counted.
class Repeats {
 public:
  /// How many were counted since the last one that was written, if this one is to be; else nothing.
  std::optional<int> count(const std::string& about, const std::string& text, Instant now,
                           std::size_t most = 10);

 private:
  struct Lines {
    std::map<std::string, Instant> written;  // within the last minute
    int counted{0};
  };
  std::map<std::string, Lines> lines_;
};

class Teller {
 public:
  /// `role`: "agent" or "supervisor". `sink` may be null: no journal.
  Teller(std::string role, NodeName node, ports::NoteSink* sink,
         std::shared_ptr<spdlog::logger> log);

  void tell(const core::Note& note, Instant now);

 private:
  std::string role_;
  NodeName node_;
  ports::NoteSink* sink_;
  std::shared_ptr<spdlog::logger> log_;
  Repeats repeats_;
};

}  // namespace jobflip::daemon
