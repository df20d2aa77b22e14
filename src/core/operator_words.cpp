#include "jobflip/core/operator_words.hpp"

#include <algorithm>

#include "jobflip/base/utf8.hpp"

namespace jobflip::core {
namespace {

constexpr std::size_t kReasonMax = 2000;
constexpr std::size_t kNameMax = 200;

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_letter_or_digit(char c) {
  const char lower = to_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}
bool is_of_word(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string why_not_a_reason(std::string_view reason) {
  if (reason.find_first_not_of(" \t\r\n") == std::string_view::npos) return "is missing or empty";
  if (reason.size() > kReasonMax)
    return "is " + std::to_string(reason.size()) + " bytes long, and may have " +
           std::to_string(kReasonMax);
  if (reason.find('\0') != std::string_view::npos || !is_utf8(reason)) return "is not UTF-8 text";
  return "";
}

std::string why_not_claimed(std::string_view name) {
  if (!may_be_claimed(name)) return "is not UTF-8 text of at most 200 bytes";
  // whatever stands between the words, visible or not
  const auto begin = std::ranges::find_if(name, is_of_word);
  const auto end = std::find_if_not(begin, name.end(), is_of_word);
  std::string lower;
  for (const char c : std::string_view{begin, end}) lower += to_lower(c);
  const bool has_more = std::any_of(end, name.end(), is_letter_or_digit);
  const bool of_program = has_more && (lower == "supervisor" || lower == "node");
  return of_program ? "looks like that of a program" : "";
}

bool may_be_claimed(std::string_view name) noexcept {
  return name.size() <= kNameMax && is_utf8(name);
}

}  // namespace jobflip::core
