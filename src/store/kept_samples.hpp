#pragma once
/// Reads what keep_samples() and keep_learned() left in the store.

#include <string_view>
#include <vector>

#include "jobflip/core/kept_sample.hpp"
#include "jobflip/pg/connection.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::store {

/// In front of a kept verdict: the watch began with that reading.
inline constexpr std::string_view kBegins = "+";

/// About that queue; with empty names, about every queue.
Result<std::vector<core::Learned>> read_learned(pg::Connection& connection, const PoolName& pool,
                                                const QueueName& queue);

Result<void> read_samples(pg::Connection& connection, const core::SampleQuery& query,
                          const ports::SampleVisitor& visit);

}  // namespace jobflip::store
