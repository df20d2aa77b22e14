#include "audit/payload_walk.hpp"

#include <array>
#include <cstring>

#include "audit/plain_bytes.hpp"
#include "jobflip/base/utf8.hpp"

namespace jobflip::audit {
namespace {

/// Both at once: the payload, and the text with its quotes and backslashes escaped once more.
class PayloadWalk {
 public:
  PayloadWalk(std::string_view payload, const char* at, const char* end, char* to)
      : payload_(payload.data()),
        payload_end_(payload_ + payload.size()),
        at_(at),
        end_(end),
        to_(to) {}

  /// A whole document, up to the end of the text.
  bool is_same() {
    while (value()) {
      const auto next = next_value();
      if (next != Next::value) return next == Next::end;
    }
    return false;
  }

  const char* at() const noexcept { return at_; }
  const char* written() const noexcept { return to_; }
  bool is_ascii() const noexcept { return (seen_ & kHighBits) == 0; }

 private:
  enum class Next { value, end, wrong };
  static constexpr std::size_t kDeepest = 32;
  static constexpr std::size_t kMostKeys = 64;  // of all open objects

  struct Open {
    bool is_object{false};
    std::size_t first_key{0};
  };

  void skip_space() noexcept {
    while (at_ < end_ && *at_ == ' ') *to_++ = *at_++;
  }
  /// What the payload has next; 0 at its end.
  char next() const noexcept { return payload_ < payload_end_ ? *payload_ : '\0'; }
  /// Both have `c` next.
  bool both(char c) noexcept {
    if (at_ == end_ || *at_ != c || next() != c) return false;
    return take(c);
  }
  /// The payload has `c` next, which is escaped in the text.
  bool both_escaped(char c) noexcept {
    if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != c || next() != c) return false;
    ++at_;
    return take(c);
  }
  bool take(char c) noexcept {
    *to_++ = c;
    ++at_;
    ++payload_;
    return true;
  }
  bool both(std::string_view word) noexcept {
    for (const char c : word)
      if (!both(c)) return false;
    return true;
  }

  bool value();
  bool begin(char open, char close);
  bool key();
  Next next_value();
  bool text();
  bool run();
  bool escape();
  bool digits(int& count);
  bool number();

  const char* payload_;
  const char* payload_end_;
  const char* at_;
  const char* end_;
  char* to_;
  std::uint64_t seen_{0};
  std::array<Open, kDeepest> open_;
  std::size_t depth_{0};
  std::array<std::string_view, kMostKeys> keys_;
  std::size_t key_count_{0};
  bool is_empty_{false};  // what was begun last has nothing in it
};

/// A value up to the first one in it that has no others in it.
bool PayloadWalk::value() {
  for (;;) {
    skip_space();
    switch (next()) {
      case '{':
        if (!begin('{', '}')) return false;
        break;
      case '[':
        if (!begin('[', ']')) return false;
        break;
      case '"':
        return text();
      case 't':
        return both("true");
      case 'f':
        return both("false");
      case 'n':
        return both("null");
      default:
        return number();
    }
    if (is_empty_) return true;
  }
}

bool PayloadWalk::begin(char open, char close) {
  if (depth_ == kDeepest || !both(open)) return false;
  skip_space();
  is_empty_ = next() == close;
  if (is_empty_) return both(close);
  open_[depth_++] = {open == '{', key_count_};
  return open != '{' || key();
}

bool PayloadWalk::key() {
  skip_space();
  const char* const from = payload_;
  if (key_count_ == kMostKeys || next() != '"' || !text()) return false;
  const std::string_view name{from, static_cast<std::size_t>(payload_ - from)};
  if (std::memchr(name.data(), '\\', name.size()) != nullptr) return false;
  for (auto i = open_[depth_ - 1].first_key; i < key_count_; ++i)
    if (keys_[i] == name) return false;
  keys_[key_count_++] = name;
  skip_space();
  return both(':');
}

/// Behind a value: closes what ends with it.
PayloadWalk::Next PayloadWalk::next_value() {
  for (;;) {
    skip_space();
    if (depth_ == 0)
      return payload_ == payload_end_ && at_ < end_ && *at_ == '"' ? Next::end : Next::wrong;
    const auto& open = open_[depth_ - 1];
    if (both(',')) return !open.is_object || key() ? Next::value : Next::wrong;
    if (!both(open.is_object ? '}' : ']')) return Next::wrong;
    key_count_ = open.first_key;
    --depth_;
  }
}

bool PayloadWalk::text() {
  if (!both_escaped('"')) return false;
  while (run()) {
    if (next() == '"') return both_escaped('"');
    if (!escape()) return false;
  }
  return false;
}

/// Up to the next byte that is not plain in the payload.
bool PayloadWalk::run() {
  while (end_ - at_ >= 8 && payload_end_ - payload_ >= 8) {
    const auto word = word_at(payload_);
    const auto differs = word ^ word_at(at_);
    const auto marks = json_marks_of(word);
    const auto plain = marks == 0 ? 8U : bytes_before(marks);
    if (differs != 0 && bytes_before(differs) < plain) return false;
    std::memcpy(to_, at_, 8);
    seen_ |= word;
    payload_ += plain;
    at_ += plain;
    to_ += plain;
    if (marks != 0) return true;
  }
  while (payload_ < payload_end_ && !ends_json_run(*payload_)) {
    seen_ |= static_cast<std::uint64_t>(static_cast<unsigned char>(*payload_));
    if (!both(*payload_)) return false;
  }
  return payload_ < payload_end_;
}

bool PayloadWalk::escape() {
  if (!both_escaped('\\')) return false;
  constexpr std::string_view kOfLetters{"bfnrt"};
  const char c = next();
  if (c == '"' || c == '\\') return both_escaped(c);
  return c != '\0' && kOfLetters.find(c) != std::string_view::npos && both(c);
}

bool PayloadWalk::digits(int& count) {
  for (count = 0; next() >= '0' && next() <= '9'; ++count)
    if (!both(next())) return false;
  return count > 0;
}

bool PayloadWalk::number() {
  constexpr int kMostDigits = 15;  // every program keeps so many
  if (next() == '-' && !both('-')) return false;
  const bool is_zero = next() == '0';
  int whole = 0;
  int rest = 0;
  if (!digits(whole) || (is_zero && whole > 1)) return false;
  if (next() == '.' && (!both('.') || !digits(rest))) return false;
  return next() != 'e' && next() != 'E' && whole + rest <= kMostDigits;
}

}  // namespace

bool read_payload_text(std::string_view payload, const char*& at, const char* end,
                       std::string& out) {
  constexpr std::size_t kSlack = 8;  // a word is written as a whole
  thread_local std::string scratch;  // only grows
  const auto most = static_cast<std::size_t>(end - at) + kSlack;
  if (scratch.size() < most) scratch.resize(most);
  PayloadWalk walk{payload, at, end, scratch.data()};
  if (!walk.is_same()) return false;
  at = walk.at() + 1;
  out.assign(scratch.data(), static_cast<std::size_t>(walk.written() - scratch.data()));
  return walk.is_ascii() || is_utf8(out);
}

}  // namespace jobflip::audit
