#pragma once
/// What is known of the queue system behind a queue: how often its workers look for work, when the
/// claims of a dead worker come back, what its tables do not show. The detector knows no more.

#include <string>
#include <string_view>
#include <vector>

#include "jobflip/core/settings.hpp"
#include "jobflip/view/json_text.hpp"

namespace jobflip::view {

/// Empty if the queue has a query of its own.
std::vector<std::string> preset_texts(const core::PoolSettings& pool, const QueueName& queue);
/// null likewise.
Json preset_json(const core::PoolSettings& pool, const QueueName& queue);

/// When the queue system gives back what dead workers had claimed: "once pg-boss gives them back,
/// after at most 15m". `preset` is its name, as a pool file has it; `one`: there is one claim.
std::string given_back_text(std::string_view preset, bool one);

}  // namespace jobflip::view
