#include "jobflip/core/worker.hpp"

namespace jobflip::core {

std::string_view name_of(WorkerPhase phase) noexcept {
  switch (phase) {
    case WorkerPhase::unknown:
      return "unknown";
    case WorkerPhase::absent:
      return "absent";
    case WorkerPhase::armed:
      return "armed";
    case WorkerPhase::running:
      return "running";
    case WorkerPhase::stopping:
      return "stopping";
    case WorkerPhase::empty:
      return "empty";
    case WorkerPhase::broken:
      return "broken";
  }
  return "?";
}

std::string_view name_of(WorkersEnd end) noexcept {
  switch (end) {
    case WorkersEnd::unknown:
      return "unknown";
    case WorkersEnd::drained:
      return "drained";
    case WorkersEnd::killed:
      return "killed";
  }
  return "?";
}

WorkersEnd parse_workers_end(std::string_view name) noexcept {
  for (const auto end : {WorkersEnd::drained, WorkersEnd::killed})
    if (name == name_of(end)) return end;
  return WorkersEnd::unknown;
}

bool is_known_empty(WorkerPhase phase) noexcept {
  switch (phase) {
    case WorkerPhase::absent:
    case WorkerPhase::armed:
    case WorkerPhase::empty:
    case WorkerPhase::broken:
      return true;
    case WorkerPhase::unknown:
    case WorkerPhase::running:
    case WorkerPhase::stopping:
      return false;
  }
  return false;
}

WorkerStatus after_failed_call(WorkerStatus seen, const std::string& why) {
  if (is_known_empty(seen.phase))
    return {.phase = WorkerPhase::broken,
            .epoch = seen.epoch,
            .deadline = {},
            .sentence = why,
            .at_deadline = false,
            .configured = seen.configured};
  if (seen.phase == WorkerPhase::unknown && seen.sentence.empty()) seen.sentence = why;
  return seen;
}

}  // namespace jobflip::core
