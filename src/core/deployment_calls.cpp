#include "jobflip/core/deployment_calls.hpp"

#include <algorithm>
#include <array>

#include "jobflip/base/utf8.hpp"

namespace jobflip::core {
namespace {

constexpr std::size_t kMaxVersionBytes = 200;  // as jobflip.require_version has it

bool is_control(char c) {
  return (c >= 0 && c < ' ') || c == 0x7f;
}

}  // namespace

std::string_view name_of(DeploymentMark::What what) noexcept {
  constexpr std::array<std::string_view, 3> kNames{"start", "done", "rollback"};
  const auto nth = static_cast<std::size_t>(what);
  return nth < kNames.size() ? kNames.at(nth) : "?";
}

std::string why_not_a_version(std::string_view version) {
  if (version.find_first_not_of(" \t\r\n") == std::string_view::npos) return "is missing or empty";
  if (version.size() > kMaxVersionBytes)
    return "is " + std::to_string(version.size()) + " bytes long, and may have " +
           std::to_string(kMaxVersionBytes);
  if (!is_utf8(version)) return "is not UTF-8 text";
  if (std::ranges::any_of(version, is_control))
    return "has a control character, such as a line break";
  return "";
}

}  // namespace jobflip::core
