#include "jobflip/core/worker.hpp"

namespace jobflip::core {

std::string_view name_of(WorkerPhase phase) noexcept {
  switch (phase) {
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

}  // namespace jobflip::core
