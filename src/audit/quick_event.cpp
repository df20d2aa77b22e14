#include "audit/quick_event.hpp"

#include <charconv>
#include <cstring>

#include "audit/event_text.hpp"
#include "audit/hash_field.hpp"
#include "audit/payload_walk.hpp"
#include "audit/plain_bytes.hpp"
#include "audit/time_field.hpp"
#include "jobflip/base/utf8.hpp"

namespace jobflip::audit {
namespace {

using namespace std::string_view_literals;

constexpr auto kBehindPayload = ",\"payload_text\":"sv;

/// The place in the text, and whether all was as it must be so far.
class QuickText {
 public:
  explicit QuickText(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool literal(std::string_view wanted) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < wanted.size() ||
        std::memcmp(at_, wanted.data(), wanted.size()) != 0)
      return false;
    at_ += wanted.size();
    return true;
  }

  bool number(std::int64_t& out) noexcept {
    if (at_ == end_) return false;
    const auto [end, error] = std::from_chars(at_, end_, out);
    // JSON has no leading zeros, and no -0 that stays one
    const char* digits = *at_ == '-' ? at_ + 1 : at_;
    const bool plain = error == std::errc{} && end < end_ &&
                       (*digits != '0' || (end == digits + 1 && digits == at_)) && *end != '.' &&
                       *end != 'e' && *end != 'E';
    at_ = end;
    return plain;
  }
  bool maybe_number(std::optional<std::int64_t>& out) noexcept {
    if (literal("null")) return out.reset(), true;
    if (!out) out.emplace();
    return number(*out);
  }

  bool text(std::string& out);
  bool maybe_text(std::optional<std::string>& out) {
    if (literal("null")) return out.reset(), true;
    if (!out) out.emplace();
    return text(*out);
  }

  bool hash(std::string& out) {
    if (static_cast<std::size_t>(end_ - at_) < kHashDigits + 2 || at_[0] != '"' ||
        at_[kHashDigits + 1] != '"' || !read_hash_digits(at_ + 1, out))
      return false;
    at_ += kHashDigits + 2;
    return true;
  }

  /// What stands before `behind`, which is taken too.
  bool until(std::string_view behind, std::string_view& out) noexcept {
    const auto* found = static_cast<const char*>(
        ::memmem(at_, static_cast<std::size_t>(end_ - at_), behind.data(), behind.size()));
    if (found == nullptr) return false;
    out = {at_, static_cast<std::size_t>(found - at_)};
    at_ = found + behind.size();
    return true;
  }

  /// The same for a text that must say what `payload` says.
  bool payload_text(std::string_view payload, std::string& out) {
    if (at_ == end_ || *at_ != '"') return false;
    ++at_;
    return read_payload_text(payload, at_, end_, out);
  }

  std::size_t behind(std::string_view text) const noexcept {
    return static_cast<std::size_t>(at_ - text.data());
  }

 private:
  char* escape(char* out) noexcept;
  bool text_with_escapes(const char* from, std::uint64_t seen, std::string& out);

  const char* at_;
  const char* end_;
};

/// Behind a backslash: writes what it stands for, and returns the end of that. nullptr for what is
/// left to the parser, such as surrogates.
char* QuickText::escape(char* out) noexcept {
  if (at_ == end_) return nullptr;
  const char c = *at_++;
  constexpr std::string_view kShort{"\"\\/bfnrt"};
  constexpr std::string_view kMeaning{"\"\\/\b\f\n\r\t"};
  if (const auto which = kShort.find(c); which != std::string_view::npos)
    return *out = kMeaning[which], out + 1;
  if (c != 'u' || end_ - at_ < 4) return nullptr;
  int point = 0;
  int all = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_at(at_ + i);
    all |= digit;
    point = point * 16 + digit;
  }
  at_ += 4;
  if (all < 0 || (point >= 0xD800 && point <= 0xDFFF)) return nullptr;
  if (point < 0x80) {
    *out++ = static_cast<char>(point);
  } else if (point < 0x800) {
    *out++ = static_cast<char>(0xC0 | (point >> 6));
    *out++ = static_cast<char>(0x80 | (point & 0x3F));
  } else {
    *out++ = static_cast<char>(0xE0 | (point >> 12));
    *out++ = static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    *out++ = static_cast<char>(0x80 | (point & 0x3F));
  }
  return out;
}

