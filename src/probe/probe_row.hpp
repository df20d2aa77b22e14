#pragma once
/// Checks the answer of a queue's query: which columns it must have, and which values each may
/// have. An error names queue, column, value and fix.

#include <optional>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/sample.hpp"

namespace jobflip::probe {

inline constexpr int kProbeRowLimit = 1000;

/// As text, in the form of a session with TimeZone UTC and DateStyle ISO.
struct ProbeAnswer {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

/// The sample of `queue`: the answer may have a row for other queues too, and exactly one for it.
Result<core::QueueSample> read_probe(const ProbeAnswer& answer, const QueueName& queue);

}  // namespace jobflip::probe
