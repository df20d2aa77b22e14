#pragma once
/// The pieces of core as JSON: snake_case keys, durations as numbers in *_ms, times in RFC 3339,
/// null where there is nothing.

#include <nlohmann/json.hpp>
#include <optional>

#include "jobflip/core/history.hpp"
#include "jobflip/core/snapshot.hpp"

namespace jobflip::cli {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json{};
}
Json ms_json(const std::optional<Millis>& length);
Json time_json(const std::optional<WallTime>& at);
/// null for the empty text.
Json text_json(const std::string& text);
/// Text that should be JSON; nothing where it is none, or is nested deeper than anything of ours:
/// much code behind this calls itself for each level.
template <class Any>
std::optional<Any> parse_bounded(std::string_view text) {
  constexpr int kDeepest = 100;
  bool too_deep = false;
  const auto watch = [&too_deep](int depth, typename Any::parse_event_t, Any&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  auto parsed = Any::parse(text, watch, false);
  if (parsed.is_discarded() || too_deep) return std::nullopt;
  return parsed;
}
std::optional<Json> parse_json(std::string_view text);
/// Text that should be JSON: itself where it is, else as text.
Json embedded_json(const std::string& text);
/// The document as text that can be shown on a terminal, and read by a program: what is hidden or
/// moves the cursor is escaped, bytes that are no UTF-8 become the replacement character. `indent`
/// -1: in one line.
std::string json_text(const Json& document, int indent);

Json flip_json(const core::FlipView& flip);
Json queue_json(const core::PoolView& pool, const core::QueueView& queue);

std::string hex(std::string_view bytes);
/// nothing where it is no hex of 32 bytes
std::optional<std::string> unhex_hash(std::string_view text);

}  // namespace jobflip::cli