/// Without a backslash in it, most often.
bool QuickText::text(std::string& out) {
  if (at_ == end_ || *at_ != '"') return false;
  const char* const from = ++at_;
  std::uint64_t seen = 0;  // the high bits tell whether all is ASCII
  std::uint64_t marks = 0;
  for (; end_ - at_ >= 8; at_ += 8) {
    const auto word = word_at(at_);
    seen |= word;
    marks = json_marks_of(word);
    if (marks != 0) break;
  }
  if (marks != 0) at_ += bytes_before(marks);
  for (; marks == 0 && at_ < end_ && !ends_json_run(*at_); ++at_)
    seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(*at_));
  if (at_ == end_) return false;
  if (*at_ == '"') {
    out.assign(from, at_++);
    return (seen & kHighBits) == 0 || is_utf8(out);
  }
  return *at_ == '\\' && text_with_escapes(from, seen, out);
}

/// `at_` is at the first backslash. What is written is never longer than what is read.
bool QuickText::text_with_escapes(const char* from, std::uint64_t seen, std::string& out) {
  constexpr std::size_t kSlack = 8;  // a word is written as a whole
  thread_local std::string scratch;  // only grows
  const auto most = static_cast<std::size_t>(end_ - from) + kSlack;
  if (scratch.size() < most) scratch.resize(most);
  std::memcpy(scratch.data(), from, static_cast<std::size_t>(at_ - from));
  char* to = scratch.data() + (at_ - from);
  for (;;) {
    while (end_ - at_ >= 8) {
      const auto word = word_at(at_);
      std::memcpy(to, at_, 8);
      seen |= word;
      const auto marks = json_marks_of(word);
      const auto plain = marks == 0 ? 8U : bytes_before(marks);
      at_ += plain;
      to += plain;
      if (marks == 0) continue;
      if (at_[0] != '\\' || end_ - at_ < 2 || at_[1] != '"') break;
      *to++ = '"';
      at_ += 2;
    }
    for (; at_ < end_ && !ends_json_run(*at_); ++to, ++at_) {
      *to = *at_;
      seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(*at_));
    }
    if (at_ == end_) return false;
    const char c = *at_++;
    if (c == '"') break;
    if (c != '\\') return false;
    const char* const before = to;
    to = escape(to);
    if (to == nullptr) return false;
    for (const char* written = before; written < to; ++written)
      seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(*written));
  }
  out.assign(scratch.data(), to);
  return (seen & kHighBits) == 0 || is_utf8(out);
}

}  // namespace

std::size_t quick_event(std::string_view text, core::AuditEvent& e) {
  QuickText in{text};
  constexpr std::size_t kTimeLength = "2026-11-23T03:12:09.123456Z"sv.size();
  std::string_view at;
  std::string_view payload;
  std::int64_t micros{};
  const bool has_begun = in.literal("{\"chain\":") && in.text(e.chain) && in.literal(",\"seq\":") &&
                         in.number(e.seq) && in.literal(",\"at\":\"") &&
                         in.until("\",\"at_us\":", at) && at.size() == kTimeLength &&
                         in.number(micros) && in.literal(",\"kind\":") && in.text(e.kind);
  if (!has_begun) return 0;
  e.at = WallTime{Micros{micros}};
  const bool is_whole =
      is_in_range(e.at) && is_time_text(at, e.at) && in.literal(",\"node\":") &&
      in.maybe_text(e.node) && in.literal(",\"flip\":") && in.maybe_number(e.flip) &&
      in.literal(",\"epoch\":") && in.maybe_number(e.epoch) && in.literal(",\"session_user\":") &&
      in.text(e.session_user) && in.literal(",\"actor\":") && in.maybe_text(e.actor) &&
      in.literal(",\"reason\":") && in.text(e.reason) && in.literal(",\"payload\":") &&
      in.until(kBehindPayload, payload) && in.payload_text(payload, e.payload) &&
      in.literal(",\"previous_hash\":") && in.hash(e.previous_hash) && in.literal(",\"hash\":") &&
      in.hash(e.hash) && in.literal("}");
  return is_whole ? in.behind(text) : 0;
}

}  // namespace jobflip::audit
