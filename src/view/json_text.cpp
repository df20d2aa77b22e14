#include "jobflip/view/json_text.hpp"

#include "jobflip/base/escape.hpp"

namespace jobflip::view {

Json ms_json(const std::optional<Millis>& length) {
  return length ? Json(length->count()) : Json{};
}
Json time_json(const std::optional<WallTime>& at) {
  return at ? Json(rfc3339(*at)) : Json{};
}
Json text_json(const std::string& text) {
  return text.empty() ? Json{} : Json(text);
}

bool is_too_deep(std::string_view text) {
  constexpr int kDeepest = 100;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kDeepest) return true;
  }
  return false;
}

std::optional<Json> parse_json(std::string_view text) {
  return parse_bounded<Json>(text);
}

std::string json_text(const Json& document, int indent) {
  return json_printable(document.dump(indent, ' ', false, Json::error_handler_t::replace));
}

}  // namespace jobflip::view
