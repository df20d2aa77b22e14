#pragma once
/// The answer of a queue's query, judged: which columns it must have, what each may hold, and the
/// error that names queue, column, value and fix where it does not.

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
