#include "jobflip/core/operator_words.hpp"

#include "jobflip/base/utf8.hpp"

namespace jobflip::core {
namespace {

constexpr std::size_t kReasonMax = 2000;
constexpr std::size_t kNameMax = 200;

}  // namespace

std::string why_not_a_reason(std::string_view reason) {
  if (reason.find_first_not_of(" \t\r\n") == std::string_view::npos) return "is missing or empty";
  if (reason.size() > kReasonMax)
    return "is " + std::to_string(reason.size()) + " bytes long, and may have " +
           std::to_string(kReasonMax);
  if (reason.find('\0') != std::string_view::npos || !is_utf8(reason)) return "is not UTF-8 text";
  return "";
}

bool may_be_claimed(std::string_view name) noexcept {
  return name.size() <= kNameMax && is_utf8(name);
}

}  // namespace jobflip::core
