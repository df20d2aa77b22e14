#pragma once
/// Hands the notes of a daemon's steps to the journal, or to the log where there is none. The same
/// note within a minute is counted, not written again; the next one of its kind has the count.
///
/// Invariant: it remembers at most kMostRemembered notes, whatever there is to tell.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "jobflip/base/time.hpp"
#include "jobflip/core/note.hpp"
#include "jobflip/ports/note_sink.hpp"

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

class Teller {
 public:
  /// `role`: "agent" or "supervisor". `sink` may be null: no journal.
  Teller(std::string role, NodeName node, ports::NoteSink* sink,
         std::shared_ptr<spdlog::logger> log);

  void tell(const core::Note& note, Instant now);

 private:
  struct Told {
    core::Note note;
    Instant at;
    int repeats{0};
  };

  std::string role_;
  NodeName node_;
  ports::NoteSink* sink_;
  std::shared_ptr<spdlog::logger> log_;
  // by kind, and by the pool or chain
  std::map<std::pair<core::NoteKind, std::string>, Told> told_;
};

}  // namespace jobflip::daemon
