#pragma once
/// A snapshot as JSON: snake_case keys, durations as numbers in *_ms, times in *_at as RFC 3339,
/// null if there is nothing.

#include <string_view>
#include <vector>

#include "jobflip/core/observed_stalls.hpp"
#include "jobflip/core/snapshot.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

Json flip_json(const core::FlipView& flip);
Json queue_json(const core::PoolView& pool, const core::QueueView& queue);
/// null if that was not asked for.
Json observed_json(const core::PoolView& pool, const core::ObservedPools& observed);
Json pool_json(const core::Snapshot& snapshot, const core::PoolView& pool,
               const core::ObservedPools& observed = {});
Json fleet_json(const core::Snapshot& snapshot, const std::vector<const core::PoolView*>& pools,
                const core::ObservedPools& observed = {});

/// {"schema", "error": {"exit_code", "name", "text", "detail", "hint"}}; null for an empty text.
Json error_json(int exit_code, std::string_view name, std::string_view text,
                std::string_view detail, std::string_view hint);

}  // namespace jobflip::view
