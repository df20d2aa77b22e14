#pragma once
/// Our JSON as text, and text from outside as JSON. null if there is nothing, durations as numbers
/// in *_ms, times in *_at as RFC 3339. The depth of nesting is limited.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/time.hpp"

namespace jobflip::view {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json{};
}
Json ms_json(const std::optional<Millis>& length);
Json time_json(const std::optional<WallTime>& at);
/// null for the empty text.
Json text_json(const std::string& text);
/// True if the JSON is nested deeper than any document of jobflip. Code that reads it recurses for
/// each level. For a text that is not JSON the answer means nothing.
bool is_too_deep(std::string_view text);
/// Empty if the text is not JSON, or is nested too deeply. (The parser's own callback could count
/// the levels, but it scans all of an array after each of its elements.)
template <class Any>
std::optional<Any> parse_bounded(std::string_view text) {
  if (is_too_deep(text)) return std::nullopt;
  auto parsed = Any::parse(text, nullptr, false);
  if (parsed.is_discarded()) return std::nullopt;
  return parsed;
}
std::optional<Json> parse_json(std::string_view text);
/// The document as text that is safe on a terminal and can be read by a program: characters that
/// are invisible or move the cursor are escaped, invalid UTF-8 becomes the replacement character.
/// `indent` -1: in one line.
std::string json_text(const Json& document, int indent);

}  // namespace jobflip::view
