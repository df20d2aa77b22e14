#include "audit/json_pieces.hpp"

#include "jobflip/view/json_text.hpp"

namespace jobflip::audit {
namespace {

constexpr std::size_t kKeyMax = 1024;

bool is_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Finds the end of one value, a byte at a time.
class ValueEnd {
 public:
  /// True if `c` is the first byte behind the value, or its last one: is_behind() tells.
  bool ends_at(char c) {
    if (in_string_) {
      if (is_escaped_)
        is_escaped_ = false;
      else if (c == '\\')
        is_escaped_ = true;
      else if (c == '"')
        in_string_ = false;
      return !in_string_ && depth_ == 0;
    }
    if (c == '"') in_string_ = true;
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') return --depth_ <= 0 && close();
    is_behind_ = depth_ == 0 && !in_string_ && (c == ',' || c == ':' || is_space(c));
    return is_behind_;
  }
  bool is_behind() const noexcept { return is_behind_; }

 private:
  /// Of a number or a word, the bracket belongs to what is around it.
  bool close() {
    is_behind_ = depth_ < 0;
    return true;
  }

  int depth_{0};
  bool in_string_{false};
  bool is_escaped_{false};
  bool is_behind_{false};
};

}  // namespace

int peek_past_space(ByteWindow& in) {
  int c = in.peek();
  for (; c >= 0 && is_space(static_cast<char>(c)); c = in.peek()) in.take(1);
  return c;
}

bool take_past_space(ByteWindow& in, char wanted) {
  if (peek_past_space(in) != static_cast<unsigned char>(wanted)) return false;
  in.take(1);
  return true;
}

std::optional<std::size_t> end_of_value(ByteWindow& in, std::size_t most) {
  ValueEnd end;
  for (std::size_t at = 0; at <= most; ++at) {
    if (at == in.view().size() && !in.more()) return std::nullopt;
    if (end.ends_at(in.view()[at])) return end.is_behind() ? at : at + 1;
  }
  return std::nullopt;
}

std::optional<std::string> take_key(ByteWindow& in) {
  if (peek_past_space(in) != '"') return std::nullopt;
  const auto end = end_of_value(in, kKeyMax);
  if (!end) return std::nullopt;
  const auto key = view::parse_json(in.view().substr(0, *end));
  if (!key || !key->is_string()) return std::nullopt;
  in.take(*end);
  if (!take_past_space(in, ':')) return std::nullopt;
  return key->get<std::string>();
}

}  // namespace jobflip::audit
