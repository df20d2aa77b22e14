#include "jobflip/view/preset_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobflip/base/escape.hpp"
#include "jobflip/base/exact_duration.hpp"
#include "jobflip/core/presets.hpp"

namespace jobflip::view {
namespace {

struct Known {
  const core::QueueSettings* queue{};
  const core::Preset* preset{};
};

Known find(const core::PoolSettings& pool, const QueueName& name) {
  const auto* queue = pool.find(name);
  if (queue == nullptr || !queue->preset) return {};
  return {queue, core::find_preset(*queue->preset)};
}

std::string rescue_text(const core::Preset& preset) {
  if (!preset.rescue_after) return "not by themselves: " + std::string{preset.rescue};
  const bool at_once = *preset.rescue_after == Millis{0};
  return (at_once ? "at once, by " : "after " + exact_duration(*preset.rescue_after) + ", by ") +
         std::string{preset.rescue};
}

}  // namespace

std::vector<std::string> preset_texts(const core::PoolSettings& pool, const QueueName& name) {
  const auto [queue, preset] = find(pool, name);
  if (queue == nullptr) return {};
  if (preset == nullptr)
    return {fmt::format("preset {}: this program does not know it", printable(*queue->preset, 60))};
  return {fmt::format("{}: workers look for work every {} (pickup_every)", preset->title,
                      exact_duration(queue->pickup_every)),
          fmt::format("claims of dead workers come back {}", rescue_text(*preset)),
          fmt::format("jobflip can't see {}", preset->cannot_see)};
}

Json preset_json(const core::PoolSettings& pool, const QueueName& name) {
  const auto [queue, preset] = find(pool, name);
  if (queue == nullptr) return nullptr;
  Json out{{"name", *queue->preset}, {"pickup_every_ms", queue->pickup_every.count()}};
  if (preset == nullptr) return out;
  out["title"] = preset->title;
  out["rescue_after_ms"] = ms_json(preset->rescue_after);
  out["rescue"] = preset->rescue;
  out["cannot_see"] = preset->cannot_see;
  return out;
}

std::string given_back_text(std::string_view name, bool one) {
  const auto* preset = core::find_preset(name);
  const std::string_view them = one ? "it" : "them";
  if (preset == nullptr) return fmt::format("if the queue gives {} back", them);
  if (!preset->rescue_after)
    return fmt::format("once {} given back: {}", one ? "it is" : "they are", preset->rescue);
  if (*preset->rescue_after == Millis{0}) return fmt::format("at once, by {}", preset->rescue);
  return fmt::format("once {} gives {} back, after at most {}", preset->title, them,
                     exact_duration(*preset->rescue_after));
}

}  // namespace jobflip::view
