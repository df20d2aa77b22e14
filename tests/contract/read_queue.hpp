#pragma once
/// One reading of a queue at its source, and what the tests of probes include.

#include "jobflip/probe/queue_probe.hpp"

namespace jobflip::test {

inline Result<core::QueueSample> read_queue(ports::QueueProbe& probe,
                                            const core::QueueSettings& queue) {
  const auto source = probe.source_of(queue);
  if (!source) return source.error();
  return (*source)->sample(queue);
}

}  // namespace jobflip::test
