#include "jobflip/base/ids.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip {
namespace {

constexpr std::size_t kNameMax = 63;

constexpr bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view why_not_a_name(std::string_view text) noexcept {
  if (text.empty()) return "it is empty";
  if (text.size() > kNameMax) return "it is longer than 63 characters";
  if (!is_lower_or_digit(text.front()))
    return "it does not begin with a lower-case letter or a digit";
  const auto fits = [](char c) { return is_lower_or_digit(c) || c == '.' || c == '_' || c == '-'; };
  if (!std::ranges::all_of(text, fits))
    return "it has a character other than a-z, 0-9, '.', '_' and '-'";
  return "";
}

template <class Tag>
Result<Name<Tag>> Name<Tag>::parse(std::string_view text, std::string_view what) {
  if (const auto why = why_not_a_name(text); !why.empty()) {
    return Error{
        ErrorCode::usage,
        std::string{what} + " \"" + printable(text, 80) + "\" can't be used: " + std::string{why},
        "use up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit"};
  }
  Name name;
  name.text_ = text;
  return name;
}

template <class Tag>
Name<Tag> Name<Tag>::of(std::string_view text) {
  JF_CHECK(why_not_a_name(text).empty());
  Name name;
  name.text_ = text;
  return name;
}

template class Name<PoolTag>;
template class Name<NodeTag>;
template class Name<QueueTag>;
template class Name<ServiceTag>;

Uuid random_uuid() {
  std::array<unsigned char, 16> b{};
  JF_CHECK(::getrandom(b.data(), b.size(), 0) == static_cast<ssize_t>(b.size()));
  b[6] = static_cast<unsigned char>((b[6] & 0x0F) | 0x40);
  b[8] = static_cast<unsigned char>((b[8] & 0x3F) | 0x80);
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(),
                "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
                b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
                b[15]);
  return Uuid{text.data()};
}

Uuid numbered(const Uuid& run, std::int64_t number) {
  JF_CHECK(number >= 0);
  constexpr std::size_t kKeptOfRun = 24;  // of 36 characters: all except the last group
  std::array<char, 13> digits{};
  std::snprintf(digits.data(), digits.size(), "%012llx",
                static_cast<unsigned long long>(number) & 0xFFFF'FFFF'FFFFULL);
  return Uuid{run.text.substr(0, kKeptOfRun) + digits.data()};
}

}  // namespace jobflip
