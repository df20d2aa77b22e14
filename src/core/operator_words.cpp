#include "jobflip/core/operator_words.hpp"

#include "jobflip/base/utf8.hpp"

namespace jobflip::core {
namespace {

constexpr std::size_t kReasonMax = 2000;
constexpr std::size_t kNameMax = 200;
constexpr std::string_view kSpaces = " \t\n\v\f\r";

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
  const auto begin = name.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return "";
  const auto word = name.substr(begin, name.find_first_of(kSpaces, begin) - begin);
  std::string lower;
  for (const char c : word) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool has_more =
      name.find_first_not_of(kSpaces, begin + word.size()) != std::string_view::npos;
  const bool of_program = has_more && (lower == "supervisor" || lower == "node");
  return of_program ? "looks like that of a program" : "";
}

bool may_be_claimed(std::string_view name) noexcept {
  return name.size() <= kNameMax && is_utf8(name);
}

}  // namespace jobflip::core
